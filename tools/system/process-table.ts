import { readdirSync, readFileSync } from 'node:fs';

/**
 * When the process started, in clock ticks since boot (proc(5), field 22 of stat): together with the pid it names one
 * process for good. Null where there is none.
 */
export function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything, parentheses and spaces too: fields count from the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

export interface RunningProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/** Every process of this machine that is no zombie or kernel thread. */
export function runningProcesses(): RunningProcess[] {
  const found: RunningProcess[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      if (commandLine !== '') found.push({ pid: Number(name), commandLine });
    } catch {}
  }
  return found;
}
