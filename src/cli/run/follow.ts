import type { RunEnd } from '../../core/experiment/record.js';
import type { RunRecorder } from '../../lab/runs/recorder.js';
import type { Interruption } from './interruption.js';

/** So long a failure must last until it counts: Chaos Mesh goes on trying, ms. */
const FAILED_MS = 10_000;
const LOOK_MS = 250;

/** Waits for the end of the run: its own, or the one that was asked for. @param forMs so long after it was injected, ms */
export async function follow(
  recorder: RunRecorder,
  forMs: number | null,
  interruption: Interruption,
): Promise<RunEnd> {
  const { signal } = interruption;
  let failedSince: number | null = null;
  let injectedAt: number | null = null;
  return new Promise((resolve) => {
    const look = setInterval(() => {
      const now = performance.now();
      const view = recorder.view;
      failedSince = view?.phase === 'failed' ? (failedSince ?? now) : null;
      if (view?.phase === 'running') injectedAt ??= now;
      if (failedSince !== null && now - failedSince >= FAILED_MS) end('failed');
      else if (forMs !== null && injectedAt !== null && now - injectedAt >= forMs) end('stopped');
    }, LOOK_MS);
    const end = (how: RunEnd): void => {
      clearInterval(look);
      signal.removeEventListener('abort', onAbort);
      resolve(how);
    };
    const onAbort = (): void => end(interruption.reason ?? 'interrupted');
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    void recorder.ended.then(end);
  });
}
