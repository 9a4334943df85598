import { parseFlatKeyed } from './flat-keyed.js';

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

/**
 * The formula of cAdvisor and the kubelet (lib/container/libcontainer/handler.go): usage minus inactive file,
 * never below 0. All bytes.
 */
export function workingSet(usageBytes: number, inactiveFileBytes: number): number {
  return Math.max(0, usageBytes - inactiveFileBytes);
}

/** The counters of memory.stat that hold all cgroups below: on cgroup v1 only the total_* ones do. */
export interface StatKeys<Key extends string = string> {
  readonly inactiveFile: Key;
  readonly rss: Key;
  readonly cache: Key;
}
export const V1_STAT = {
  inactiveFile: 'total_inactive_file',
  rss: 'total_rss',
  cache: 'total_cache',
} as const satisfies StatKeys;
export const V2_STAT = {
  inactiveFile: 'inactive_file',
  rss: 'anon',
  cache: 'file',
} as const satisfies StatKeys;

/** @param value a counter of memory.stat by its key; null or undefined where the kernel has none */
export function memoryOf<Key extends string>(
  usageBytes: number,
  keys: StatKeys<Key>,
  value: (key: Key) => number | null | undefined,
): CgroupMemory {
  const inactiveFileBytes = value(keys.inactiveFile) ?? 0;
  return {
    usageBytes,
    workingSetBytes: workingSet(usageBytes, inactiveFileBytes),
    inactiveFileBytes,
    rssBytes: value(keys.rss) ?? 0,
    cacheBytes: value(keys.cache) ?? 0,
  };
}

/** From the texts of memory.usage_in_bytes and memory.stat of cgroup v1. */
export function memoryFromV1(usage: string, stat: string): CgroupMemory {
  const counters = parseFlatKeyed(stat);
  return memoryOf(Number(usage), V1_STAT, (key) => counters.get(key));
}

/** From the texts of memory.current and memory.stat of cgroup v2. */
export function memoryFromV2(current: string, stat: string): CgroupMemory {
  const counters = parseFlatKeyed(stat);
  return memoryOf(Number(current), V2_STAT, (key) => counters.get(key));
}

/** The text of memory.limit_in_bytes (v1) or memory.max (v2), bytes; null for no limit. */
export function parseLimit(text: string): number | null {
  return limitOf(Number(text.trim()));
}

/** The number in that file: v1 says no limit by one that is larger than any machine. */
export function limitOf(limit: number | null): number | null {
  return limit !== null && Number.isSafeInteger(limit) ? limit : null;
}
