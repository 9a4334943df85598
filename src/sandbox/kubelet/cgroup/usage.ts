import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFlatKeyed } from '../../../core/memory/flat-keyed.js';
import { type CgroupMemory, parseLimit } from '../../../core/memory/working-set.js';
import type { Usage } from '../stats/usage.js';

/** Texts of the files that hold usage, memory.stat and limit. */
export type UsageFiles = readonly [usage: string, stat: string, limit: string];

/** Null where the cgroup is gone. */
export function readFiles(directory: string, names: UsageFiles): UsageFiles | null {
  try {
    const [usage, stat, limit] = names;
    return [read(directory, usage), read(directory, stat), read(directory, limit)];
  } catch {
    return null;
  }
}

function read(directory: string, name: string): string {
  return readFileSync(join(directory, name), 'utf8');
}

export function usageOf(memory: CgroupMemory, files: UsageFiles, cpuNanoseconds: number): Usage {
  const [, stat, limit] = files;
  const counters = parseFlatKeyed(stat);
  return {
    memory,
    limitBytes: parseLimit(limit),
    pageFaults: counters.get('pgfault') ?? 0,
    majorPageFaults: counters.get('pgmajfault') ?? 0,
    cpuNanoseconds,
  };
}
