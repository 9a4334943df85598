import { readIfThere } from '../cgroup/files.js';

/** What /proc/PID/stat tells that is needed here. */
export interface ProcessStat {
  readonly comm: string;
  readonly state: string;
  readonly session: number;
}

/** Null when the process is gone. The name is between the first `(` and the last `)`: it may hold both. */
export function readStat(pid: number): ProcessStat | null {
  const text = readIfThere(`/proc/${pid}/stat`);
  if (text === null) return null;
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  return { comm: text.slice(open + 1, close), state: fields[0] ?? '', session: Number(fields[3]) };
}

/** The fields of /proc/PID/status; null when the process is gone. */
export function readStatus(pid: number): Map<string, string> | null {
  const text = readIfThere(`/proc/${pid}/status`);
  if (text === null) return null;
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return fields;
}

/** The process's number in each PID namespace from ours down to its own; empty when it is gone. */
export function pidsByNamespace(pid: number): number[] {
  return readStatus(pid)?.get('NSpid')?.split(/\s+/).map(Number) ?? [];
}

/**
 * A process of the container's own PID namespace: its PID 1 where it has one, else its first process; null where it
 * has none at all. `pids` must be without those of stress runs: they have a namespace of their own.
 */
export function initOf(pids: readonly number[]): number | null {
  const depths = new Map(pids.map((pid) => [pid, pidsByNamespace(pid)]));
  const inits = pids.filter((pid) => depths.get(pid)?.at(-1) === 1);
  const depth = (pid: number): number => depths.get(pid)?.length ?? 0;
  return inits.sort((a, b) => depth(a) - depth(b))[0] ?? pids[0] ?? null;
}
