import { readdirSync, readFileSync } from 'node:fs';

/**
 * When the process started, in clock ticks since boot (proc(5), field 22 of stat): together with the pid it names one
 * process for good. Null where there is none, or only a zombie that nobody has waited for.
 */
export function startTicks(pid: number): string | null {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything, parentheses and spaces too: fields count from the last one.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : (rest[18] ?? null);
}

/** The kernel's name of the process; empty where there is none. */
export function processName(pid: number): string {
  return readOrEmpty(`/proc/${pid}/comm`).trim();
}

/** Children, their children and so on, of the process. */
export function descendants(ancestor: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = /^PPid:\s*(\d+)/m.exec(readOrEmpty(`/proc/${name}/status`))?.[1];
    if (parent !== undefined)
      children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const queue = [ancestor];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    const next = children.get(pid) ?? [];
    found.push(...next);
    queue.push(...next);
  }
  return found;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
