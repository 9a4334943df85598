import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryFromV1 } from '../../../core/memory/working-set.js';
import { cpuNanosecondsOf } from '../stats/proc.js';
import type { Cgroups } from './cgroups.js';
import { makeDirectory, pidsBelow, readCounter, readPids, removeTree } from './tree.js';
import { readFiles, usageOf } from './usage.js';

/** The memory hierarchy of cgroup v1, as the kubelet's cgroupfs driver uses it. */
export function cgroupsV1(root: string): Cgroups {
  const at = (path: string): string => join(root, path);
  return {
    version: 1,
    root,
    create(path, { memoryBytes }) {
      makeDirectory(at(path));
      if (memoryBytes === null) return;
      writeFileSync(join(at(path), 'memory.limit_in_bytes'), String(memoryBytes));
      // No swap beyond the limit, as the kubelet has it: else a machine with swap would put off every OOM kill.
      const withSwap = join(at(path), 'memory.memsw.limit_in_bytes');
      if (existsSync(withSwap)) writeFileSync(withSwap, String(memoryBytes));
    },
    procsFile: (path) => join(at(path), 'cgroup.procs'),
    processes: (path) => readPids(at(path)),
    oomKills: (path) => readCounter(join(at(path), 'memory.oom_control'), 'oom_kill'),
    usage: (path) => {
      const files = readFiles(at(path), ['memory.usage_in_bytes', 'memory.stat', 'memory.limit_in_bytes']);
      return files === null
        ? null
        : usageOf(memoryFromV1(files[0], files[1]), files, cpuNanosecondsOf(pidsBelow(at(path))));
    },
    remove: (path) => removeTree(at(path)),
  };
}
