import { closeSync, type Dirent, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Errors of a file that belongs to a cgroup or process which is just going away. */
const GONE = new Set(['ENOENT', 'ENODEV', 'ESRCH', 'ENOTDIR']);

export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && GONE.has(error.code);
}

const HALF_PAGE = 2048;
/** One for all, as reading is synchronous. */
const BUFFER = Buffer.allocUnsafe(65_536);

/**
 * The file's text, or null when the file, or what it speaks of, is gone. Other errors are thrown. A third of the cost
 * of readFileSync, which asks for the size first: these files have none.
 */
export function readIfThere(file: string): string | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, 'r');
    let text = '';
    for (;;) {
      const length = readSync(descriptor, BUFFER, 0, BUFFER.length, null);
      text += BUFFER.toString('latin1', 0, length);
      // The kernel gives a long list about a page at a time: much less than that is the end.
      if (length < HALF_PAGE) return text;
    }
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
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
  const text = readIfThere(`${mount}${path}/cgroup.procs`) ?? '';
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
