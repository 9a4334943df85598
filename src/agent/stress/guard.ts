import { readFileSync } from 'node:fs';
import { podOfCgroup } from '../../core/cgroup/path.js';
import type { StressPlan } from '../../protocol/agent/types.js';
import { readIfThere } from '../cgroup/files.js';
import { effectiveLimit } from '../cgroup/limits.js';
import type { CgroupRegistry } from '../cgroup/registry.js';
import { HttpProblem } from '../http/problem.js';

/** The share of the node's available memory that all stress may take at most. */
const MAX_SHARE = 0.9;

/** A figure of /proc/meminfo, bytes; 0 where it is missing. */
export function memInfo(name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync('/proc/meminfo', 'latin1'));
  return match ? Number(match[1]) * 1024 : 0;
}

/** The uid of the Pod that this process runs in; null outside of Pods. */
function ownPodUid(registry: CgroupRegistry): string | null {
  const lines = (readIfThere('/proc/self/cgroup') ?? '').split('\n');
  const told = lines.map((line) => podOfCgroup(line.split(':').slice(2).join(':'))?.uid).find(Boolean);
  if (told) return told;
  // In a cgroup namespace of its own a process is told `/`.
  const own = registry.containers(0).find(({ path }) => registry.access.pids(path).includes(process.pid));
  return own?.identity?.uid ?? null;
}

/** What a plan's memory can come to: the OOM killer sees to it that it stays below the limit, bytes. */
export function mostBytes(plan: StressPlan, path: string, registry: CgroupRegistry): number {
  const limit = effectiveLimit(registry.access, path) ?? Number.POSITIVE_INFINITY;
  return Math.min(plan.memory?.bytes ?? 0, limit);
}

/**
 * Throws HttpProblem 422 where a plan would harm the node or the agent itself.
 * @param stillToComeBytes what the runs that are running have not taken yet
 */
export function refuseHarm(
  plan: StressPlan,
  path: string,
  registry: CgroupRegistry,
  stillToComeBytes: number,
): void {
  if (podOfCgroup(path)?.uid === ownPodUid(registry)) {
    throw new HttpProblem(
      422,
      "The container belongs to the agent's own Pod: stressing it would end the stress.",
    );
  }
  const most = memInfo('MemAvailable') * MAX_SHARE - stillToComeBytes;
  if (mostBytes(plan, path, registry) > most) {
    const mib = Math.max(0, Math.floor(most / 1048576));
    throw new HttpProblem(
      422,
      `The node has too little memory for it: a stress here may take at most ${mib} MiB now.`,
    );
  }
}
