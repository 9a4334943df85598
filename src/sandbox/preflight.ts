import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type CgroupHost, cgroupObstacle, findCgroupHost } from './kubelet/cgroup/host.js';

/** Absolute paths of the programs that Pods are made with. */
export interface Tools {
  readonly sh: string;
  readonly setpriv: string;
  readonly unshare: string;
  readonly nsenter: string;
  readonly mount: string;
  readonly chroot: string;
  readonly ip: string;
}

/** The programs that it needs, and what Debian calls the package of each. */
export const PACKAGES: Readonly<Record<string, string>> = {
  sh: 'dash',
  setpriv: 'util-linux',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  mount: 'mount',
  chroot: 'coreutils',
  ip: 'iproute2',
  'stress-ng': 'stress-ng',
};

/** This machine cannot run the sandbox. The message is one line: what is missing, and what to do about it. */
export class CannotRun extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotRun';
  }
}

export interface Machine {
  readonly tools: Tools;
  readonly cgroupHost: CgroupHost;
}

/** Checks everything that Pods need of this machine. Throws CannotRun. */
export function checkMachine(path = process.env['PATH'] ?? ''): Machine {
  if (process.platform !== 'linux') {
    throw new CannotRun(
      `the sandbox needs Linux (this is ${process.platform}): run it in a Linux virtual machine or a privileged container`,
    );
  }
  if (process.geteuid?.() !== 0) {
    throw new CannotRun('the sandbox needs root for cgroups and namespaces: run the same command with sudo');
  }
  const missing = Object.keys(PACKAGES).filter((name) => findProgram(name, path) === null);
  if (missing.length > 0) {
    const packages = [...new Set(missing.map((name) => PACKAGES[name]))].join(' ');
    throw new CannotRun(
      `the sandbox needs ${missing.join(', ')}: on Debian run apt-get install -y ${packages}`,
    );
  }
  const cgroupHost = findCgroupHost();
  if (cgroupHost === null) {
    throw new CannotRun(
      'the sandbox needs the memory cgroup controller, which is not mounted: ' +
        'start the kernel without cgroup_disable=memory, and a container with --privileged --cgroupns=host',
    );
  }
  const obstacle = cgroupObstacle(cgroupHost);
  if (obstacle !== null) {
    throw new CannotRun(
      `the sandbox cannot make cgroups below ${cgroupHost.mount} (${obstacle}): ` +
        'start the container with --privileged --cgroupns=host and /sys/fs/cgroup writable',
    );
  }
  const tool = (name: string): string => findProgram(name, path) ?? name;
  const tools = {
    sh: tool('sh'),
    setpriv: tool('setpriv'),
    unshare: tool('unshare'),
    nsenter: tool('nsenter'),
    mount: tool('mount'),
    chroot: tool('chroot'),
    ip: tool('ip'),
  };
  return { tools, cgroupHost };
}

/** The executable file that a name stands for, searched as a shell would; null where there is none. */
export function findProgram(name: string, path: string): string | null {
  const candidates = name.includes('/')
    ? [name]
    : path
        .split(delimiter)
        .filter((folder) => folder !== '')
        .map((folder) => join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
