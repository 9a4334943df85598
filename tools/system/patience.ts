import { availableParallelism, loadavg } from 'node:os';

/**
 * A time limit for this machine as it is now: the limit itself while every runnable process has a core, longer by as
 * many times as they outnumber the cores (the load of the last minute). `why` says so, and is empty where it is not.
 */
export function patience(
  limitMs: number,
  load = loadavg()[0] ?? 0,
  cores = availableParallelism(),
): { readonly allowedMs: number; readonly why: string } {
  const share = load / cores;
  if (share <= 1) return { allowedMs: limitMs, why: '' };
  const allowedMs = Math.round(limitMs * share);
  return {
    allowedMs,
    why: ` (load ${load.toFixed(1)} on ${cores} cores: ${(allowedMs / 1000).toFixed(1)} s allowed)`,
  };
}
