import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cgroups } from './cgroups.js';
import { makeDirectory, readCounter, readPids, removeTree } from './tree.js';

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
    remove: (path) => removeTree(at(path)),
  };
}
