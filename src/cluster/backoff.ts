import { aborted } from './errors.js';

export interface BackoffOptions {
  /** Upper bound of the first delay, ms. */
  readonly baseMs?: number;
  /** Upper bound of every delay, ms. */
  readonly capMs?: number;
  /** 0 (included) to 1 (excluded). */
  readonly random?: () => number;
}

/** Exponential back-off with full jitter: each delay lies anywhere between 0 and a bound that doubles. */
export class Backoff {
  readonly #baseMs: number;
  readonly #capMs: number;
  readonly #random: () => number;
  #attempt = 0;

  constructor(options: BackoffOptions = {}) {
    this.#baseMs = options.baseMs ?? 500;
    this.#capMs = options.capMs ?? 30_000;
    this.#random = options.random ?? Math.random;
  }

  /** The next delay, ms; never shorter than what the server asked for. */
  next(retryAfterMs: number | null = null): number {
    const bound = Math.min(this.#capMs, this.#baseMs * 2 ** this.#attempt);
    this.#attempt = Math.min(this.#attempt + 1, 30);
    return Math.max(Math.floor(this.#random() * bound), retryAfterMs ?? 0);
  }

  reset(): void {
    this.#attempt = 0;
  }
}

/** Waits; rejects with a ClusterError `aborted` as soon as the signal says so. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(aborted());
      return;
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(aborted());
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
