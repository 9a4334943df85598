import { accessSync, constants, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Why Pods cannot run on this machine, and what to do about it, in one line; null where they can. It takes Linux, root
 * and a memory cgroup that we may make children in.
 */
export function whyNoPods(): string | null {
  if (process.platform !== 'linux') {
    return `Pods need Linux, this is ${process.platform}: run it in a Linux machine or virtual machine`;
  }
  if (process.getuid?.() !== 0)
    return 'Pods need root (cgroups, namespaces, the kernel log): run it with sudo';
  const folder = memoryHierarchy();
  if (folder === null) {
    return 'no memory cgroup is mounted: mount cgroup2 with the memory controller on /sys/fs/cgroup (a container needs --privileged --cgroupns=host)';
  }
  const probe = join(folder, `podstress-probe-${process.pid}`);
  try {
    accessSync(folder, constants.W_OK);
    mkdirSync(probe);
    rmdirSync(probe);
    return null;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `the memory cgroup ${folder} is not writable (${reason}): in a container use --privileged with a writable /sys/fs/cgroup`;
  }
}

/** Where this machine's memory controller is mounted; null: nowhere. */
export function memoryHierarchy(): string | null {
  return findMemoryHierarchy(readFileSync('/proc/self/mountinfo', 'utf8'), controllersOf);
}

/**
 * Where the memory controller is mounted by itself (cgroup v1) or among those of the unified hierarchy (v2); null:
 * nowhere. The format is proc_pid_mountinfo(5)'s.
 */
export function findMemoryHierarchy(
  mountinfo: string,
  controllers: (folder: string) => readonly string[],
): string | null {
  let unified: string | null = null;
  for (const line of mountinfo.split('\n')) {
    const [mount = '', filesystem = ''] = line.split(' - ');
    const folder = mount.split(' ')[4] ?? '';
    const [type, , superOptions = ''] = filesystem.split(' ');
    if (type === 'cgroup' && superOptions.split(',').includes('memory')) return folder;
    if (type === 'cgroup2' && controllers(folder).includes('memory')) unified = folder;
  }
  return unified;
}

function controllersOf(folder: string): string[] {
  try {
    return readFileSync(join(folder, 'cgroup.controllers'), 'utf8').trim().split(' ');
  } catch {
    return [];
  }
}
