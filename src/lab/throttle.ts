/**
 * Runs a task soon after it was asked for, at most once per interval. The last request is never lost: whatever
 * was asked for while waiting is served by the run that follows.
 */
export class Throttle {
  readonly #intervalMs: number;
  readonly #run: () => void;
  #timer: NodeJS.Timeout | null = null;
  #lastRun = Number.NEGATIVE_INFINITY;
  #disposed = false;

  constructor(intervalMs: number, run: () => void) {
    this.#intervalMs = intervalMs;
    this.#run = run;
  }

  request(): void {
    if (this.#timer !== null || this.#disposed) {
      return;
    }
    const wait = Math.max(0, this.#lastRun + this.#intervalMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#lastRun = performance.now();
      this.#run();
    }, wait);
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }
}
