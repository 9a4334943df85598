import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Errors of a file that belongs to a cgroup or process which is just going away. */
const GONE = new Set(['ENOENT', 'ENODEV', 'ESRCH', 'ENOTDIR']);

export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && GONE.has(error.code);
}

/** The file's text, or null when the file, or what it speaks of, is gone. Other errors are thrown. */
export function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

function directoriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/**
 * The pids of this very cgroup, without those outside of our PID namespace, which read as 0. Opened anew each time: cgroup v1 answers a descriptor that stays open from a list
 * that may be a second old.
 */
export function pidsOf(mount: string, path: string): number[] {
  const text = readIfThere(join(mount, path, 'cgroup.procs')) ?? '';
  return text
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0);
}

/** The pids of a cgroup and of all below it. */
export function pidsBelow(mount: string, path: string): number[] {
  const pids = pidsOf(mount, path);
  for (const entry of directoriesOf(join(mount, path)))
    pids.push(...pidsBelow(mount, `${path}/${entry.name}`));
  return pids;
}

/**
 * The cgroup.procs files of one cgroup in every hierarchy mounted below `base`. Runtimes name a container's cgroup
 * alike in all of them; links (cpuacct -> cpu,cpuacct) are left out.
 */
export function procsFilesBelow(base: string, path: string): string[] {
  return readdirSync(base, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(base, entry.name, path, 'cgroup.procs'))
    .filter((file) => existsSync(file) && statSync(file).isFile());
}
