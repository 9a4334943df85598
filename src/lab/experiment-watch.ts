import { type BackoffOptions, sleep } from '../cluster/backoff.js';
import { readInstallation } from '../cluster/chaos-mesh.js';
import { hasStressChaos } from '../cluster/discovery.js';
import { warningsAbout } from '../cluster/manage.js';
import { projectStressChaos, STRESS_CHAOS_ALL, stressChaosIn } from '../cluster/stresschaos.js';
import type { Transport } from '../cluster/transport.js';
import type { StressChaos } from '../core/kubernetes/objects.js';
import { Collection } from './collection.js';
import type { FoundChaosMesh } from './engine-choice.js';
import type { ExperimentBook } from './experiment-book.js';
import { type DeletionTiming, experimentHang } from './experiment-hang.js';
import { experimentView } from './experiments.js';
import type { ChaosMeshInstallation, ExperimentHang, ExperimentView } from './types.js';

export interface ExperimentWatchOptions {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  /** Read one by one where the user may not read all. */
  readonly namespaces: readonly string[];
  readonly book: ExperimentBook;
  /** Chaos Mesh has come, changed or gone. */
  readonly onFound: (found: FoundChaosMesh) => void;
  /** The node of a Pod (`namespace/name`); null: not known. */
  readonly nodeOf: (podKey: string) => string | null;
  readonly backoff: BackoffOptions;
  readonly timing: DeletionTiming;
}

/** How often it is asked whether Chaos Mesh is there, ms. */
const PROBE_MS = 30_000;
/** How often it is looked what experiments wait for that are stuck, ms. */
const LOOK_MS = 2000;
const MAX_LOOKS = 10;

/** Whether Chaos Mesh is there, how it is installed, and all its memory experiments. */
export class ExperimentWatch {
  readonly #options: ExperimentWatchOptions;
  #collection: Collection<StressChaos> | null = null;
  #installation: ChaosMeshInstallation | null = null;
  #here: boolean | null = null;
  /** What events say of experiments that have no records, by uid. */
  readonly #failures = new Map<string, string>();
  /** When a deletion was first seen, by uid, on the monotonic clock, ms. */
  readonly #deletedAt = new Map<string, number>();

  constructor(options: ExperimentWatchOptions) {
    this.#options = options;
    options.book.join('chaos-mesh', () => this.#views());
  }

  reconnect(): void {
    this.#collection?.reconnect();
  }

  /** Asks now whether Chaos Mesh is there. Throws ClusterError. */
  async probe(): Promise<boolean> {
    const { transport, signal } = this.#options;
    const here = await hasStressChaos(transport, signal);
    if (here !== this.#here) {
      this.#here = here;
      this.#installation = null;
      this.#tellFound();
    }
    return here;
  }

  /** What a deletion waits for, as of now. Throws ClusterError only when cancelled. */
  async explain(object: StressChaos): Promise<ExperimentHang> {
    await this.#readInstallation();
    return this.#hang(object);
  }

  /** Runs until the signal aborts; never rejects. */
  async run(): Promise<void> {
    const { signal, book } = this.#options;
    const looking = this.#lookAtStuck();
    let watching: { readonly done: Promise<void>; readonly controller: AbortController } | null = null;
    while (!signal.aborted) {
      const here = await this.probe().catch(() => null);
      if (here === true && watching === null) {
        watching = this.#watch();
      } else if (here === false && watching !== null) {
        watching.controller.abort();
        await watching.done;
        watching = null;
        this.#collection = null;
        book.changed();
      }
      if (here === true) {
        await this.#readInstallation().catch(() => undefined);
      }
      // An answer that did not come is asked for again soon.
      await sleep(here === null ? LOOK_MS : PROBE_MS, signal).catch(() => undefined);
    }
    watching?.controller.abort();
    await Promise.all([watching?.done, looking]);
  }

  #watch(): { done: Promise<void>; controller: AbortController } {
    const { transport, signal, backoff, namespaces, book } = this.#options;
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
      onItems: () => book.changed(),
      onState: () => undefined,
    });
    this.#collection = collection;
    return { done: collection.run(), controller };
  }

  async #readInstallation(): Promise<void> {
    const { transport, signal } = this.#options;
    const now = await readInstallation(transport, signal);
    if (JSON.stringify(now) !== JSON.stringify(this.#installation)) {
      this.#installation = now;
      this.#tellFound();
    }
  }

  #tellFound(): void {
    this.#options.onFound(this.#here === true ? { installation: this.#installation } : null);
  }

  #objects(): readonly StressChaos[] {
    return [...(this.#collection?.items() ?? [])].map(([, object]) => object);
  }

  #views(): readonly ExperimentView[] {
    const now = Date.now();
    return this.#objects().map((object) => {
      const failure = this.#failures.get(object.metadata.uid ?? '') ?? null;
      return experimentView(object, now, failure, this.#hangs(object) ? this.#hang(object) : null);
    });
  }

  #hang(object: StressChaos): ExperimentHang {
    return experimentHang(object, { installation: this.#installation, nodeOf: this.#options.nodeOf });
  }

  /** Clocks are never compared: a deletion's age is counted from when we first saw it. */
  #hangs({ metadata: { uid = '', deletionTimestamp } }: StressChaos): boolean {
    if (deletionTimestamp === undefined) return false;
    const since = this.#deletedAt.get(uid) ?? performance.now();
    this.#deletedAt.set(uid, since);
    return performance.now() - since >= this.#options.timing.hangsAfterMs;
  }

  async #lookAtStuck(): Promise<void> {
    const { signal, book } = this.#options;
    while (!signal.aborted) {
      await sleep(LOOK_MS, signal).catch(() => undefined);
      const objects = this.#objects();
      await this.#lookForFailures(objects);
      const deleted = objects.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
      if (deleted.some((one) => this.#hangs(one))) {
        await this.#readInstallation().catch(() => undefined);
      }
      // Time alone makes a deletion one that hangs.
      if (deleted.length > 0) book.changed();
      const alive = new Set(objects.map(({ metadata }) => metadata.uid));
      for (const known of [this.#failures, this.#deletedAt]) {
        for (const uid of known.keys()) if (!alive.has(uid)) known.delete(uid);
      }
    }
  }

  /** Chaos Mesh tells only by an event why it could select no target. */
  async #lookForFailures(objects: readonly StressChaos[]): Promise<void> {
    const { transport, signal, book } = this.#options;
    const isStuck = (object: StressChaos): boolean => {
      const { phase, targets } = experimentView(object, Date.now(), null);
      return phase === 'injecting' && targets === 0;
    };
    for (const object of objects.filter(isStuck).slice(0, MAX_LOOKS)) {
      const { name, namespace = 'default', uid = '' } = object.metadata;
      const subject = { kind: 'StressChaos', namespace, name, uid };
      const [message] = await warningsAbout(transport, subject, signal).catch(() => []);
      if (message !== undefined && this.#failures.get(uid) !== message) {
        this.#failures.set(uid, message);
        book.changed();
      }
    }
  }
}
