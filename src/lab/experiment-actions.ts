import type { StressChaos } from '../core/kubernetes/objects.js';
import { LabError, labError } from './errors.js';
import type { ExperimentBook } from './experiment-book.js';
import type {
  EngineChoice,
  EngineKind,
  ForceStep,
  InjectOptions,
  InjectResult,
  StopReport,
  Store,
} from './types.js';

/** What carries experiments out. Everything throws LabError. */
export interface ExperimentEngine {
  inject(experiment: StressChaos, options: InjectOptions): Promise<InjectResult>;
  pause(namespace: string, name: string): Promise<void>;
  resume(namespace: string, name: string): Promise<void>;
  stop(namespace: string, name: string): Promise<StopReport>;
  /** Brings the stress back into containers that were restarted from under it. */
  reinject(namespace: string, name: string): Promise<void>;
  force(namespace: string, name: string, step: ForceStep): Promise<void>;
}

export interface ExperimentActionsOptions {
  readonly engines: ReadonlyMap<EngineKind, ExperimentEngine>;
  readonly engine: Store<EngineChoice>;
  readonly book: ExperimentBook;
  /** Looks anew which engines there are. Throws ClusterError. */
  readonly probe: () => Promise<unknown>;
  /** The namespace of objects that name none. */
  readonly namespace: string;
}

/** Has each experiment carried out by the engine that runs it, and new ones by the engine of now. */
export class ExperimentActions {
  readonly #options: ExperimentActionsOptions;

  constructor(options: ExperimentActionsOptions) {
    this.#options = options;
  }

  async inject(experiment: StressChaos, options: InjectOptions = {}): Promise<InjectResult> {
    const { book, namespace } = this.#options;
    const kind = await this.#choice();
    const key = `${experiment.metadata.namespace ?? namespace}/${experiment.metadata.name}`;
    const before = book.get(key);
    if (before !== null && before.engine !== kind) {
      // The two engines do not know of each other, and a key names one experiment.
      if (options.replace !== true) {
        throw new LabError('already-exists', `An experiment ${key} exists, by the other engine.`);
      }
      await this.stop(key);
    }
    return this.#engine(kind).inject(experiment, options);
  }

  async pause(key: string): Promise<void> {
    await (await this.#engineOf(key)).pause(...placeOf(key));
  }

  async resume(key: string): Promise<void> {
    await (await this.#engineOf(key)).resume(...placeOf(key));
  }

  async stop(key: string): Promise<StopReport> {
    return (await this.#engineOf(key)).stop(...placeOf(key));
  }

  async reinject(key: string): Promise<void> {
    await (await this.#engineOf(key)).reinject(...placeOf(key));
  }

  async force(key: string, step: ForceStep): Promise<void> {
    await (await this.#engineOf(key)).force(...placeOf(key), step);
  }

  async #engineOf(key: string): Promise<ExperimentEngine> {
    return this.#engine(this.#options.book.get(key)?.engine ?? (await this.#choice()));
  }

  #engine(kind: EngineKind): ExperimentEngine {
    const engine = this.#options.engines.get(kind);
    if (engine === undefined) throw new LabError('no-engine', `There is no engine ${kind}.`);
    return engine;
  }

  async #choice(): Promise<EngineKind> {
    const { engine, probe } = this.#options;
    if (engine.get().kind === 'none') {
      await probe().catch((error: unknown) => {
        throw labError(error);
      });
    }
    const choice = engine.get();
    if (choice.kind !== 'none') return choice.kind;
    throw new LabError(
      'no-engine',
      choice.reason === 'agent-missing'
        ? 'No node agent of this cluster may stress.'
        : 'Chaos Mesh is not installed in this cluster.',
    );
  }
}

function placeOf(key: string): [namespace: string, name: string] {
  const [namespace = '', name = ''] = key.split('/');
  return [namespace, name];
}
