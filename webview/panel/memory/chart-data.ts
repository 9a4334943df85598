import type { ChartPoints } from '../../../src/protocol/panel/memory.js';

/** More points than this are not drawn: six hours as the extension keeps them, and some. */
const MAX_POINTS = 4000;
/** A hole in the line where nothing was measured for so long, s: joined points stand ten seconds apart. */
const HOLE_S = 15;

export const LINES = ['workingSet', 'usage', 'rss', 'cache'] as const;
export type Line = (typeof LINES)[number];

type Column = (number | null)[];

/** The points of one chart as uPlot wants them: columns, the first with the time in seconds. */
export class ChartData {
  #times: number[] = [];
  readonly #columns: Record<Line, Column> = { workingSet: [], usage: [], rss: [], cache: [] };

  get length(): number {
    return this.#times.length;
  }

  /** Seconds since 1970. */
  get times(): readonly number[] {
    return this.#times;
  }

  get lastTime(): number | null {
    return this.#times.at(-1) ?? null;
  }

  column(line: Line): readonly (number | null)[] {
    return this.#columns[line];
  }

  /** The columns of these lines below the times. */
  aligned(lines: readonly Line[]): [number[], ...Column[]] {
    return [this.#times, ...lines.map((line) => this.#columns[line])];
  }

  append(points: ChartPoints): void {
    for (let index = 0; index < points.times.length; index++) {
      const time = (points.times[index] ?? 0) / 1000;
      const last = this.lastTime;
      if (last !== null && time <= last) continue;
      if (last !== null && time - last > HOLE_S) {
        this.#times.push(last + 0.001);
        for (const line of LINES) this.#columns[line].push(null);
      }
      this.#times.push(time);
      for (const line of LINES) this.#columns[line].push(points[line][index] ?? null);
    }
    const excess = this.#times.length - MAX_POINTS;
    if (excess <= 0) return;
    this.#times.splice(0, excess);
    for (const line of LINES) this.#columns[line].splice(0, excess);
  }

  /** The place of the point nearest to the time (s); -1 without any. */
  nearest(time: number): number {
    const times = this.#times;
    let low = 0;
    let high = times.length - 1;
    if (high < 0) return -1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    const before = times[low - 1];
    return before !== undefined && time - before < (times[low] ?? 0) - time ? low - 1 : low;
  }
}
