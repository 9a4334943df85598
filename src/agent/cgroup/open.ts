import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { CgroupAccess } from './access.js';
import { CgroupV1 } from './v1.js';
import { CgroupV2 } from './v2.js';

/** The memory hierarchy of a machine, and the part of it that is asked for. */
export interface OpenCgroups {
  readonly access: CgroupAccess;
  /** The path that everything asked for lies at or below; `/` for all. */
  readonly scope: string;
}

/**
 * Opens the memory hierarchy below `base` (usually /sys/fs/cgroup): v1, v2, or v2 with v1 hierarchies beside it.
 * `scope` is a path below that hierarchy, with or without its mount point before it.
 * Throws where there is no memory controller or no such cgroup.
 */
export function openCgroups(base: string, scope: string): OpenCgroups {
  const v1 = join(base, 'memory');
  if (existsSync(join(v1, 'memory.usage_in_bytes')))
    return { scope: scopeBelow(v1, scope), access: new CgroupV1(base) };
  for (const mount of [base, join(base, 'unified')]) {
    if (hasMemory(join(mount, 'cgroup.controllers')))
      return { scope: scopeBelow(mount, scope), access: new CgroupV2(mount, base) };
  }
  throw new Error(
    `No memory controller found below ${base}. Mount the cgroup file system there, or name another directory with --sys-fs-cgroup.`,
  );
}

function hasMemory(controllers: string): boolean {
  return existsSync(controllers) && readFileSync(controllers, 'utf8').split(/\s+/).includes('memory');
}

function scopeBelow(mount: string, scope: string): string {
  const path = scope === mount || scope.startsWith(`${mount}/`) ? scope.slice(mount.length) : scope;
  const normal = posix.resolve('/', path);
  if (!existsSync(join(mount, normal)))
    throw new Error(`There is no cgroup ${normal} in ${mount} (--cgroup-root).`);
  return normal;
}
