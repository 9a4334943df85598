import type { MemorySeries } from '../../lab/types.js';
import type {
  ChartHead,
  ChartMark,
  ChartPoints,
  MemoryDelta,
  MemoryNumbers,
  MemorySnapshot,
  Processes,
} from '../../protocol/panel/memory.js';

/** What the charts of now are made of. */
export interface MemoryState {
  readonly heads: readonly ChartHead[];
  series(key: string): MemorySeries | null;
  readonly selected: string | null;
  readonly processes: Processes | null;
  readonly numbers: MemoryNumbers | null;
}

interface Sent {
  /** The newest point that the page has, ms since 1970. */
  lastTime: number;
  marks: readonly ChartMark[];
}

/** What one page is told of memory: all of it first, then only what is new. */
export class MemoryFeed {
  readonly #sent = new Map<string, Sent>();
  #heads: readonly ChartHead[] = [];
  #selected: string | null = null;
  #processes: Processes | null = null;
  #numbers: MemoryNumbers | null = null;

  snapshot(state: MemoryState): MemorySnapshot {
    this.#sent.clear();
    this.#remember(state);
    const charts = state.heads.map((head) => {
      const points = this.#points(head.key, state);
      return { ...head, points, marks: this.#marksOf(head.key, state) };
    });
    const { selected, processes, numbers } = state;
    return { charts, selected, processes, numbers };
  }

  /** Null where nothing is new. */
  delta(state: MemoryState): MemoryDelta | null {
    const delta: { -readonly [K in keyof MemoryDelta]: MemoryDelta[K] } = {};
    if (!same(state.heads, this.#heads)) delta.heads = state.heads;
    if (state.selected !== this.#selected) delta.selected = state.selected;
    if (state.processes !== this.#processes) delta.processes = state.processes;
    if (state.numbers !== this.#numbers) delta.numbers = state.numbers;
    this.#remember(state);
    const shown = new Set(state.heads.map(({ key }) => key));
    for (const key of this.#sent.keys()) if (!shown.has(key)) this.#sent.delete(key);
    const points: Record<string, ChartPoints> = {};
    const marks: Record<string, readonly ChartMark[]> = {};
    for (const key of shown) {
      const sent = this.#sent.get(key);
      const marksBefore = sent?.marks ?? NO_MARKS;
      const fresh = this.#points(key, state);
      if (fresh.times.length > 0) points[key] = fresh;
      const now = this.#marksOf(key, state);
      if (now !== marksBefore) marks[key] = now;
    }
    if (Object.keys(points).length > 0) delta.points = points;
    if (Object.keys(marks).length > 0) delta.marks = marks;
    return Object.keys(delta).length === 0 ? null : delta;
  }

  #remember({ heads, selected, processes, numbers }: MemoryState): void {
    this.#heads = heads;
    this.#selected = selected;
    this.#processes = processes;
    this.#numbers = numbers;
  }

  /** The points that the page does not have yet. */
  #points(key: string, state: MemoryState): ChartPoints {
    const sent = this.#sent.get(key) ?? { lastTime: Number.NEGATIVE_INFINITY, marks: NO_MARKS };
    this.#sent.set(key, sent);
    const columns = state.series(key)?.columns(sent.lastTime);
    if (columns === undefined) return { times: [], workingSet: [], usage: [], rss: [], cache: [] };
    sent.lastTime = columns.times.at(-1) ?? sent.lastTime;
    return {
      times: columns.times,
      workingSet: columns.workingSetBytes,
      usage: columns.usageBytes,
      rss: columns.rssBytes,
      cache: columns.cacheBytes,
    };
  }

  #marksOf(key: string, state: MemoryState): readonly ChartMark[] {
    const marks = state.series(key)?.marks ?? NO_MARKS;
    const sent = this.#sent.get(key);
    if (sent !== undefined) sent.marks = marks;
    return marks;
  }
}

const NO_MARKS: readonly ChartMark[] = [];

function same(a: readonly ChartHead[], b: readonly ChartHead[]): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
