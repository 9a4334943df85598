import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a cgroup may take to become empty after its processes were killed, ms. */
const REMOVE_TIMEOUT_MS = 20_000;

export function makeDirectory(path: string): void {
  if (!existsSync(path)) mkdirSync(path);
}

/** Pids of a `cgroup.procs` file; empty where the cgroup is gone. */
export function readPids(directory: string): number[] {
  try {
    const text = readFileSync(join(directory, 'cgroup.procs'), 'utf8');
    // 0 is a process of a PID namespace that cannot be seen from here.
    return text
      .split('\n')
      .filter(Boolean)
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return [];
  }
}

/** Pids of a cgroup and of all below it. */
export function pidsBelow(directory: string): number[] {
  return subtree(directory).flatMap(readPids);
}

/** A counter of a `key value` file such as memory.oom_control; null without it. */
export function readCounter(file: string, key: string): number | null {
  try {
    const line = readFileSync(file, 'utf8')
      .split('\n')
      .find((one) => one.startsWith(`${key} `));
    return line === undefined ? null : Number(line.slice(key.length + 1));
  } catch {
    return null;
  }
}

/** Kills every process of the tree and removes its cgroups, deepest first. Throws Error after 20 s. */
export async function removeTree(directory: string): Promise<void> {
  const deadline = Date.now() + REMOVE_TIMEOUT_MS;
  for (let waitMs = 2; existsSync(directory); waitMs = Math.min(waitMs * 2, 100)) {
    const pids = pidsBelow(directory);
    for (const pid of pids) killQuietly(pid);
    const failure = pids.length === 0 ? removeEmpty(directory) : null;
    if (failure === null && !existsSync(directory)) return;
    if (Date.now() > deadline) {
      const why = failure ?? `processes ${pids.join(', ')} do not end`;
      throw new Error(`the cgroup ${directory} cannot be removed: ${why}`);
    }
    await sleep(waitMs);
  }
}

/** The cgroup with all below it, deepest first. */
function subtree(directory: string): string[] {
  let names: string[] = [];
  try {
    names = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
  return [...names.flatMap((name) => subtree(join(directory, name))), directory];
}

function removeEmpty(directory: string): string | null {
  for (const path of subtree(directory)) {
    try {
      rmdirSync(path);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) continue;
      return error instanceof Error ? error.message : String(error);
    }
  }
  return null;
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}

export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
