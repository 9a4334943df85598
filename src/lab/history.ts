import { HistorySeries } from './history-series.js';
import type { HistoryMark, KillLog, MemoryHistory, MemorySeries, PodView } from './types.js';

/** Containers that nobody watches have a short past, and only so many of them. */
const MAX_UNWATCHED = 500;

/** What was seen of a container when it was last looked at. */
interface Seen {
  readonly measuredAt: number | null;
  readonly restartCount: number;
}

/**
 * The past of containers' memory while one is connected: minutes for everybody (up to a bound), hours for the Pods
 * that somebody watches. Follows a container over its restarts, because it goes by name.
 */
export class HistoryBook implements MemoryHistory {
  readonly #series = new Map<string, HistorySeries>();
  readonly #seen = new Map<string, Seen>();
  readonly #views = new Map<string, PodView>();
  readonly #listeners = new Set<() => void>();
  readonly #now: () => number;
  readonly #isPaused: (experiment: string) => boolean;
  /** `namespace/pod/container experiment` of what was paused there. */
  readonly #paused = new Set<string>();
  tellsProbes = false;
  #kept: ReadonlySet<string> = new Set();
  #lastOrder = 0;

  /**
   * @param now the wall clock, ms since 1970
   * @param isPaused whether the experiment of that key rests and will go on
   */
  constructor(now: () => number = Date.now, isPaused: (experiment: string) => boolean = () => false) {
    this.#now = now;
    this.#isPaused = isPaused;
  }

  keep(podKeys: ReadonlySet<string>): void {
    this.#kept = podKeys;
    for (const [key, series] of this.#series) series.keep(podKeys.has(podKeyOf(key)));
  }

  series(key: string): MemorySeries | null {
    return this.#series.get(key) ?? null;
  }

  subscribe(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** Takes in the Pods of now. */
  takePods(pods: readonly PodView[]): void {
    let isNews = false;
    const known = this.#views.size;
    let met = 0;
    for (const pod of pods) {
      const before = this.#views.get(pod.key);
      if (before !== undefined) met += 1;
      if (before === pod) continue;
      this.#views.set(pod.key, pod);
      isNews = this.#takePod(pod, before ?? null) || isNews;
    }
    if (met < known) this.#forgetAllBut(new Set(pods.map(({ key }) => key)));
    if (isNews) this.#tell();
  }

  #forgetAllBut(present: ReadonlySet<string>): void {
    for (const [key, pod] of this.#views) {
      if (present.has(key)) continue;
      this.#views.delete(key);
      this.#forget(pod);
    }
  }

  /** Takes in the kills of now; those that are new become marks. */
  takeKills({ kills }: KillLog): void {
    const last = this.#lastOrder;
    let isNews = false;
    for (const { order, at, kill, namespace, podName, containerName } of kills) {
      if (order <= last) continue;
      this.#lastOrder = Math.max(this.#lastOrder, order);
      if (podName === null || containerName === null) continue;
      const victim = kill.victim?.comm ?? '';
      isNews = true;
      this.#mark(`${namespace ?? ''}/${podName}/${containerName}`, {
        time: at,
        kind: 'kill',
        detail: victim,
        count: 1,
      });
    }
    if (isNews) this.#tell();
  }

  /** Something happened to the container. */
  mark(key: string, mark: HistoryMark): void {
    this.#mark(key, mark);
    this.#tell();
  }

  /** Another cluster: nothing of the old one counts. */
  clear(): void {
    this.#series.clear();
    this.#seen.clear();
    this.#views.clear();
    this.#paused.clear();
    this.#lastOrder = 0;
    this.#tell();
  }

  dispose(): void {
    this.#listeners.clear();
  }

  #takePod(pod: PodView, before: PodView | null): boolean {
    let isNews = false;
    for (const container of pod.containers) {
      const key = `${pod.key}/${container.name}`;
      const { memory, restartCount } = container;
      const seen = this.#seen.get(key);
      this.#seen.set(key, { measuredAt: memory?.measuredAt ?? null, restartCount });
      if (memory !== null && memory.measuredAt !== seen?.measuredAt) {
        this.#open(key)?.push({
          time: memory.measuredAt,
          workingSetBytes: memory.workingSetBytes,
          usageBytes: memory.usageBytes,
          rssBytes: memory.rssBytes,
          cacheBytes: memory.cacheBytes,
        });
        isNews = true;
      }
      if (seen !== undefined && restartCount > seen.restartCount) {
        const count = restartCount - seen.restartCount;
        this.#mark(key, { time: this.#now(), kind: 'restart', detail: container.state, count });
        isNews = true;
      }
      if (before !== null && before.experiments !== pod.experiments) {
        isNews = this.#markExperiments(key, before.experiments, pod.experiments) || isNews;
      }
    }
    return isNews;
  }

  #markExperiments(key: string, before: readonly string[], after: readonly string[]): boolean {
    const begun = after.filter((one) => !before.includes(one));
    const ended = before.filter((one) => !after.includes(one));
    const time = this.#now();
    for (const detail of begun) {
      const kind = this.#paused.delete(`${key} ${detail}`) ? 'resume' : 'inject';
      this.#mark(key, { time, kind, detail, count: 1 });
    }
    for (const detail of ended) {
      const isPaused = this.#isPaused(detail);
      if (isPaused) this.#paused.add(`${key} ${detail}`);
      this.#mark(key, { time, kind: isPaused ? 'pause' : 'stop', detail, count: 1 });
    }
    return begun.length + ended.length > 0;
  }

  #mark(key: string, mark: HistoryMark): void {
    this.#open(key)?.mark(mark);
  }

  /** Null where too many have a past already. */
  #open(key: string): HistorySeries | null {
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const isKept = this.#kept.has(podKeyOf(key));
    if (!isKept && this.#series.size >= MAX_UNWATCHED) return null;
    const made = new HistorySeries(isKept);
    this.#series.set(key, made);
    return made;
  }

  /** The past of a Pod that is gone stays while somebody watches it. */
  #forget(pod: PodView): void {
    for (const { name } of pod.containers) {
      const key = `${pod.key}/${name}`;
      this.#seen.delete(key);
      if (!this.#kept.has(pod.key)) this.#series.delete(key);
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** `namespace/pod` of `namespace/pod/container`. */
function podKeyOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}
