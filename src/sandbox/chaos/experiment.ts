import type { StressChaos, StressChaosRecord, StressChaosStatus } from '../../core/kubernetes/objects.js';
import type { NewEvent } from '../api/events.js';
import { arrayAt, clone, ensureObject, equalJson, isObject, type JsonObject } from '../api/json.js';
import { type KubeObject, plain, typed } from '../api/kube-object.js';
import { finalizersOf } from '../api/registry.js';
import type { StressAgent } from './agent-client.js';
import { conditionsOf, INJECTED, NOT_INJECTED } from './conditions.js';
import type { Daemons } from './daemons.js';
import { type Desired, desired } from './desired.js';
import { apply, type Instance, recover } from './injection.js';
import { newRecords, withEvent } from './records.js';
import { type Choose, type Cluster, SelectionError, selectTargets } from './selection.js';

export const FINALIZER = 'chaos-mesh/records';
const CLEAN_FINALIZER = 'chaos-mesh.chaos-mesh.org/cleanFinalizer';
/** The longest wait before a failed injection is tried again, ms. */
const MAX_RETRY_MS = 30_000;
/** setTimeout takes no longer one; ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface ExperimentOptions {
  readonly uid: string;
  readonly agent: StressAgent;
  readonly daemons: Daemons;
  readonly nodeMemoryBytes: number;
  readonly retryMs: number;
  readonly choose?: Choose;
  /** The object now; null when it has gone. */
  readonly read: () => KubeObject | null;
  readonly write: (change: (current: JsonObject) => JsonObject) => void;
  readonly cluster: () => Cluster;
  readonly record: (event: NewEvent) => void;
  readonly log: (message: string) => void;
}

/** One StressChaos object from its finalizer to its end, step by step as Chaos Mesh's pipeline takes them. */
export class Experiment {
  readonly #options: ExperimentOptions;
  #working = false;
  #again = false;
  #closed = false;
  #failures = 0;
  /** When what failed on the way to that phase may be tried again (performance.now); null: nothing failed. */
  #retry: { readonly phase: Desired['phase']; readonly at: number } | null = null;
  /** The object as this left it, in what its controller looks at. */
  #left: JsonObject | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ExperimentOptions) {
    this.#options = options;
  }

  /** Looks at the object (again), now or after what is being done. */
  wake(): void {
    this.#again = true;
    if (!this.#working) void this.#work();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        clearTimeout(this.#timer);
        await this.#reconcile();
      }
    } catch (error) {
      if (!this.#closed)
        this.#options.log(`chaos: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#working = false;
    }
  }

  async #reconcile(): Promise<void> {
    const found = this.#options.read();
    if (found === null) return;
    const object = typed<StressChaos>(found);
    const deleting = object.metadata.deletionTimestamp !== undefined;
    if (this.#finalizer(found, deleting)) return;
    const want = desired(object, Date.now());
    this.#phase(object, want);
    const selected = this.#select(object, want);
    if (selected !== undefined && !this.#waits(want, found)) this.#tried(want, await this.#reach(want));
    this.#conditions(want);
    this.#plan(want);
    if (deleting) this.#release();
    const left = this.#options.read();
    this.#left = left === null ? null : withoutNews(left);
  }

  /** Sets the finalizer; true when there is nothing more to do in this turn. */
  #finalizer(found: KubeObject, deleting: boolean): boolean {
    const { record, write } = this.#options;
    if (deleting) return !finalizersOf(found).includes(FINALIZER);
    if (finalizersOf(found).includes(FINALIZER)) return false;
    write((current) => withFinalizers(current, (list) => [...list, FINALIZER]));
    record({ type: 'Normal', reason: 'FinalizerInited', message: 'Finalizer has been inited' });
    record({ type: 'Normal', reason: 'Updated', message: 'Successfully update finalizer of resource' });
    return false;
  }

  #phase({ status }: StressChaos, want: Desired): void {
    const before = status?.experiment?.desiredPhase;
    if (before === want.phase) return;
    const { record } = this.#options;
    this.#status((old) => ({ ...old, experiment: { ...old.experiment, desiredPhase: want.phase } }));
    if (want.phase === 'Run')
      record({ type: 'Normal', reason: 'Started', message: 'Experiment has started' });
    else if (want.timeUp)
      record({ type: 'Normal', reason: 'TimeUp', message: 'Time up according to the duration' });
    else if (want.paused) record({ type: 'Normal', reason: 'Paused', message: 'Experiment has been paused' });
    else record({ type: 'Normal', reason: 'Deleted', message: 'Experiment has been deleted' });
    record({ type: 'Normal', reason: 'Updated', message: 'Successfully update desiredPhase of resource' });
  }

  /** The records: chosen once, then kept. Undefined where nothing could be chosen, or nothing should. */
  #select({ status, spec }: StressChaos, want: Desired): readonly StressChaosRecord[] | undefined {
    const existing = status?.experiment?.containerRecords;
    if (existing !== undefined || want.phase === 'Stop') return existing;
    try {
      const records = newRecords(selectTargets(spec, this.#options.cluster(), this.#options.choose));
      this.#records(() => records);
      return records;
    } catch (error) {
      if (!(error instanceof SelectionError)) throw error;
      this.#failed('select targets', error.message);
      return undefined;
    }
  }

  /** Brings every record to where it should be; true when one of them could not. */
  async #reach(want: Desired): Promise<boolean> {
    let failed = false;
    for (const { id } of this.#current()?.status?.experiment?.containerRecords ?? []) {
      const object = this.#current();
      const record = object?.status?.experiment?.containerRecords?.find((one) => one.id === id);
      if (object === null || record === undefined || this.#closed) return failed;
      const now = desired(object, Date.now());
      if (now.phase !== want.phase) {
        this.#again = true;
        return failed;
      }
      if (now.phase === 'Run' && record.phase === NOT_INJECTED)
        failed = !(await this.#apply(object, record, now)) || failed;
      if (now.phase === 'Stop' && record.phase === INJECTED)
        failed = !(await this.#recover(object, record)) || failed;
    }
    return failed;
  }

  async #apply(object: StressChaos, record: StressChaosRecord, now: Desired): Promise<boolean> {
    const { agent, daemons, nodeMemoryBytes, cluster, record: event } = this.#options;
    const { id } = record;
    try {
      const context = { agent, daemons, nodeMemoryBytes, pods: cluster().pods };
      const instance = await apply(object, record, now.remainingMs, context);
      this.#settle(id, { phase: INJECTED, injectedCount: record.injectedCount + 1 }, 'Apply', instance);
      event({ type: 'Normal', reason: 'Applied', message: `Successfully apply chaos for ${id}` });
      event({ type: 'Normal', reason: 'Updated', message: 'Successfully update records of resource' });
      return true;
    } catch (error) {
      this.#notReached(id, 'Apply', 'apply chaos', error);
      return false;
    }
  }

  async #recover(object: StressChaos, record: StressChaosRecord): Promise<boolean> {
    const { agent, daemons, cluster, record: event } = this.#options;
    const { id } = record;
    try {
      await recover(object, record, { agent, daemons, pods: cluster().pods });
      this.#settle(id, { phase: NOT_INJECTED, recoveredCount: record.recoveredCount + 1 }, 'Recover', null);
      event({ type: 'Normal', reason: 'Recovered', message: `Successfully recover chaos for ${id}` });
      event({ type: 'Normal', reason: 'Updated', message: 'Successfully update records of resource' });
      return true;
    } catch (error) {
      this.#notReached(id, 'Recover', 'recover chaos', error);
      return false;
    }
  }

  #settle(
    id: string,
    change: Partial<StressChaosRecord>,
    operation: 'Apply' | 'Recover',
    instance: Instance | null,
  ): void {
    this.#records((list) =>
      list.map((one) => (one.id === id ? withEvent({ ...one, ...change }, 'Succeeded', operation) : one)),
    );
    this.#status((old) => {
      const { [id]: _ended, ...others } = old.instances ?? {};
      return { ...old, instances: instance === null ? others : { ...others, [id]: instance } };
    });
  }

  #notReached(id: string, operation: 'Apply' | 'Recover', activity: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#records((list) =>
      list.map((one) => (one.id === id ? withEvent(one, 'Failed', operation, message) : one)),
    );
    this.#failed(activity, message);
  }

  #failed(activity: string, message: string): void {
    this.#options.record({ type: 'Warning', reason: 'Failed', message: `Failed to ${activity}: ${message}` });
  }

  #conditions(want: Desired): void {
    this.#status((old) => ({
      ...old,
      conditions: conditionsOf(old.experiment?.containerRecords, want.paused),
    }));
  }

  /** What failed waits for its time, unless the aim is another, or somebody has changed more than a record's events. */
  #waits(want: Desired, found: KubeObject): boolean {
    if (this.#retry === null || this.#retry.phase !== want.phase) return false;
    return performance.now() < this.#retry.at && equalJson(this.#left ?? {}, withoutNews(found));
  }

  #tried({ phase }: Desired, failed: boolean): void {
    this.#failures = failed ? this.#failures + 1 : 0;
    const wait = Math.min(this.#options.retryMs * 2 ** (this.#failures - 1), MAX_RETRY_MS);
    this.#retry = failed ? { phase, at: performance.now() + wait } : null;
  }

  /** Comes back when the duration ends, or when what failed may be tried again. */
  #plan(want: Desired): void {
    const retry = this.#retry === null ? null : Math.max(this.#retry.at - performance.now(), 0);
    const end = want.phase === 'Run' ? want.remainingMs : null;
    const waits = [retry, end].filter((one) => one !== null);
    if (waits.length === 0 || this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), Math.min(Math.min(...waits) + 1, MAX_TIMER_MS));
  }

  /** Lets a deleted object go once nothing is injected any more, or when its owner forces it. */
  #release(): void {
    const object = this.#current();
    if (object === null) return;
    const records = object.status?.experiment?.containerRecords ?? [];
    const forced = object.metadata.annotations?.[CLEAN_FINALIZER] === 'forced';
    if (!forced && records.some((record) => record.phase !== NOT_INJECTED)) return;
    this.#options.write((current) =>
      withFinalizers(current, (list) => list.filter((one) => one !== FINALIZER)),
    );
  }

  #current(): StressChaos | null {
    const found = this.#options.read();
    return found === null ? null : typed<StressChaos>(found);
  }

  #records(change: (records: readonly StressChaosRecord[]) => readonly StressChaosRecord[]): void {
    this.#status((old) => {
      const containerRecords = change(old.experiment?.containerRecords ?? []);
      return { ...old, experiment: { ...old.experiment, containerRecords } };
    });
  }

  /** Writes the status where it differs; the object may have gone in the meantime. */
  #status(change: (old: StressChaosStatus) => StressChaosStatus): void {
    const found = this.#options.read();
    if (found === null) return;
    const old = typed<StressChaos>(found).status ?? {};
    const status = plain(change(old));
    if (equalJson(found['status'], status)) return;
    this.#options.write((current) => ({ ...current, status }));
  }
}

/** The object but for what Chaos Mesh's controller does not reconcile for (StatusRecordEventsChangePredicate). */
function withoutNews(object: KubeObject): JsonObject {
  const copy = clone<JsonObject>(object);
  const metadata = ensureObject(copy, 'metadata');
  for (const key of ['resourceVersion', 'generation', 'managedFields']) delete metadata[key];
  for (const record of arrayAt(copy, 'status', 'experiment', 'containerRecords')) {
    if (isObject(record)) delete record['events'];
  }
  return copy;
}

function withFinalizers(current: JsonObject, change: (list: string[]) => string[]): JsonObject {
  const copy = clone(current);
  ensureObject(copy, 'metadata')['finalizers'] = change(finalizersOf(copy));
  return copy;
}
