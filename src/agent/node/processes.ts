import type { ProcessInfo } from '../../protocol/agent/types.js';
import { readIfThere } from '../cgroup/files.js';
import { readStat, readStatus } from './proc.js';

const MAX_ARGUMENTS = 64;
const MAX_ARGUMENT = 512;

function kiloBytes(text: string | undefined): number {
  return Number(/^(\d+) kB$/.exec(text ?? '')?.[1] ?? 0) * 1024;
}

function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

/**
 * What /proc tells of a process; null when it is gone or a zombie.
 * @param depth how many PID namespaces the container's is below ours
 */
export function readProcess(pid: number, depth: number, stressRun: string | null): ProcessInfo | null {
  const stat = readStat(pid);
  const status = readStatus(pid);
  const adj = readIfThere(`/proc/${pid}/oom_score_adj`);
  const score = readIfThere(`/proc/${pid}/oom_score`);
  if (stat === null || status === null || adj === null || score === null || stat.state === 'Z') return null;
  const commandLine = utf8(readIfThere(`/proc/${pid}/cmdline`) ?? '')
    .replace(/\0$/, '')
    .split('\0');
  const pids = status.get('NSpid')?.split(/\s+/);
  return {
    pid,
    containerPid: Number(pids?.[depth] ?? pids?.at(-1) ?? pid),
    comm: utf8(stat.comm),
    commandLine: commandLine.slice(0, MAX_ARGUMENTS).map((argument) => argument.slice(0, MAX_ARGUMENT)),
    uid: Number(status.get('Uid')?.split(/\s+/)[0]),
    rssBytes: kiloBytes(status.get('VmRSS')),
    swapBytes: kiloBytes(status.get('VmSwap')),
    pageTableBytes: kiloBytes(status.get('VmPTE')),
    anonBytes: status.has('RssAnon') ? kiloBytes(status.get('RssAnon')) : null,
    oomScoreAdj: Number(adj),
    oomScore: Number(score),
    stressRun,
  };
}
