import type { HistoryMark, MemoryColumns, MemoryPoint, MemorySeries } from './types.js';

/** Every sample is kept for so many points (ten minutes at one a second). */
const FINE = 600;
/** Points of a container that nobody watches. */
const UNWATCHED = 300;
/** Older ones are joined: the highest of so many ms stands for all. */
const BUCKET_MS = 10_000;
/** Joined points: about six hours. */
const COARSE = 2100;
const MAX_MARKS = 500;
/** Kills that follow each other so fast are one mark with a count, ms. */
const MARK_MS = 1000;
/** Trimming an array costs its length: it is done for so many points at once. */
const SLACK = 60;

const COLUMNS = ['workingSetBytes', 'usageBytes', 'rssBytes', 'cacheBytes'] as const;

/** The past of one container, oldest first: fine for minutes, by its peaks for hours. */
export class HistorySeries implements MemorySeries {
  readonly #fine: MemoryPoint[] = [];
  readonly #coarse: MemoryPoint[] = [];
  #marks: HistoryMark[] = [];
  #kept: boolean;

  constructor(kept: boolean) {
    this.#kept = kept;
  }

  get marks(): readonly HistoryMark[] {
    return this.#marks;
  }

  get lastTime(): number | null {
    return this.#fine.at(-1)?.time ?? null;
  }

  keep(kept: boolean): void {
    this.#kept = kept;
  }

  /** A point that is not newer than the last one is none: clocks step back, and streams repeat. */
  push(point: MemoryPoint): void {
    if (Number.isNaN(point.time) || point.time <= (this.lastTime ?? Number.NEGATIVE_INFINITY)) return;
    this.#fine.push(point);
    const limit = this.#kept ? FINE : UNWATCHED;
    if (this.#fine.length <= limit + SLACK) return;
    const old = this.#fine.splice(0, this.#fine.length - limit);
    if (!this.#kept) return;
    for (const one of old) this.#join(one);
    if (this.#coarse.length > COARSE + SLACK) this.#coarse.splice(0, this.#coarse.length - COARSE);
  }

  mark(mark: HistoryMark): void {
    const last = this.#marks.at(-1);
    const joins =
      last !== undefined &&
      last.kind === mark.kind &&
      mark.kind === 'kill' &&
      mark.time - last.time < MARK_MS;
    if (joins) {
      this.#marks = [...this.#marks.slice(0, -1), { ...last, count: last.count + mark.count }];
    } else {
      this.#marks = [...this.#marks.slice(1 - MAX_MARKS), mark];
    }
  }

  columns(since: number): MemoryColumns {
    const points = [...this.#coarse, ...this.#fine].filter(({ time }) => time > since);
    return {
      times: points.map(({ time }) => time),
      workingSetBytes: points.map((point) => point.workingSetBytes),
      usageBytes: points.map((point) => point.usageBytes),
      rssBytes: points.map((point) => point.rssBytes),
      cacheBytes: points.map((point) => point.cacheBytes),
    };
  }

  #join(point: MemoryPoint): void {
    const last = this.#coarse.at(-1);
    if (last === undefined || Math.floor(last.time / BUCKET_MS) !== Math.floor(point.time / BUCKET_MS)) {
      this.#coarse.push(point);
      return;
    }
    const joined = { ...point };
    for (const column of COLUMNS) joined[column] = highest(last[column], point[column]);
    this.#coarse[this.#coarse.length - 1] = joined;
  }
}

function highest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
