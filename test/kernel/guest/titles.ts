/** What the guest checks, in this order; both sides hold to it, so that a check that never ran is seen. */
export const CHECKS = [
  'knows cgroup v2',
  'names a kill',
  'tells a kill by the Pod limit apart',
  'counts a group kill once for each process',
  'names every kill of a storm',
  'names every group kill of a storm',
  'samples what the cgroup files say',
  'stresses 50 MiB and leaves nothing',
  'states what the kernel ring overwrote, and counts its kills',
] as const;

export type Check = (typeof CHECKS)[number];

/** A line of the guest's console. */
export interface CheckResult {
  readonly check: Check;
  readonly error: string | null;
  readonly ms: number;
}

export const MARK = '@@RESULT ';
