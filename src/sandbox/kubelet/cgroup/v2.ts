import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { memoryFromV2 } from '../../../core/memory/working-set.js';
import type { Cgroups } from './cgroups.js';
import { makeDirectory, readCounter, readPids, removeTree } from './tree.js';
import { readFiles, usageOf } from './usage.js';

/** The unified hierarchy. Since Kubernetes 1.28 a container there is killed as a whole (`memory.oom.group`). */
export function cgroupsV2(root: string): Cgroups {
  const at = (path: string): string => join(root, path);
  return {
    version: 2,
    root,
    create(path, { memoryBytes, container }) {
      delegateMemory(dirname(at(path)));
      makeDirectory(at(path));
      if (memoryBytes !== null) writeFileSync(join(at(path), 'memory.max'), String(memoryBytes));
      if (!container) return;
      writeIfThere(join(at(path), 'memory.oom.group'), '1');
      // The kubelet lets Pods swap only when it is told to.
      writeIfThere(join(at(path), 'memory.swap.max'), '0');
    },
    procsFile: (path) => join(at(path), 'cgroup.procs'),
    processes: (path) => readPids(at(path)),
    // Of this cgroup alone where the kernel tells (5.12); a container has none below it.
    oomKills: (path) =>
      readCounter(join(at(path), 'memory.events.local'), 'oom_kill') ??
      readCounter(join(at(path), 'memory.events'), 'oom_kill'),
    usage: (path) => {
      const files = readFiles(at(path), ['memory.current', 'memory.stat', 'memory.max']);
      // Every cgroup has it, with or without the cpu controller.
      const microseconds = readCounter(join(at(path), 'cpu.stat'), 'usage_usec') ?? 0;
      return files === null ? null : usageOf(memoryFromV2(files[0], files[1]), files, microseconds * 1000);
    },
    remove: (path) => removeTree(at(path)),
  };
}

function writeIfThere(file: string, text: string): void {
  if (existsSync(file)) writeFileSync(file, text);
}

/** Lets the children of a cgroup have memory limits. Throws Error where processes in it forbid that. */
export function delegateMemory(directory: string): void {
  const file = join(directory, 'cgroup.subtree_control');
  if (readFileSync(file, 'utf8').split(/\s+/).includes('memory')) return;
  writeFileSync(file, '+memory');
}
