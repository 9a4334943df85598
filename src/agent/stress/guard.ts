import { readFileSync } from 'node:fs';
import { podOfCgroup } from '../../core/cgroup/path.js';
import type { StressPlan } from '../../protocol/agent/types.js';
import { readIfThere } from '../cgroup/files.js';
import { effectiveLimit } from '../cgroup/limits.js';
import type { CgroupRegistry } from '../cgroup/registry.js';
import { HttpProblem } from '../http/problem.js';

/** The share of the node's available memory that a stress may take at most. */
const MAX_SHARE = 0.9;

/** A figure of /proc/meminfo, bytes; 0 where it is missing. */
export function memInfo(name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync('/proc/meminfo', 'latin1'));
  return match ? Number(match[1]) * 1024 : 0;
}

/** The uid of the Pod that this process runs in; null outside of Pods. */
export function ownPodUid(): string | null {
  const lines = (readIfThere('/proc/self/cgroup') ?? '').split('\n');
  return lines.map((line) => podOfCgroup(line.split(':').slice(2).join(':'))?.uid).find(Boolean) ?? null;
}

/** Throws HttpProblem where a plan would harm the node or the agent itself. */
export function refuseHarm(plan: StressPlan, path: string, registry: CgroupRegistry): void {
  if (podOfCgroup(path)?.uid === ownPodUid()) {
    throw new HttpProblem(
      422,
      "The container belongs to the agent's own Pod: stressing it would end the stress.",
    );
  }
  if (!plan.memory) return;
  const taken = Math.min(
    plan.memory.bytes,
    effectiveLimit(registry.access, path) ?? Number.POSITIVE_INFINITY,
  );
  const available = memInfo('MemAvailable');
  if (taken > available * MAX_SHARE) {
    const most = Math.floor((available * MAX_SHARE) / 1048576);
    throw new HttpProblem(
      422,
      `The node has too little memory for it: a stress here may take at most ${most} MiB now.`,
    );
  }
}
