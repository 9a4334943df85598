import { writeFileSync } from 'node:fs';
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
      if (memoryBytes !== null) writeFileSync(join(at(path), 'memory.limit_in_bytes'), String(memoryBytes));
    },
    procsFile: (path) => join(at(path), 'cgroup.procs'),
    processes: (path) => readPids(at(path)),
    oomKills: (path) => readCounter(join(at(path), 'memory.oom_control'), 'oom_kill'),
    remove: (path) => removeTree(at(path)),
  };
}
