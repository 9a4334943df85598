import {
  RUN_BOUNDS,
  type RunArrival,
  type RunForecast,
  type RunGap,
  type RunMark,
  type RunTarget,
} from '../../core/experiment/record.js';
import type { MemorySource } from '../../core/memory/reading.js';
import type { Arrival, ContainerView, HistoryMark, MemorySeries, PodView } from '../types.js';
import { BoundedSeries } from './series.js';

/** Longer than this without a measurement something is not known, ms: some periods of each source. */
const GAP_MS: Readonly<Record<MemorySource, number>> = { agent: 15_000, kubelet: 60_000, metrics: 180_000 };
const RUNNING = 'Running';

export interface TargetTrackOptions {
  /** `namespace/pod/container` */
  readonly target: string;
  /** Of the experiment. */
  readonly key: string;
  /** ms since 1970 */
  readonly startedAt: number;
  readonly forecast: RunForecast | null;
  readonly points: number;
}

/** One container of a run, followed over its restarts and those of its Pod. */
export class TargetTrack {
  readonly #options: TargetTrackOptions;
  readonly #series: BoundedSeries;
  readonly #marks: RunMark[] = [];
  readonly #gaps: RunGap[] = [];
  readonly #takenMarks = new WeakSet<HistoryMark>();
  #pod: PodView | null = null;
  #container: ContainerView | null = null;
  #restarts: { before: number; after: number } | null = null;
  #kills = 0;
  #arrival: RunArrival | null = null;
  #isStressed = false;
  #isGone = false;

  constructor(options: TargetTrackOptions) {
    this.#options = options;
    this.#series = new BoundedSeries(options.points);
  }

  /** Whether the stress was once in it. */
  wasHit = false;

  get node(): string | null {
    return this.#pod?.pod.spec.nodeName ?? null;
  }

  /** OOM kills so far. */
  get kills(): number {
    return this.#kills;
  }

  get restarted(): boolean {
    return this.#restarts !== null && this.#restarts.after > this.#restarts.before;
  }

  /**
   * What was measured before the run, so that a curve has a beginning; to be called before anything is taken.
   *
   * @param since ms since 1970
   */
  recall(history: MemorySeries | null, since: number, limitBytes: number | null): void {
    if (history === null) return;
    for (const mark of history.marks) this.#takenMarks.add(mark);
    const { times, workingSetBytes, usageBytes } = history.columns(since);
    for (const [index, time] of times.entries()) {
      this.#series.push({
        time: time - this.#options.startedAt,
        workingSetBytes: workingSetBytes[index] ?? null,
        usageBytes: usageBytes[index] ?? null,
        limitBytes,
      });
    }
  }

  /** @param pod null: it is gone. @param now ms since the start */
  take(pod: PodView | null, now: number): void {
    const name = this.#options.target.slice(this.#options.target.lastIndexOf('/') + 1);
    const container = pod?.containers.find((one) => one.name === name) ?? null;
    if (pod === null || container === null) {
      if (!this.#isGone && this.#pod !== null)
        this.#mark({ time: now, kind: 'restart', detail: 'Pod deleted', count: 1 });
      this.#isGone = true;
      return;
    }
    this.#count(pod, container, now);
    this.#isGone = false;
    this.#pod = pod;
    this.#container = container;
    this.#measure(container, now);
    const isStressed = pod.experiments.includes(this.#options.key);
    if (isStressed !== this.#isStressed) {
      this.#isStressed = isStressed;
      this.#mark({ time: now, kind: isStressed ? 'inject' : 'stop', detail: '', count: 1 });
    }
  }

  /** Takes the failures of probes out of the container's past. */
  takeMarks(marks: readonly HistoryMark[]): void {
    for (const mark of marks) {
      if (mark.kind !== 'probe' || this.#takenMarks.has(mark)) continue;
      this.#takenMarks.add(mark);
      const time = Math.max(0, mark.time - this.#options.startedAt);
      this.#mark({ time, kind: 'probe', detail: mark.detail.slice(0, RUN_BOUNDS.text), count: mark.count });
    }
  }

  takeArrival(arrival: Arrival, now: number): void {
    const before = this.#arrival;
    const arrivedAt = arrival.state === 'arrived' ? now : null;
    this.#arrival = {
      state: arrival.state,
      expectedBytes: arrival.expectedBytes ?? before?.expectedBytes ?? null,
      arrivedBytes: highest(before?.arrivedBytes ?? null, arrival.arrivedBytes),
      arrivedAt: before?.arrivedAt ?? arrivedAt,
      stressorKills: Math.max(before?.stressorKills ?? 0, arrival.stressorKills),
    };
  }

  /** The times without a measurement, up to the end (ms since the start). */
  gaps(end: number): readonly RunGap[] {
    const last = this.#series.lastTime ?? 0;
    const isOpen = !this.#isGone && this.#container?.state === RUNNING && end - last > this.#patience();
    return isOpen ? [...this.#gaps, this.#gap(Math.max(0, last), end)] : this.#gaps;
  }

  finish(watched: { readonly kills: boolean; readonly probes: boolean }): RunTarget | null {
    const pod = this.#pod;
    if (pod === null) return null;
    const container = this.#container;
    return {
      target: this.#options.target,
      node: this.node,
      qosClass: pod.qosClass,
      requestBytes: container?.requestBytes ?? null,
      limitBytes: container?.limitBytes ?? null,
      forecast: this.#options.forecast,
      restarts: this.#restarts ?? { before: 0, after: 0 },
      ready: this.#isGone ? null : (container?.ready ?? null),
      state: this.#isGone ? 'Deleted' : (container?.state ?? ''),
      arrival: this.#arrival,
      kills: this.#kills,
      killsWatched: watched.kills,
      probesWatched: watched.probes,
      peak: this.#series.peak,
      series: this.#series.columns(),
      marks: this.#marks,
    };
  }

  /** Counts restarts and kills, also where another Pod takes the name over. */
  #count(pod: PodView, container: ContainerView, now: number): void {
    const before = this.#container;
    const isSame = this.#pod?.pod.metadata.uid === pod.pod.metadata.uid;
    if (before === null || this.#restarts === null) {
      this.#restarts = { before: container.restartCount, after: container.restartCount };
      return;
    }
    const restarts = isSame ? container.restartCount - before.restartCount : container.restartCount + 1;
    if (restarts > 0) {
      this.#restarts = { ...this.#restarts, after: this.#restarts.after + restarts };
      const detail = isSame ? endText(pod, container) : 'Pod replaced';
      this.#mark({ time: now, kind: 'restart', detail, count: restarts });
    }
    this.#kills += Math.max(0, isSame ? container.oomKills - before.oomKills : container.oomKills);
  }

  #measure({ memory, sample, limitBytes, state }: ContainerView, now: number): void {
    if (memory === null || memory.stale) return;
    const time = memory.measuredAt - this.#options.startedAt;
    const last = this.#series.lastTime;
    if (last !== null && time <= last) return;
    const since = Math.max(0, last ?? 0);
    const wasRunning = state === RUNNING && now > since;
    if (wasRunning && time - since > GAP_MS[memory.source]) this.#gaps.push(this.#gap(since, time));
    this.#series.push({
      time,
      workingSetBytes: memory.workingSetBytes,
      usageBytes: memory.usageBytes,
      limitBytes: sample?.effectiveLimitBytes ?? limitBytes,
    });
  }

  #gap(from: number, to: number): RunGap {
    return { kind: 'measurement', from, to, where: this.#options.target };
  }

  #patience(): number {
    return GAP_MS[this.#container?.memory?.source ?? 'agent'];
  }

  #mark(mark: RunMark): void {
    if (this.#marks.length < RUN_BOUNDS.marks) this.#marks.push(mark);
  }
}

/** Why the instance before ended, e.g. `OOMKilled`, `Error (137)`. */
function endText({ pod }: PodView, { name, state }: ContainerView): string {
  const status = pod.status?.containerStatuses?.find((one) => one.name === name);
  const ended = status?.lastState?.terminated ?? status?.state?.terminated;
  if (ended === undefined) return state;
  const reason = ended.reason ?? 'Terminated';
  return `${reason} (${ended.exitCode})`.slice(0, RUN_BOUNDS.text);
}

function highest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
