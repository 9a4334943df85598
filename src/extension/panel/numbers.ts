import type { ContainerView, OutsideNumbers } from '../../lab/types.js';
import type { MemoryNumber, MemoryNumbers, NumberKind } from '../../protocol/panel/memory.js';

/** The files of each cgroup version that the agent's numbers come from (docs of the kernel: cgroup-v1/memory, cgroup-v2). */
const FILES: Readonly<Record<1 | 2, Partial<Record<NumberKind, string>>>> = {
  1: {
    usage: 'memory.usage_in_bytes',
    inactiveFile: 'memory.stat: total_inactive_file',
    workingSet: 'usage − inactive_file',
    rss: 'memory.stat: total_rss',
    cache: 'memory.stat: total_cache',
    shmem: 'memory.stat: total_shmem',
    kernel: 'memory.kmem.usage_in_bytes',
    swap: 'memory.stat: total_swap',
    limit: 'memory.limit_in_bytes',
    peak: 'memory.max_usage_in_bytes',
  },
  2: {
    usage: 'memory.current',
    inactiveFile: 'memory.stat: inactive_file',
    workingSet: 'usage − inactive_file',
    rss: 'memory.stat: anon',
    cache: 'memory.stat: file',
    shmem: 'memory.stat: shmem',
    kernel: 'memory.stat: kernel',
    swap: 'memory.swap.current',
    limit: 'memory.max',
    peak: 'memory.peak',
  },
};

/** The numbers that do not agree, side by side, from what shows the most to what counts. */
export function numbersOf(
  key: string,
  container: ContainerView,
  cgroupVersion: 1 | 2 | null,
  { node, top }: OutsideNumbers,
): MemoryNumbers {
  const { memory, sample, limitBytes } = container;
  const sampledAt = memory === null ? null : new Date(memory.measuredAt).toISOString();
  const fromAgent = memory?.source === 'agent';
  const file = (kind: NumberKind, bytes: number | null): MemoryNumber => {
    const name = cgroupVersion === null ? undefined : FILES[cgroupVersion][kind];
    return { kind, bytes, source: fromAgent ? (name ?? '') : (memory?.source ?? ''), at: sampledAt };
  };
  const nodeAt = node === null ? null : new Date(node.readAt).toISOString();
  const topAt = top === null ? null : new Date(top.measuredAt).toISOString();
  const limitAt: Pick<MemoryNumber, 'source' | 'at'> = {
    source: 'spec.containers[].resources.limits.memory',
    at: null,
  };
  return {
    key,
    numbers: [
      {
        kind: 'freeTotal',
        bytes: node?.memoryTotalBytes ?? null,
        source: '/proc/meminfo: MemTotal',
        at: nodeAt,
      },
      {
        kind: 'freeAvailable',
        bytes: node?.memoryAvailableBytes ?? null,
        source: '/proc/meminfo: MemAvailable',
        at: nodeAt,
      },
      { kind: 'kubectlTop', bytes: top?.workingSetBytes ?? null, source: 'metrics.k8s.io', at: topAt },
      file('usage', memory?.usageBytes ?? null),
      file('inactiveFile', memory?.inactiveFileBytes ?? null),
      file('workingSet', memory?.workingSetBytes ?? null),
      file('rss', memory?.rssBytes ?? null),
      file('cache', memory?.cacheBytes ?? null),
      file('shmem', sample?.shmemBytes ?? null),
      file('kernel', sample?.kernelBytes ?? null),
      file('swap', sample?.swapBytes ?? null),
      sample === null ? { kind: 'limit', bytes: limitBytes, ...limitAt } : file('limit', sample.limitBytes),
      file('effectiveLimit', sample?.effectiveLimitBytes ?? null),
      file('peak', sample?.peakBytes ?? null),
    ],
  };
}
