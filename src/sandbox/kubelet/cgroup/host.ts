import { mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, ownerOf, runName, thisProcess } from '../../owner.js';
import { type Cgroups, SYSTEM_CGROUP } from './cgroups.js';
import { removeTree } from './tree.js';
import { cgroupsV1 } from './v1.js';
import { cgroupsV2, delegateMemory } from './v2.js';

/** Where this machine keeps the memory controller. */
export interface CgroupHost {
  readonly version: 1 | 2;
  /** The mount point below which the sandbox makes its own cgroup. */
  readonly mount: string;
}

/** Finds the memory controller's mount; null where there is none. */
export function findCgroupHost(mounts = readFileSync('/proc/self/mounts', 'utf8')): CgroupHost | null {
  const entries = mounts.split('\n').map((line) => line.split(' '));
  const v1 = entries.find(
    ([, , type, options]) => type === 'cgroup' && options?.split(',').includes('memory'),
  );
  if (v1?.[1] !== undefined) return { version: 1, mount: unescapeMount(v1[1]) };
  for (const [, path, type] of entries) {
    if (type !== 'cgroup2' || path === undefined) continue;
    const mount = unescapeMount(path);
    if (controllersOf(mount).includes('memory')) return { version: 2, mount };
  }
  return null;
}

function controllersOf(mount: string): string[] {
  try {
    return readFileSync(join(mount, 'cgroup.controllers'), 'utf8').trim().split(' ');
  } catch {
    return [];
  }
}

/** /proc/mounts writes blanks and backslashes in octal. */
function unescapeMount(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Tries to make a cgroup with a memory limit; returns why it cannot, or null. */
export function cgroupObstacle(host: CgroupHost): string | null {
  const path = join(host.mount, runName(thisProcess()));
  try {
    mkdirSync(path);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  try {
    if (host.version === 2) delegateMemory(host.mount);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmdirSync(path);
  }
}

/** The sandbox's own cgroups, made with their `system` part. Throws Error. */
export function createCgroups(host: CgroupHost, name: string): Cgroups {
  const root = join(host.mount, name);
  const cgroups = host.version === 1 ? cgroupsV1(root) : cgroupsV2(root);
  cgroups.create('', { memoryBytes: null, container: false });
  cgroups.create(SYSTEM_CGROUP, { memoryBytes: null, container: false });
  return cgroups;
}

/** Removes the cgroups, with all processes in them, of sandboxes whose owner is dead. Returns their names. */
export async function sweepCgroups(host: CgroupHost): Promise<string[]> {
  const stale = readdirSync(host.mount).filter((name) => {
    const owner = ownerOf(name);
    return owner !== null && !isAlive(owner);
  });
  for (const name of stale) await removeTree(join(host.mount, name));
  return stale;
}
