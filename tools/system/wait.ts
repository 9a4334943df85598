import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  readonly timeoutMs: number;
  /** Time between two looks, ms. */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
  /** Whether a failure of the probe is final; otherwise it looks again. */
  readonly giveUp?: (error: unknown) => boolean;
}

/**
 * Looks until the probe answers something other than null or undefined, and answers that. Throws an Error that names
 * what was waited for, and the probe's last failure, when the time is over.
 */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | null | undefined> | T | null | undefined,
  { timeoutMs, intervalMs = 100, signal, giveUp }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let failure: unknown = null;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const answer = await probe();
      if (answer !== null && answer !== undefined) return answer;
      failure = null;
    } catch (error) {
      if (giveUp?.(error) === true) throw error;
      failure = error;
    }
    if (performance.now() >= deadline) {
      const last = failure instanceof Error ? ` (last: ${failure.message})` : '';
      throw new Error(`${what}: not within ${timeoutMs / 1000} s${last}`, { cause: failure });
    }
    await sleep(intervalMs, undefined, signal === undefined ? {} : { signal });
  }
}
