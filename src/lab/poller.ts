import { Backoff } from '../cluster/backoff.js';
import { type ClusterError, networkError } from '../cluster/errors.js';

export interface PollerOptions {
  /** From the end of one question to the next, ms. */
  readonly periodMs: number;
  /** How long a key that is refused or missing is left alone, ms. */
  readonly refusedMs: number;
  /** Asks for one key; what it throws makes the key fail until an answer comes. */
  readonly ask: (key: string, signal: AbortSignal) => Promise<void>;
  /** A key has begun or ceased to fail. */
  readonly onTurn: (key: string, error: ClusterError | null) => void;
  /** Whether the failure holds for every key. */
  readonly concernsAll: (error: ClusterError) => boolean;
  readonly signal: AbortSignal;
}

interface Asked {
  dueAt: number;
  error: ClusterError | null;
  readonly backoff: Backoff;
  controller: AbortController | null;
}

/** So many questions are open at a time. */
const AT_ONCE = 4;
const LONGEST_WAIT_MS = 120_000;

/** Asks for each wanted key again and again, a few at a time. Unwanted keys cost nothing; what fails waits longer. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #asked = new Map<string, Asked>();
  readonly #open = new Set<Promise<void>>();
  #wanted: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | null = null;
  /** A failure that holds for all keys, and until when, on the monotonic clock. */
  #refusal: { readonly error: ClusterError; readonly until: number } | null = null;

  constructor(options: PollerOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.want([]), { once: true });
  }

  /** What to ask for from now on. A question that nobody wants answered any more is broken off. */
  want(keys: Iterable<string>): void {
    this.#wanted = this.#options.signal.aborted ? new Set() : new Set(keys);
    for (const [key, asked] of this.#asked) {
      if (!this.#wanted.has(key)) {
        asked.controller?.abort();
        // What failed is remembered until its time has come, however often it is shown and hidden meanwhile.
        if (asked.error === null || asked.dueAt <= performance.now()) {
          this.#asked.delete(key);
        }
      }
    }
    this.#schedule();
  }

  /** Why the key is not answered; null while it is, or has not been asked for. */
  failure(key: string): ClusterError | null {
    if (this.#refusal !== null && performance.now() < this.#refusal.until) {
      return this.#refusal.error;
    }
    return this.#asked.get(key)?.error ?? null;
  }

  /** Resolves when no question is open any more. */
  async ended(): Promise<void> {
    await Promise.all(this.#open);
  }

  #schedule(): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
    let next = Number.POSITIVE_INFINITY;
    const now = performance.now();
    const notBefore = this.#refusal?.until ?? 0;
    for (const key of this.#wanted) {
      const asked = this.#asked.get(key);
      const dueAt = Math.max(asked?.dueAt ?? 0, notBefore);
      if (asked?.controller != null) {
        continue;
      }
      if (dueAt > now) {
        next = Math.min(next, dueAt);
      } else if (this.#open.size < AT_ONCE) {
        this.#ask(key, asked);
      }
    }
    if (next < Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(() => this.#schedule(), Math.max(10, next - now));
    }
  }

  #ask(key: string, known: Asked | undefined): void {
    const { periodMs } = this.#options;
    const asked: Asked = known ?? {
      dueAt: 0,
      error: null,
      backoff: new Backoff({ baseMs: 2 * periodMs, capMs: LONGEST_WAIT_MS }),
      controller: null,
    };
    this.#asked.set(key, asked);
    const controller = new AbortController();
    asked.controller = controller;
    const question = this.#options
      .ask(key, controller.signal)
      .then(() => this.#answered(key, asked))
      .catch((error: unknown) => {
        if (!controller.signal.aborted) {
          this.#failed(key, asked, networkError(error, key));
        }
      })
      .finally(() => {
        asked.controller = null;
        this.#open.delete(question);
        this.#schedule();
      });
    this.#open.add(question);
  }

  #answered(key: string, asked: Asked): void {
    const turned = asked.error !== null || this.#refusal !== null;
    asked.error = null;
    this.#refusal = null;
    asked.backoff.reset();
    asked.dueAt = performance.now() + this.#options.periodMs;
    if (turned) {
      this.#options.onTurn(key, null);
    }
  }

  #failed(key: string, asked: Asked, error: ClusterError): void {
    const { periodMs, refusedMs, concernsAll, onTurn } = this.#options;
    const isRefused = error.kind === 'forbidden' || error.kind === 'not-found';
    const turned = asked.error === null;
    const wait = isRefused ? refusedMs : periodMs + asked.backoff.next(error.retryAfterMs);
    asked.error = error;
    asked.dueAt = performance.now() + wait;
    if (concernsAll(error)) {
      this.#refusal = { error, until: asked.dueAt };
    }
    if (turned) {
      onTurn(key, error);
    }
  }
}
