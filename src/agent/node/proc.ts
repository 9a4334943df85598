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

/** The pid in the innermost PID namespace; null when the process is gone. */
export function innerPid(pid: number): number | null {
  const pids = readStatus(pid)?.get('NSpid')?.split(/\s+/);
  return pids === undefined ? null : Number(pids.at(-1));
}
