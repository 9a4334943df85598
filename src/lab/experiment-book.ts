import { stressedContainers, stressedPods } from './experiments.js';
import type { ValueStore } from './store.js';
import { Throttle } from './throttle.js';
import type { Arrival, EngineKind, ExperimentView } from './types.js';

export interface ExperimentBookOptions {
  readonly experiments: ValueStore<readonly ExperimentView[]>;
  /** What `experimentsOf` says has changed. */
  readonly onTargets: () => void;
}

/** What becomes of the stress of all experiments in their containers, by key. */
export type ArrivalsOf = (views: readonly ExperimentView[]) => ReadonlyMap<string, readonly Arrival[]>;

const TELL_MS = 250;
const NONE: readonly string[] = [];

/** All experiments, whichever engine runs them: the one place from which they are told. */
export class ExperimentBook {
  /** Joined to what is told; `changed` tells anew. */
  arrivalsOf: ArrivalsOf = () => new Map();
  readonly #options: ExperimentBookOptions;
  readonly #tell = new Throttle(TELL_MS, () => this.#publish());
  readonly #byEngine = new Map<EngineKind, () => readonly ExperimentView[]>();
  #byPod = new Map<string, readonly string[]>();

  constructor(options: ExperimentBookOptions) {
    this.#options = options;
  }

  /** From now on these are the engine's experiments, asked for whenever they are told. */
  join(engine: EngineKind, views: () => readonly ExperimentView[]): void {
    this.#byEngine.set(engine, views);
  }

  /** Some of what is told has changed. */
  changed(): void {
    this.#tell.request();
  }

  /** The experiment as it was last told; null where there is none. */
  get(key: string): ExperimentView | null {
    return this.#options.experiments.get().find((one) => one.key === key) ?? null;
  }

  /** Keys of the experiments that act on the Pod now; the same list as long as nothing changes. */
  experimentsOf(podKey: string): readonly string[] {
    return this.#byPod.get(podKey) ?? NONE;
  }

  /** Containers (`namespace/pod/container`) that other experiments act on now. */
  targetsOfOthers(key: string): ReadonlySet<string> {
    const others = this.#options.experiments.get().filter((one) => one.key !== key);
    return new Set(others.flatMap(({ object }) => stressedContainers(object)));
  }

  dispose(): void {
    this.#tell.dispose();
  }

  #publish(): void {
    const views = [...this.#byEngine.values()].flatMap((views) => views());
    const arrivals = this.arrivalsOf(views);
    const told = views.map((view) => ({ ...view, arrivals: arrivals.get(view.key) ?? [] }));
    this.#options.experiments.set(told.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))));
    this.#index(told);
  }

  #index(views: readonly ExperimentView[]): void {
    const byPod = new Map<string, string[]>();
    for (const view of views) {
      for (const pod of stressedPods(view.object)) {
        byPod.set(pod, [...(byPod.get(pod) ?? []), view.key]);
      }
    }
    const kept = [...byPod].map(([pod, keys]): [string, readonly string[]] => {
      const before = this.#byPod.get(pod);
      return [pod, before?.join() === keys.join() ? before : keys];
    });
    const changed =
      kept.length !== this.#byPod.size || kept.some(([pod, keys]) => this.#byPod.get(pod) !== keys);
    if (changed) {
      this.#byPod = new Map(kept);
      this.#options.onTargets();
    }
  }
}
