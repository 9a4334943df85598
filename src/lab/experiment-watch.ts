import { type BackoffOptions, sleep } from '../cluster/backoff.js';
import { asArray, asRecord, asString } from '../cluster/decode.js';
import { chaosMeshVersion, hasStressChaos } from '../cluster/discovery.js';
import { projectStressChaos, STRESS_CHAOS_ALL, stressChaosIn } from '../cluster/stresschaos.js';
import type { Transport } from '../cluster/transport.js';
import type { StressChaos } from '../core/kubernetes/objects.js';
import { Collection } from './collection.js';
import { experimentView, stressedPods } from './experiments.js';
import type { ValueStore } from './store.js';
import { Throttle } from './throttle.js';
import type { EngineChoice, ExperimentView } from './types.js';

export interface ExperimentWatchOptions {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  /** Read one by one where the user may not read all. */
  readonly namespaces: readonly string[];
  readonly engine: ValueStore<EngineChoice>;
  readonly experiments: ValueStore<readonly ExperimentView[]>;
  /** What `experimentsOf` says has changed. */
  readonly onTargets: () => void;
  readonly backoff: BackoffOptions;
}

const TELL_MS = 250;
/** How often it is asked whether Chaos Mesh is there, ms. */
const PROBE_MS = 30_000;
/** How often events are read of experiments that are stuck without a record, ms. */
const LOOK_MS = 2000;
const MAX_LOOKS = 10;
const NONE: readonly string[] = [];
const MISSING: EngineChoice = { kind: 'none', reason: 'chaos-mesh-missing' };

/** Whether Chaos Mesh is there, and all its memory experiments. */
export class ExperimentWatch {
  readonly #options: ExperimentWatchOptions;
  readonly #tell = new Throttle(TELL_MS, () => this.#publish());
  #collection: Collection<StressChaos> | null = null;
  #byPod = new Map<string, readonly string[]>();
  /** What events say of experiments that have no records, by uid. */
  readonly #failures = new Map<string, string>();

  constructor(options: ExperimentWatchOptions) {
    this.#options = options;
  }

  /** Keys of the experiments that act on the Pod now; the same list as long as nothing changes. */
  experimentsOf(podKey: string): readonly string[] {
    return this.#byPod.get(podKey) ?? NONE;
  }

  reconnect(): void {
    this.#collection?.reconnect();
  }

  /** Asks now whether Chaos Mesh is there. Throws ClusterError. */
  async probe(): Promise<EngineChoice> {
    const { transport, signal, engine } = this.#options;
    const here = await hasStressChaos(transport, signal);
    const before = engine.get();
    if (!here) {
      if (before.kind !== 'none') {
        engine.set(MISSING);
      }
    } else if (before.kind === 'none') {
      const version = await chaosMeshVersion(transport, signal);
      engine.set({ kind: 'chaos-mesh', version, installation: null });
    }
    return engine.get();
  }

  /** Runs until the signal aborts; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    const failures = this.#lookForFailures();
    let watching: { readonly done: Promise<void>; readonly controller: AbortController } | null = null;
    while (!signal.aborted) {
      const engine = await this.probe().catch(() => null);
      if (engine?.kind === 'chaos-mesh' && watching === null) {
        watching = this.#watch();
      } else if (engine?.kind === 'none' && watching !== null) {
        watching.controller.abort();
        await watching.done;
        watching = null;
        this.#collection = null;
        this.#tell.request();
      }
      // An answer that did not come is asked for again soon.
      await sleep(engine === null ? LOOK_MS : PROBE_MS, signal).catch(() => undefined);
    }
    watching?.controller.abort();
    await Promise.all([watching?.done, failures]);
    this.#tell.dispose();
  }

  #watch(): { done: Promise<void>; controller: AbortController } {
    const { transport, signal, backoff, namespaces } = this.#options;
    const controller = new AbortController();
    signal.addEventListener('abort', () => controller.abort(), { once: true });
    const collection = new Collection<StressChaos>({
      transport,
      everywhere: STRESS_CHAOS_ALL,
      within: stressChaosIn,
      namespaces,
      project: projectStressChaos,
      backoff,
      signal: controller.signal,
      onItems: () => this.#tell.request(),
      onState: () => undefined,
    });
    this.#collection = collection;
    return { done: collection.run(), controller };
  }

  #publish(): void {
    const now = Date.now();
    const objects = [...(this.#collection?.items() ?? [])].map(([, object]) => object);
    const views = objects.map((object) =>
      experimentView(object, now, this.#failures.get(object.metadata.uid ?? '') ?? null),
    );
    this.#options.experiments.set(views.sort((a, b) => (a.key < b.key ? -1 : 1)));
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

  /** Chaos Mesh tells only by an event why it could select no target. */
  async #lookForFailures(): Promise<void> {
    const { signal, experiments } = this.#options;
    while (!signal.aborted) {
      await sleep(LOOK_MS, signal).catch(() => undefined);
      const stuck = experiments.get().filter((one) => one.phase === 'injecting' && one.targets === 0);
      for (const { object } of stuck.slice(0, MAX_LOOKS)) {
        const message = await this.#failureOf(object).catch(() => null);
        if (message !== null && object.metadata.uid !== undefined) {
          this.#failures.set(object.metadata.uid, message);
          this.#tell.request();
        }
      }
      const alive = new Set(experiments.get().map((one) => one.object.metadata.uid));
      for (const uid of this.#failures.keys()) {
        if (!alive.has(uid)) {
          this.#failures.delete(uid);
        }
      }
    }
  }

  async #failureOf(object: StressChaos): Promise<string | null> {
    const { transport, signal } = this.#options;
    const { name, namespace = 'default', uid } = object.metadata;
    const list = asRecord(
      await transport.json({
        path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`,
        query: { fieldSelector: `involvedObject.name=${name},involvedObject.kind=StressChaos`, limit: '50' },
        signal,
      }),
    );
    const failed = asArray(list?.['items'])
      .map(asRecord)
      .filter((event) => event?.['type'] === 'Warning' && asRecord(event['involvedObject'])?.['uid'] === uid);
    return asString(failed.at(-1)?.['message']);
  }
}
