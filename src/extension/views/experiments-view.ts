import * as vscode from 'vscode';
import type { ExperimentPhase, ExperimentView } from '../../lab/types.js';
import { Items, Views } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import { isActive, phaseText } from '../present/experiments.js';
import type { Language } from '../present/localizer.js';
import { listen, type Session } from '../session.js';

export interface ExperimentNode {
  readonly kind: 'experiment';
  /** `namespace/name`. */
  readonly experiment: string;
}

const ICONS: Readonly<Record<ExperimentPhase, string>> = {
  injecting: 'loading~spin',
  running: 'pulse',
  paused: 'debug-pause',
  finished: 'pass',
  failed: 'error',
  stopping: 'loading~spin',
};

/** All experiments of the cluster, also those made elsewhere. */
export class ExperimentsView implements vscode.TreeDataProvider<ExperimentNode>, vscode.Disposable {
  readonly #session: Session;
  readonly #language: Language;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #scope = new DisposableList();
  readonly #view: vscode.TreeView<ExperimentNode>;
  readonly #nodes = new Map<string, ExperimentNode>();
  #experiments: readonly ExperimentView[] = [];

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(session: Session, language: Language) {
    this.#session = session;
    this.#language = language;
    this.#scope.add(this.#changed);
    this.#view = this.#scope.add(vscode.window.createTreeView(Views.experiments, { treeDataProvider: this }));
    this.#scope.add(this.#view.onDidChangeVisibility(({ visible }) => visible && this.#wake()));
    this.#scope.add(
      session.follow((lab, scope) => {
        listen(scope, lab.experiments, (experiments) => this.#take(experiments));
        const clock = setInterval(() => this.#experiments.length > 0 && this.#draw(), 1000);
        scope.defer(() => clearInterval(clock));
        scope.defer(() => this.#take([]));
      }),
    );
    if (this.#view.visible) this.#wake();
  }

  dispose(): void {
    this.#scope.dispose();
  }

  getChildren(node?: ExperimentNode): ExperimentNode[] {
    if (node !== undefined) return [];
    return this.#experiments.map(({ key }) => {
      const known = this.#nodes.get(key) ?? { kind: 'experiment', experiment: key };
      this.#nodes.set(key, known);
      return known;
    });
  }

  getTreeItem(node: ExperimentNode): vscode.TreeItem {
    const item = new vscode.TreeItem(node.experiment.slice(node.experiment.indexOf('/') + 1));
    item.id = node.experiment;
    const experiment = this.#experiments.find(({ key }) => key === node.experiment);
    if (experiment === undefined) return item;
    const { l10n } = this.#language;
    const phase = phaseText(experiment, Date.now(), this.#language);
    const namespace = node.experiment.slice(0, node.experiment.indexOf('/'));
    item.description = `${namespace} · ${phase}`;
    item.tooltip = experiment.detail ?? node.experiment;
    item.iconPath = new vscode.ThemeIcon(
      ICONS[experiment.phase],
      experiment.phase === 'failed' ? new vscode.ThemeColor('list.errorForeground') : undefined,
    );
    item.contextValue = isActive(experiment) ? `${Items.experiment} ${Items.stressed}` : Items.experiment;
    item.accessibilityInformation = { label: `${l10n.t('Experiment {0}', node.experiment)}, ${phase}` };
    return item;
  }

  #wake(): void {
    if (this.#session.state.phase === 'none') void this.#session.open();
    this.#draw();
  }

  #take(experiments: readonly ExperimentView[]): void {
    this.#experiments = experiments;
    const keys = new Set(experiments.map(({ key }) => key));
    for (const key of this.#nodes.keys()) if (!keys.has(key)) this.#nodes.delete(key);
    this.#draw();
  }

  #draw(): void {
    if (this.#view.visible) this.#changed.fire(undefined);
  }
}
