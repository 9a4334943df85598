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

/** What stands before the value of a key that is not the first of its file; made once a key. */
const NEEDLES = new Map<string, string>();

function needleOf(key: string): string {
  const known = NEEDLES.get(key);
  if (known !== undefined) return known;
  const needle = `\n${key} `;
  NEEDLES.set(key, needle);
  return needle;
}

/** The value of one key of such a file, without reading the others; null where it is not there. */
export function flatKeyed(text: string, key: string): number | null {
  const needle = needleOf(key);
  const before = text.indexOf(needle);
  if (before === -1 && !text.startsWith(needle.slice(1))) return null;
  const start = before === -1 ? needle.length - 1 : before + needle.length;
  const end = text.indexOf('\n', start);
  const value = Number(end === -1 ? text.slice(start) : text.slice(start, end));
  return Number.isFinite(value) ? value : null;
}

interface StatKeys {
  readonly inactiveFile: string;
  readonly rss: string;
  readonly cache: string;
}

function memoryOf(usage: string | number, stat: string, keys: StatKeys): CgroupMemory {
  const usageBytes = Number(usage);
  const inactiveFileBytes = flatKeyed(stat, keys.inactiveFile) ?? 0;
  return {
    usageBytes,
    workingSetBytes: workingSet(usageBytes, inactiveFileBytes),
    inactiveFileBytes,
    rssBytes: flatKeyed(stat, keys.rss) ?? 0,
    cacheBytes: flatKeyed(stat, keys.cache) ?? 0,
  };
}

const V1_KEYS: StatKeys = {
  inactiveFile: 'total_inactive_file',
  rss: 'total_rss',
  cache: 'total_cache',
};
const V2_KEYS: StatKeys = { inactiveFile: 'inactive_file', rss: 'anon', cache: 'file' };

/** From the text of memory.usage_in_bytes and memory.stat of cgroup v1, where only the total_* counters are hierarchical. */
export function memoryFromV1(usage: string | number, stat: string): CgroupMemory {
  return memoryOf(usage, stat, V1_KEYS);
}

/** From the text of memory.current and memory.stat of cgroup v2. */
export function memoryFromV2(current: string | number, stat: string): CgroupMemory {
  return memoryOf(current, stat, V2_KEYS);
}

/** The text of memory.limit_in_bytes (v1) or memory.max (v2), bytes; null for no limit. */
export function parseLimit(text: string): number | null {
  return limitOf(Number(text.trim()));
}

/** The number in that file: v1 says no limit by one that is larger than any machine. */
export function limitOf(limit: number | null): number | null {
  return limit !== null && Number.isSafeInteger(limit) ? limit : null;
}
