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
  'grows in a line over a ramp',
  'stresses from a cgroup namespace of its own',
  'stresses a container that has cgroups of its own below',
  'ends a stress whose container dies with its group',
  'states what the kernel ring overwrote, and counts its kills',
  'is a sandbox: a Pod, one StressChaos in it, and nothing left',
] as const;

export type Check = (typeof CHECKS)[number];

/** A line of the guest's console. */
export interface CheckResult {
  readonly check: Check;
  readonly error: string | null;
  readonly ms: number;
}

export const MARK = '@@RESULT ';

/** How long the guest waits for anything, ms. */
export const WAIT_MS = Number(process.env['podstress_wait_ms'] ?? 60_000);
