import type { StressChaos } from '../../../core/kubernetes/objects.js';
import { EventRecorder } from '../../api/events.js';
import { equalJson, type JsonObject, stringMapAt, valueAt } from '../../api/json.js';
import { type KubeObject, kubeTime, namespaceOf, typed } from '../../api/kube-object.js';
import type { Registry } from '../../api/registry.js';
import type { ResourceDefinition } from '../../api/resource.js';
import { ApiError } from '../../api/status.js';
import { type ChaosMeshSettings, DEFAULT_SETTINGS } from '../settings.js';
import { isPaused, MANAGED_BY, newChild, progress, withPause } from './children.js';
import { HISTORY_LIMIT, type Schedule } from './object.js';
import { dueAt, readSchedule } from './times.js';

export interface ScheduleControllerOptions {
  readonly registry: Registry;
  readonly settings?: ChaosMeshSettings;
  readonly log: (message: string) => void;
  /** ms since the epoch; the tests have a clock of their own. */
  readonly now?: () => number;
}

/** setTimeout takes no longer one; ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Stands in for Chaos Mesh's four controllers of Schedules: starts experiments, keeps count, clears up, pauses. */
export class ScheduleController {
  readonly #registry: Registry;
  readonly #settings: ChaosMeshSettings;
  readonly #log: (message: string) => void;
  readonly #now: () => number;
  readonly #schedules: ResourceDefinition;
  readonly #experiments: ResourceDefinition;
  readonly #events: EventRecorder;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #unsubscribe: (() => void)[] = [];
  #stopped = false;

  constructor({ registry, settings = DEFAULT_SETTINGS, log, now = Date.now }: ScheduleControllerOptions) {
    this.#registry = registry;
    this.#settings = settings;
    this.#log = log;
    this.#now = now;
    this.#schedules = registry.definition('schedules', 'chaos-mesh.org');
    this.#experiments = registry.definition('stresschaos', 'chaos-mesh.org');
    this.#events = new EventRecorder(registry, { component: 'schedule-cron' });
  }

  start(): void {
    const see = (object: KubeObject, name: string | undefined): void => {
      // After the write that told of it is through: what follows writes, too.
      if (name !== undefined) queueMicrotask(() => this.wake(namespaceOf(object), name));
    };
    this.#unsubscribe = [
      this.#registry.subscribe(this.#schedules, ({ last }) => see(last, last.metadata.name)),
      this.#registry.subscribe(this.#experiments, ({ last }) => see(last, ownerOf(last))),
    ];
    for (const schedule of this.#registry.list(this.#schedules)) see(schedule, schedule.metadata.name);
  }

  stop(): void {
    this.#stopped = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Looks at a Schedule: what is due is started, what is too old is cleared up. */
  wake(namespace: string, name: string): void {
    const { targetNamespace } = this.#settings;
    if (this.#stopped || (targetNamespace !== null && namespace !== targetNamespace)) return;
    const key = `${namespace}/${name}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    const found = this.#registry.find(this.#schedules, namespace, name);
    if (found === undefined || found.metadata['deletionTimestamp'] !== undefined) return;
    try {
      this.#again(key, [this.#clearUp(found), this.#pause(found), this.#tellActive(found), this.#run(found)]);
    } catch (error) {
      this.#log(`chaos: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Comes back at the first of these times (ms since the epoch). */
  #again(key: string, times: readonly (number | null)[]): void {
    const known = times.filter((time) => time !== null);
    if (known.length === 0) return;
    const [namespace = '', name = ''] = key.split('/');
    const wait = Math.min(Math.max(Math.min(...known) - this.#now(), 0) + 1, MAX_TIMER_MS);
    this.#timers.set(
      key,
      setTimeout(() => this.wake(namespace, name), wait),
    );
  }

  /** Oldest first. */
  #children(schedule: KubeObject): KubeObject[] {
    return this.#registry
      .list(this.#experiments, namespaceOf(schedule))
      .filter((one) => ownerOf(one) === schedule.metadata.name)
      .sort((a, b) => Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp));
  }

  /** Deletes what is over and more than are kept; what is not over is passed by until then, unless it never ends. */
  #clearUp(schedule: KubeObject): number | null {
    const children = this.#children(schedule);
    const { historyLimit = HISTORY_LIMIT } = typed<Schedule>(schedule).spec;
    const now = this.#now();
    const later: number[] = [];
    for (const child of children.slice(0, Math.max(children.length - historyLimit, 0))) {
      const { name } = child.metadata;
      const { finished, leftMs } = progress(child, now);
      if (!finished && leftMs > 0) {
        later.push(now + leftMs);
        this.#tell(schedule, 'Warning', 'Skip', `Skip removing history: ${name} is still running`);
      } else if (child.metadata['deletionTimestamp'] === undefined) {
        this.#registry.delete(this.#experiments, namespaceOf(child), name);
      }
    }
    return later.length === 0 ? null : Math.min(...later);
  }

  /** Its experiments are paused when it is, and go on when it does. */
  #pause(schedule: KubeObject): null {
    const paused = isPaused(typed<Schedule>(schedule));
    for (const child of this.#children(schedule)) {
      if (isPaused(typed<StressChaos>(child)) === paused) continue;
      const { name } = child.metadata;
      this.#registry.patch(this.#experiments, namespaceOf(child), name, (one) => withPause(one, paused));
    }
    return null;
  }

  #tellActive(schedule: KubeObject): null {
    const active = this.#children(schedule)
      .map(({ apiVersion, kind, metadata }): JsonObject => {
        const { name, uid } = metadata;
        return { apiVersion, kind, namespace: namespaceOf(schedule), name, uid };
      })
      .sort((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1));
    if (equalJson(valueAt(schedule, 'status', 'active') ?? [], active)) return null;
    this.#status(schedule, { active });
    return null;
  }

  /** Starts what is due; returns when to look again. */
  #run(seen: KubeObject): number | null {
    const schedule = typed<Schedule>(seen);
    if (isPaused(schedule)) return null;
    const { schedule: text, startingDeadlineSeconds = null, concurrencyPolicy = 'Forbid' } = schedule.spec;
    const cron = readSchedule(text);
    // The webhook has let through no other.
    if (cron.error !== null) return null;
    const now = this.#now();
    const since = Date.parse(schedule.status?.time ?? seen.metadata.creationTimestamp);
    const deadlineMs = startingDeadlineSeconds === null ? null : startingDeadlineSeconds * 1000;
    let due: ReturnType<typeof dueAt>;
    try {
      due = dueAt(cron, { since, deadlineMs }, now);
    } catch (error) {
      this.#tell(
        seen,
        'Warning',
        'Failed',
        `Failed to get run time: ${error instanceof Error ? error.message : error}`,
      );
      return null;
    }
    if (due.missed === null) return due.next;
    const running = this.#children(seen).find((child) => !progress(child, now).finished);
    if (concurrencyPolicy === 'Forbid' && running !== undefined) {
      const { name } = running.metadata;
      this.#tell(seen, 'Warning', 'Forbid', `Forbid spawning new job because: ${name} is still running`);
      return due.next;
    }
    this.#spawn(seen);
    return due.next;
  }

  #spawn(schedule: KubeObject): void {
    const child = newChild(typed<Schedule>(schedule));
    try {
      const made = this.#registry.create(this.#experiments, namespaceOf(schedule), child);
      this.#tell(schedule, 'Normal', 'Spawned', `Create new object: ${made.metadata.name}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#tell(schedule, 'Warning', 'Failed', `Failed to create new object: ${error.message}`);
      return;
    }
    this.#status(schedule, { time: kubeTime(new Date(this.#now())) });
    this.#tell(schedule, 'Normal', 'Updated', 'Successfully update lastScheduleTime of resource');
  }

  #status(schedule: KubeObject, change: JsonObject): void {
    const { name } = schedule.metadata;
    this.#registry.patch(this.#schedules, namespaceOf(schedule), name, (current) => ({
      ...current,
      status: { ...(current['status'] as JsonObject | undefined), ...change },
    }));
  }

  #tell(schedule: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#events.record(schedule, { type, reason, message });
  }
}

/** The name of the Schedule that has made an experiment. */
function ownerOf(child: KubeObject): string | undefined {
  return stringMapAt(child, 'metadata', 'labels')[MANAGED_BY];
}
