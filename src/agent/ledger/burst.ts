/** So often the log, the counters and the processes are looked at while kills in several cgroups follow each other, ms. */
const FINE_MS = 1;
/** While there is nothing to tell apart, ms: news in the log wakes the agent in any case. */
const COARSE_MS = 20;
/** A burst is over when so long nothing was killed, ms. */
const QUIET_MS = 500;
/** Of its time a burst leaves at least three quarters to others. */
const REST = 3;

/**
 * Calls back again and again while kills follow each other closely: the finer the steps, the fewer kills share one. The
 * callback tells whether there is anything to keep apart.
 */
export class Burst {
  readonly #tick: () => boolean;
  #until = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(tick: () => boolean) {
    this.#tick = tick;
  }

  /** Something was killed just now. */
  goOn(): void {
    this.#until = performance.now() + QUIET_MS;
    this.#timer ??= setTimeout(() => this.#step(), FINE_MS);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#until = 0;
  }

  #step(): void {
    const startedAt = performance.now();
    const restMs = this.#tick() ? FINE_MS : COARSE_MS;
    const now = performance.now();
    this.#timer =
      now >= this.#until ? null : setTimeout(() => this.#step(), Math.max(restMs, (now - startedAt) * REST));
  }
}
