import { sleep } from '../cluster/backoff.js';
import { ping } from '../cluster/discovery.js';
import { type ClusterError, networkError } from '../cluster/errors.js';
import type { Transport } from '../cluster/transport.js';

export interface HeartbeatOptions {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  /** Null: the server answers. */
  readonly onBeat: (error: ClusterError | null) => void;
  readonly timing: HeartbeatTiming;
}

export interface HeartbeatTiming {
  readonly intervalMs?: number;
  /** Without an answer for so long the connection counts as dead, ms. */
  readonly timeoutMs?: number;
}

const INTERVAL_MS = 10_000;
const TIMEOUT_MS = 10_000;
/** While the server does not answer it is asked more often, ms. */
const IMPATIENT_MS = 2000;

/**
 * Asks the API server for its version now and then: a quiet watch and a dead connection look alike, this tells
 * them apart.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #wake: (() => void) | null = null;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Asks now: something else went wrong. */
  now(): void {
    this.#wake?.();
  }

  /** Runs until the signal aborts; never rejects. */
  async run(): Promise<void> {
    const { signal, transport, onBeat, timing } = this.#options;
    const { intervalMs = INTERVAL_MS, timeoutMs = TIMEOUT_MS } = timing;
    while (!signal.aborted) {
      let failure: ClusterError | null = null;
      try {
        await ping(transport, signal, timeoutMs);
      } catch (error) {
        failure = networkError(error, transport.server);
      }
      if (signal.aborted) {
        return;
      }
      // Being refused is an answer too; only a refused login is trouble.
      const answered = failure !== null && failure.status !== null && failure.kind !== 'unauthorized';
      onBeat(answered && failure?.kind !== 'server' ? null : failure);
      await this.#pause(failure === null ? intervalMs : Math.min(intervalMs, IMPATIENT_MS));
    }
  }

  async #pause(ms: number): Promise<void> {
    const controller = new AbortController();
    const wake = (): void => controller.abort();
    this.#wake = wake;
    this.#options.signal.addEventListener('abort', wake, { once: true });
    await sleep(ms, controller.signal).catch(() => undefined);
    this.#options.signal.removeEventListener('abort', wake);
    this.#wake = null;
  }
}
