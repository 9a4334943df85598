import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Store } from '../../../src/lab/types.js';

/** A compiled file of the sources. */
export function built(path: string): string {
  return fileURLToPath(new URL(`../../../src/${path}`, import.meta.url));
}

/** The store's value once it fulfils the condition; fails loudly after 40 s with what `tell` says of the last one. */
export function when<T>(
  store: Store<T>,
  condition: (value: T) => boolean,
  what: string,
  tell: (value: T) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (value: T): void => {
      if (condition(value)) {
        stop();
        clearTimeout(timer);
        resolve(value);
      }
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`waited in vain until ${what}; it is ${JSON.stringify(tell(store.get()))}`));
    }, 40_000);
    const stop = store.subscribe(settle);
    settle(store.get());
  });
}

/** Pids of all processes in the cgroups below. */
export function processesBelow(folder: string): readonly string[] {
  const here = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...here, ...below.flatMap((entry) => processesBelow(join(folder, entry.name)))];
}

/** Empty where it is gone. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Names of stressors among the processes in the cgroups below. */
export function stressors(cgroup: string | null): readonly string[] {
  const pids = cgroup === null ? [] : processesBelow(cgroup);
  return pids.map((pid) => textOf(`/proc/${pid}/comm`).trim()).filter((comm) => comm.includes('stress'));
}
