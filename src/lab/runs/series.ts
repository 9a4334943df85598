import type { RunSeries } from '../../core/experiment/record.js';

export interface RunPoint {
  /** ms since the run's start */
  readonly time: number;
  /** Bytes; null: the source does not say. */
  readonly workingSetBytes: number | null;
  readonly usageBytes: number | null;
  readonly limitBytes: number | null;
}

/** Points of one container, oldest first and never more than `most`: then neighbours are joined, the higher one stands. */
export class BoundedSeries {
  readonly #most: number;
  #points: RunPoint[] = [];
  /** So many points that came are one point here. */
  #stride = 1;
  #joined = 0;
  #peak: { bytes: number; time: number } | null = null;

  /** @param most at least 2 */
  constructor(most: number) {
    this.#most = most;
  }

  get lastTime(): number | null {
    return this.#points.at(-1)?.time ?? null;
  }

  /** The highest working set since the run's start: nothing is lost by joining. */
  get peak(): { readonly bytes: number; readonly time: number } | null {
    return this.#peak;
  }

  /** A point that is not newer than the last one is none. */
  push(point: RunPoint): void {
    const last = this.#points.at(-1);
    if (last !== undefined && point.time <= last.time) return;
    const { time, workingSetBytes: bytes } = point;
    if (bytes !== null && time >= 0 && (this.#peak === null || bytes > this.#peak.bytes)) {
      this.#peak = { bytes, time };
    }
    if (last !== undefined && this.#joined < this.#stride) {
      this.#points[this.#points.length - 1] = joined(last, point);
      this.#joined += 1;
      return;
    }
    this.#points.push(point);
    this.#joined = 1;
    if (this.#points.length <= this.#most) return;
    this.#points = halved(this.#points);
    this.#stride *= 2;
  }

  columns(): RunSeries {
    return {
      times: this.#points.map(({ time }) => Math.round(time)),
      workingSetBytes: this.#points.map((point) => point.workingSetBytes),
      usageBytes: this.#points.map((point) => point.usageBytes),
      limitBytes: this.#points.map((point) => point.limitBytes),
    };
  }
}

function halved(points: readonly RunPoint[]): RunPoint[] {
  const half: RunPoint[] = [];
  for (let at = 0; at < points.length; at += 2) {
    const [first, second] = points.slice(at, at + 2);
    if (first !== undefined) half.push(second === undefined ? first : joined(first, second));
  }
  return half;
}

function joined(first: RunPoint, second: RunPoint): RunPoint {
  const higher = (second.workingSetBytes ?? -1) >= (first.workingSetBytes ?? -1) ? second : first;
  return {
    time: higher.time,
    workingSetBytes: higher.workingSetBytes,
    usageBytes:
      first.usageBytes === null || second.usageBytes === null
        ? (first.usageBytes ?? second.usageBytes)
        : Math.max(first.usageBytes, second.usageBytes),
    limitBytes: second.limitBytes,
  };
}
