import type { ExperimentView } from '../../lab/types.js';
import {
  type ExperimentRow,
  experimentRow,
  targetRow,
  targetsOfExperiment,
} from '../present/experiment-rows.js';
import type { Language } from '../present/localizer.js';

/** A place in the tree. `experiment` is `namespace/name`, `target` is `namespace/pod/container`. */
export type ExperimentsNode =
  | { readonly kind: 'finished'; readonly id: string }
  | { readonly kind: 'experiment'; readonly id: string; readonly experiment: string }
  | {
      readonly kind: 'target';
      readonly id: string;
      readonly experiment: string;
      readonly target: string;
    };

/** What to draw again: all where rows came, went or moved; otherwise the rows that read differently now. */
export type ExperimentsChange = 'all' | readonly ExperimentsNode[];

const FINISHED: ExperimentsNode = { kind: 'finished', id: 'finished' };

/** The rows of the Experiments view: those that go on by name, then those that have finished, each with its containers. */
export class ExperimentsModel {
  readonly #language: Language;
  readonly #nodes = new Map<string, ExperimentsNode>();
  #experiments = new Map<string, ExperimentView>();
  /** What stands in each row. */
  #drawn = new Map<string, string>();
  #order = '';
  #now = 0;

  constructor(language: Language) {
    this.#language = language;
  }

  /** @param now ms since the epoch */
  update(experiments: readonly ExperimentView[], now: number): ExperimentsChange {
    this.#now = now;
    this.#experiments = new Map(experiments.map((experiment) => [experiment.key, experiment]));
    const nodes = this.#all();
    const ids = new Set(nodes.map(({ id }) => id));
    for (const id of this.#nodes.keys()) if (!ids.has(id)) this.#nodes.delete(id);
    const before = this.#drawn;
    this.#drawn = new Map(nodes.map((node) => [node.id, JSON.stringify(this.row(node))]));
    const order = [...ids].join('\n');
    if (order !== this.#order) {
      this.#order = order;
      return 'all';
    }
    return nodes.filter(({ id }) => before.get(id) !== this.#drawn.get(id));
  }

  get size(): number {
    return this.#experiments.size;
  }

  experiment(node: ExperimentsNode): ExperimentView | undefined {
    return node.kind === 'finished' ? undefined : this.#experiments.get(node.experiment);
  }

  children(node?: ExperimentsNode): readonly ExperimentsNode[] {
    switch (node?.kind) {
      case undefined: {
        const going = this.#keys(false).map((key) => this.#experimentNode(key));
        return this.#keys(true).length === 0 ? going : [...going, FINISHED];
      }
      case 'finished':
        return this.#keys(true).map((key) => this.#experimentNode(key));
      case 'experiment': {
        const experiment = this.#experiments.get(node.experiment);
        return experiment === undefined
          ? []
          : targetsOfExperiment(experiment).map((target) => this.#targetNode(node.experiment, target));
      }
      case 'target':
        return [];
    }
  }

  parent(node: ExperimentsNode): ExperimentsNode | undefined {
    if (node.kind === 'target') return this.#experimentNode(node.experiment);
    return this.experiment(node)?.phase === 'finished' ? FINISHED : undefined;
  }

  /** Null: it is no more. */
  row(node: ExperimentsNode): ExperimentRow | null {
    if (node.kind === 'finished') return this.#finishedRow();
    const experiment = this.#experiments.get(node.experiment);
    if (experiment === undefined) return null;
    return node.kind === 'experiment'
      ? experimentRow(experiment, this.#now, this.#language)
      : targetRow(experiment, node.target, this.#language);
  }

  #finishedRow(): ExperimentRow {
    const { l10n } = this.#language;
    const count = String(this.#keys(true).length);
    const label = l10n.t('Finished');
    return {
      label,
      description: count,
      icon: { id: 'history', colour: null },
      contextValue: '',
      sentence: `${label}, ${count}`,
    };
  }

  #keys(finished: boolean): readonly string[] {
    return [...this.#experiments.values()]
      .filter(({ phase }) => (phase === 'finished') === finished)
      .map(({ key }) => key)
      .sort();
  }

  #experimentNode(experiment: string): ExperimentsNode {
    return this.#known({ kind: 'experiment', id: experiment, experiment });
  }

  #targetNode(experiment: string, target: string): ExperimentsNode {
    return this.#known({ kind: 'target', id: `${experiment} ${target}`, experiment, target });
  }

  /** The same object for the same place, as long as it is there. */
  #known(node: ExperimentsNode): ExperimentsNode {
    const known = this.#nodes.get(node.id);
    if (known !== undefined) return known;
    this.#nodes.set(node.id, node);
    return node;
  }

  #all(within?: ExperimentsNode): readonly ExperimentsNode[] {
    return this.children(within).flatMap((node) => [node, ...this.#all(node)]);
  }
}
