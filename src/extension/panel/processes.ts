import { isStressorName } from '../../core/experiment/stressors.js';
import { type Weighed, weighProcesses } from '../../core/memory/victim.js';
import type { ContainerView, ProcessList } from '../../lab/types.js';
import type { NodeInfo, ProcessInfo } from '../../protocol/agent/types.js';
import type { Processes, ProcessRow } from '../../protocol/panel/memory.js';

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
  const rows = weighProcesses(list?.processes ?? [], total).map((one, index) =>
    rowOf(one, index, limitBytes),
  );
  return { key, at, limitBytes, rows, problem: list?.detail ?? null };
}

function rowOf(
  { process, badness }: Weighed<ProcessInfo>,
  index: number,
  limitBytes: number | null,
): ProcessRow {
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
    badness,
    percentOfLimit: limitBytes === null || limitBytes === 0 ? null : (rssBytes / limitBytes) * 100,
    rank: badness === null ? null : index + 1,
    isStress: process.stressRun !== null || isStressorName(comm),
  };
}
