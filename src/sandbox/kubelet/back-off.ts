export interface BackOffTiming {
  readonly initialMs: number;
  readonly maxMs: number;
}

/** The kubelet's own: 10 s, doubled with every restart up to 5 minutes. */
export const RESTART_BACK_OFF: BackOffTiming = { initialMs: 10_000, maxMs: 300_000 };

/** How long to wait before a container that ended is started again: not at all the first time. */
export class BackOff {
  readonly #timing: BackOffTiming;
  #current: number | null = null;
  #last = 0;
  #lastUpdate = 0;

  constructor(timing: BackOffTiming) {
    this.#timing = timing;
  }

  /** Milliseconds to wait after an end at `endedAt`, as seen at `now`; counts as one more start. */
  next(endedAt: number, now: number): number {
    const { initialMs, maxMs } = this.#timing;
    const expired = now - this.#lastUpdate > 2 * maxMs;
    if (this.#current === null || expired) {
      this.#current = initialMs;
      this.#lastUpdate = now;
      return 0;
    }
    this.#last = this.#current;
    const wait = Math.max(0, endedAt + this.#current - now);
    this.#lastUpdate = now + wait;
    this.#current = Math.min(this.#current * 2, maxMs);
    return wait;
  }

  /** The wait that the last `next` was made of, ms. */
  get label(): number {
    return this.#last;
  }
}
