/** Seconds since 1970, both ends. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** How much of the past is shown while the charts follow the present, s; `all`: everything there is. */
export const WINDOWS = [60, 300, 900, 3600, 'all'] as const;
export type TimeWindow = (typeof WINDOWS)[number];

/** Closer than this nobody zooms, s. */
const MIN_SPAN_S = 5;

/** What part of the past all charts show: the last so many seconds, or a range that stands still. */
export class SharedRange {
  #window: TimeWindow;
  #still: TimeRange | null = null;
  readonly #onChange: () => void;

  constructor(window: TimeWindow, onChange: () => void) {
    this.#window = window;
    this.#onChange = onChange;
  }

  get window(): TimeWindow {
    return this.#window;
  }

  /** Whether the charts follow the present. */
  get isFollowing(): boolean {
    return this.#still === null;
  }

  get still(): TimeRange | null {
    return this.#still;
  }

  /** Follows the present again, with so much of the past. */
  follow(window: TimeWindow = this.#window): void {
    this.#window = window;
    this.#still = null;
    this.#onChange();
  }

  zoomTo({ from, to }: TimeRange): void {
    const middle = (from + to) / 2;
    const half = Math.max(MIN_SPAN_S, to - from) / 2;
    this.#still = { from: middle - half, to: middle + half };
    this.#onChange();
  }

  /** Moves by a share of what is shown. */
  pan(share: number, now: TimeRange): void {
    const by = (now.to - now.from) * share;
    this.zoomTo({ from: now.from + by, to: now.to + by });
  }

  /** Shows so many times as much around the point at `share` of the width. */
  zoom(factor: number, now: TimeRange, share = 0.5): void {
    const at = now.from + (now.to - now.from) * share;
    this.zoomTo({ from: at - (at - now.from) * factor, to: at + (now.to - at) * factor });
  }

  /** What is shown, given the first and last time that there is anything of (s). */
  resolve(first: number, last: number): TimeRange {
    if (this.#still !== null) return this.#still;
    if (this.#window === 'all') return { from: Math.min(first, last - MIN_SPAN_S), to: last };
    return { from: last - this.#window, to: last };
  }
}
