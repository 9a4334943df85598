/** What the kernel weighs of a process when it looks for a victim. */
export interface BadnessInput {
  /** Anonymous, file and shared pages together, bytes. */
  readonly rssBytes: number;
  readonly swapBytes: number;
  readonly pageTableBytes: number;
  /** -1000..1000 */
  readonly oomScoreAdj: number;
}

/** At this oom_score_adj the OOM killer never takes a process. */
export const OOM_SCORE_ADJ_MIN = -1000;

/**
 * The kernel's oom_badness() of Linux 5.10 and later, in pages: the highest is the victim. Null: never a victim.
 * `totalBytes` is what the killer shares out: the cgroup's limit with its swap for a cgroup's OOM, RAM and swap
 * for a global one. May be negative. Up to Linux 5.4 a negative result counted as 1.
 */
export function badness(process: BadnessInput, totalBytes: number, pageSize = 4096): number | null {
  if (process.oomScoreAdj <= OOM_SCORE_ADJ_MIN) {
    return null;
  }
  const pages = (bytes: number): number => Math.floor(bytes / pageSize);
  const points = pages(process.rssBytes) + pages(process.swapBytes) + pages(process.pageTableBytes);
  return points + process.oomScoreAdj * Math.floor(pages(totalBytes) / 1000);
}
