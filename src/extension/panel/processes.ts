import { type BadnessInput, badness } from '../../core/memory/badness.js';
import type { ContainerView, ProcessList } from '../../lab/types.js';
import type { NodeInfo, ProcessInfo } from '../../protocol/agent/types.js';
import type { Processes, ProcessRow } from '../../protocol/panel/memory.js';

/** Chaos Mesh's daemon starts the same program as the agent. */
const STRESSOR = /^stress-ng/;

/**
 * The processes of a container, the one that dies next first: by the kernel's badness with the limit of the cgroup
 * that would run out first, and with the node's memory where no cgroup on its path has one.
 */
export function processesOf(
  key: string,
  container: ContainerView,
  node: NodeInfo | null,
  list: ProcessList | null,
): Processes {
  const limitBytes = container.sample?.effectiveLimitBytes ?? container.limitBytes;
  const total = limitBytes ?? (node === null ? null : node.memoryTotalBytes + node.swapTotalBytes);
  const at = list === null ? null : new Date(list.readAt).toISOString();
  const rows = (list?.processes ?? []).map((process) => rowOf(process, limitBytes, total));
  return { key, at, limitBytes, rows: ranked(rows), problem: list?.detail ?? null };
}

function rowOf(process: ProcessInfo, limitBytes: number | null, total: number | null): ProcessRow {
  const { pid, containerPid, comm, commandLine, rssBytes, swapBytes, oomScoreAdj, oomScore } = process;
  return {
    pid,
    containerPid,
    comm,
    command: commandLine.join(' '),
    rssBytes,
    swapBytes,
    oomScoreAdj,
    oomScore: oomScore ?? null,
    badness: total === null ? null : badness(process satisfies BadnessInput, total),
    percentOfLimit: limitBytes === null || limitBytes === 0 ? null : (rssBytes / limitBytes) * 100,
    rank: null,
    isStress: process.stressRun !== null || STRESSOR.test(comm),
  };
}

/** Those that may not be killed come last; among equals the kernel takes the one it meets first: the older. */
function ranked(rows: readonly ProcessRow[]): readonly ProcessRow[] {
  const worst = (row: ProcessRow): number => row.badness ?? Number.NEGATIVE_INFINITY;
  const sorted = rows.toSorted((a, b) => worst(b) - worst(a) || a.pid - b.pid);
  return sorted.map((row, index) => ({ ...row, rank: row.badness === null ? null : index + 1 }));
}
