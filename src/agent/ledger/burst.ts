/** So often the log, the counters and the processes are looked at while kills follow each other, ms. */
const TICK_MS = 1;
/** A burst is over when so long nothing was killed, ms. */
const QUIET_MS = 500;
/** Of its time a burst leaves at least three quarters to others. */
const REST = 3;

/** Calls back again and again while kills follow each other closely: the finer the steps, the fewer kills share one. */
export class Burst {
  readonly #tick: () => void;
  #until = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(tick: () => void) {
    this.#tick = tick;
  }

  /** Something was killed just now. */
  goOn(): void {
    this.#until = performance.now() + QUIET_MS;
    this.#timer ??= setTimeout(() => this.#step(), TICK_MS);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#until = 0;
  }

  #step(): void {
    const startedAt = performance.now();
    this.#tick();
    const now = performance.now();
    this.#timer =
      now >= this.#until ? null : setTimeout(() => this.#step(), Math.max(TICK_MS, (now - startedAt) * REST));
  }
}
