import { type BadnessInput, badness } from './badness.js';

/** A process and what the OOM killer makes of it. */
export interface Weighed<T> {
  readonly process: T;
  /** In pages; null: never a victim, or nobody knows what it would be held against. */
  readonly badness: number | null;
}

/**
 * Processes in the order in which the OOM killer would take them: by badness, those that may not be killed last. Among equals the
 * kernel takes the one it meets first: the older.
 *
 * @param totalBytes what the killer shares out, as `badness` takes it; null where it is not known.
 */
export function weighProcesses<T extends BadnessInput & { readonly pid: number }>(
  processes: readonly T[],
  totalBytes: number | null,
): readonly Weighed<T>[] {
  const worst = ({ badness: points }: Weighed<T>): number => points ?? Number.NEGATIVE_INFINITY;
  return processes
    .map((process) => ({ process, badness: totalBytes === null ? null : badness(process, totalBytes) }))
    .sort((a, b) => worst(b) - worst(a) || a.process.pid - b.process.pid);
}
