/** Memory of one cgroup as the kernel accounts it, bytes. */
export interface CgroupMemory {
  /** memory.usage_in_bytes (v1), memory.current (v2). */
  readonly usageBytes: number;
  /** What the kubelet and `kubectl top` call working set: usage - inactive file, floored at 0. */
  readonly workingSetBytes: number;
  /** File cache that the kernel can drop first, with all cgroups below. */
  readonly inactiveFileBytes: number;
  /** total_rss (v1), anon (v2). */
  readonly rssBytes: number;
  /** total_cache (v1), file (v2); both hold shmem too. */
  readonly cacheBytes: number;
}

/** A file of `KEY VALUE` lines (memory.stat, memory.events, memory.oom_control). Lines of other shape are left out. */
export function parseFlatKeyed(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    const value = Number(line.slice(space + 1));
    if (space > 0 && Number.isFinite(value)) values.set(line.slice(0, space), value);
  }
  return values;
}

/**
 * The formula of cAdvisor and the kubelet (lib/container/libcontainer/handler.go): usage minus inactive file,
 * never below 0. All bytes.
 */
export function workingSet(usageBytes: number, inactiveFileBytes: number): number {
  return Math.max(0, usageBytes - inactiveFileBytes);
}

function memoryOf(usage: string, stat: string, keys: readonly [string, string, string]): CgroupMemory {
  const usageBytes = Number(usage.trim());
  const values = parseFlatKeyed(stat);
  const [inactiveFileBytes, rssBytes, cacheBytes] = keys.map((key) => values.get(key) ?? 0) as [
    number,
    number,
    number,
  ];
  return {
    usageBytes,
    workingSetBytes: workingSet(usageBytes, inactiveFileBytes),
    inactiveFileBytes,
    rssBytes,
    cacheBytes,
  };
}

/** From the text of memory.usage_in_bytes and memory.stat of cgroup v1, where only the total_* counters are hierarchical. */
export function memoryFromV1(usage: string, stat: string): CgroupMemory {
  return memoryOf(usage, stat, ['total_inactive_file', 'total_rss', 'total_cache']);
}

/** From the text of memory.current and memory.stat of cgroup v2. */
export function memoryFromV2(current: string, stat: string): CgroupMemory {
  return memoryOf(current, stat, ['inactive_file', 'anon', 'file']);
}

/** The text of memory.limit_in_bytes (v1) or memory.max (v2), bytes; null for no limit. */
export function parseLimit(text: string): number | null {
  const limit = Number(text.trim());
  return Number.isSafeInteger(limit) ? limit : null;
}
