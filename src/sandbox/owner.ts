import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Every temp folder and cgroup of a sandbox starts with this, then says who owns it. */
export const NAME_PREFIX = 'podstress-sandbox-';

export interface Owner {
  readonly pid: number;
  /** The process's start time in clock ticks since boot: pids are given again. */
  readonly startTicks: number;
}

/** A name for this run: `podstress-sandbox-PID-STARTTICKS-RANDOM`. */
export function runName(owner: Owner): string {
  return `${NAME_PREFIX}${owner.pid}-${owner.startTicks}-${randomBytes(4).toString('hex')}`;
}

/** The owner that a name tells of; null for a name that is not one of ours. */
export function ownerOf(name: string): Owner | null {
  const match = /^podstress-sandbox-(\d+)-(\d+)-[0-9a-f]{8}$/.exec(name);
  return match === null ? null : { pid: Number(match[1]), startTicks: Number(match[2]) };
}

/** The process's start time (field 22 of /proc/PID/stat); null where there is no such process. */
export function startTicksOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything, also spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended, whatever its parent still has to do.
    return fields[0] === 'Z' || fields[0] === 'X' ? null : Number(fields[19]);
  } catch {
    return null;
  }
}

export function isAlive(owner: Owner): boolean {
  return startTicksOf(owner.pid) === owner.startTicks;
}

/** This process. Throws Error where /proc does not tell its start time. */
export function thisProcess(): Owner {
  const startTicks = startTicksOf(process.pid);
  if (startTicks === null) throw new Error('/proc does not tell when this process started');
  return { pid: process.pid, startTicks };
}
