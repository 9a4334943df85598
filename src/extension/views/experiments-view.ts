import * as vscode from 'vscode';
import type { ExperimentView } from '../../lab/types.js';
import { Views } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import type { Language } from '../present/localizer.js';
import { listen, type Session } from '../session.js';
import { ExperimentsModel, type ExperimentsNode } from './experiments-model.js';

/** Times go on by themselves, and the tree is drawn at most this often, ms. */
const CLOCK_MS = 1000;
/** So long a row stays as it is once its tooltip was asked for, ms: VS Code takes the tooltip away with the row. */
const READING_MS = 10_000;
/** More finished experiments than this start folded. */
const MOST_OPEN = 5;

/** All experiments of the cluster, also those made elsewhere. */
export class ExperimentsView implements vscode.TreeDataProvider<ExperimentsNode>, vscode.Disposable {
  readonly #session: Session;
  readonly #language: Language;
  readonly #model: ExperimentsModel;
  readonly #changed = new vscode.EventEmitter<ExperimentsNode[] | undefined>();
  readonly #scope = new DisposableList();
  readonly #view: vscode.TreeView<ExperimentsNode>;
  #experiments: readonly ExperimentView[] = [];
  #reading: { readonly id: string; readonly until: number } | null = null;
  /** What was not drawn again for the tooltip that is read. */
  readonly #heldBack = new Set<ExperimentsNode>();
  #timer: NodeJS.Timeout | null = null;
  #drawnAt = 0;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(session: Session, language: Language) {
    this.#session = session;
    this.#language = language;
    this.#model = new ExperimentsModel(language);
    this.#scope.add(this.#changed);
    this.#view = this.#scope.add(
      vscode.window.createTreeView(Views.experiments, { treeDataProvider: this, canSelectMany: true }),
    );
    this.#scope.defer(() => clearTimeout(this.#timer ?? undefined));
    this.#scope.add(this.#view.onDidChangeVisibility(({ visible }) => visible && this.#wake()));
    this.#scope.add(
      session.follow((lab, scope) => {
        listen(scope, lab.experiments, (experiments) => this.#take(experiments));
        const clock = setInterval(() => this.#experiments.length > 0 && this.#draw(), CLOCK_MS);
        scope.defer(() => clearInterval(clock));
        scope.defer(() => this.#take([]));
      }),
    );
    if (this.#view.visible) this.#wake();
  }

  dispose(): void {
    this.#scope.dispose();
  }

  getChildren(node?: ExperimentsNode): ExperimentsNode[] {
    return [...this.#model.children(node)];
  }

  getParent(node: ExperimentsNode): ExperimentsNode | undefined {
    return this.#model.parent(node);
  }

  getTreeItem(node: ExperimentsNode): vscode.TreeItem {
    const row = this.#model.row(node);
    const item = new vscode.TreeItem(row?.label ?? '', this.#collapsibleState(node));
    item.id = node.id;
    if (row === null) return item;
    item.description = row.description;
    item.contextValue = row.contextValue;
    item.accessibilityInformation = { label: row.sentence };
    const { id, colour } = row.icon;
    item.iconPath = new vscode.ThemeIcon(id, colour === null ? undefined : new vscode.ThemeColor(colour));

    if (node.kind === 'target') item.tooltip = node.target;
    return item;
  }

  /** Made when the pointer rests on a row, so that the times in it are true. */
  async resolveTreeItem(item: vscode.TreeItem, node: ExperimentsNode): Promise<vscode.TreeItem> {
    const { detailsMarkdown, experimentDetails } = await import('../tooltips.js');
    const experiment = node.kind === 'experiment' ? this.#model.experiment(node) : undefined;
    if (experiment === undefined) return item;
    item.tooltip = detailsMarkdown(experimentDetails(experiment, Date.now(), this.#language));
    this.#reading = { id: node.id, until: Date.now() + READING_MS };
    this.#heldBack.add(node);
    return item;
  }

  #collapsibleState(node: ExperimentsNode): vscode.TreeItemCollapsibleState {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const children = this.#model.children(node).length;
    if (children === 0) return None;
    return node.kind === 'finished' && children <= MOST_OPEN ? Expanded : Collapsed;
  }

  #wake(): void {
    if (this.#session.state.phase === 'none') void this.#session.open();
    this.#draw();
  }

  #take(experiments: readonly ExperimentView[]): void {
    this.#experiments = experiments;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        this.#draw();
      },
      Math.max(0, this.#drawnAt + CLOCK_MS - Date.now()),
    );
  }

  #draw(): void {
    if (!this.#view.visible) return;
    const now = Date.now();
    this.#drawnAt = now;
    const change = this.#model.update(this.#experiments, now);
    if (change === 'all') {
      this.#heldBack.clear();
      this.#changed.fire(undefined);
      return;
    }
    const nodes = new Set([...change, ...this.#heldBack]);
    this.#heldBack.clear();
    if (this.#reading !== null && this.#reading.until > now) {
      for (const node of nodes) {
        // A place is drawn with all below it.
        if (node.id !== this.#reading.id && this.#model.parent(node)?.id !== this.#reading.id) continue;
        nodes.delete(node);
        this.#heldBack.add(node);
      }
    }
    if (nodes.size > 0) this.#changed.fire([...nodes]);
  }
}
