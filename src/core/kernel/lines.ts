import { isWithin } from '../cgroup/path.js';
import type { OomConstraint } from './oom-kill.js';

/** The single lines of an OOM report, kernels 2.6.32 to 7.2. Task names are hostile: every pattern is anchored. */

export interface InvokedLine {
  readonly comm: string;
  readonly oomScoreAdj: number | null;
}

const INVOKED =
  /^(.*) invoked oom-killer: gfp_mask=0x[0-9a-f]+.*?, order=-?\d+(?:, oom_adj=-?\d+)?(?:, oom_score_adj=(-?\d+))?$/s;

/** `COMM invoked oom-killer: …` */
export function readInvoked(text: string): InvokedLine | null {
  const match = INVOKED.exec(text);
  return match && { comm: match[1] ?? '', oomScoreAdj: match[2] === undefined ? null : Number(match[2]) };
}

const STACK_HEAD = /^(?:CPU: \d+ (?:UID: \d+ )?PID: (\d+) Comm: |Pid: (\d+), comm: )/;

/** The invoker's pid from the head of its stack. */
export function readStackPid(text: string): number | null {
  const match = STACK_HEAD.exec(text);
  return match && Number(match[1] ?? match[2]);
}

/** The two cgroups of a report; the task's may be cut off where a fragment was lost. */
export interface CgroupPair {
  readonly oomMemcg: string | null;
  readonly taskMemcg: string | null;
}

const LIMIT_OF = ' killed as a result of limit of ';

/** `Task in A killed as a result of limit of B` (to kernel 4.20): B is an ancestor of A, or A itself. */
export function readTaskIn(text: string): CgroupPair | null {
  if (!text.startsWith('Task in /')) return null;
  const body = text.slice('Task in '.length);
  for (let at = body.indexOf(LIMIT_OF); at !== -1; at = body.indexOf(LIMIT_OF, at + 1)) {
    const taskMemcg = body.slice(0, at);
    const oomMemcg = body.slice(at + LIMIT_OF.length);
    if (oomMemcg.startsWith('/') && isWithin(taskMemcg, oomMemcg)) return { oomMemcg, taskMemcg };
  }
  return null;
}

export interface SummaryLine {
  readonly constraint: OomConstraint | null;
  readonly oomMemcg: string | null;
  /** `PATH,task=COMM`: only the kill line tells where a hostile name begins. */
  readonly pathAndTask: string | null;
  readonly pid: number | null;
  readonly uid: number | null;
}

const CONSTRAINTS: Readonly<Record<string, OomConstraint>> = {
  CONSTRAINT_NONE: 'global',
  CONSTRAINT_CPUSET: 'cpuset',
  CONSTRAINT_MEMORY_POLICY: 'mempolicy',
  CONSTRAINT_MEMCG: 'memcg',
};

const SUMMARY_START = /^oom-kill:constraint=([A-Z_]+),nodemask=/;
const SUMMARY_END = /,pid=(\d+),uid=(\d+)$/;
const OOM_MEMCG = ',oom_memcg=/';
const TASK_MEMCG = ',task_memcg=/';

function splitMemcgs(text: string): { oomMemcg: string | null; rest: string | null } {
  const global = text.indexOf(',global_oom,task_memcg=/');
  const start = text.indexOf(OOM_MEMCG);
  if (start === -1 || (global !== -1 && global < start)) {
    return {
      oomMemcg: null,
      rest: global === -1 ? null : text.slice(global + ',global_oom,task_memcg='.length),
    };
  }
  const paths = text.slice(start + OOM_MEMCG.length - 1);
  for (let at = paths.indexOf(TASK_MEMCG); at !== -1; at = paths.indexOf(TASK_MEMCG, at + 1)) {
    const oomMemcg = paths.slice(0, at);
    const rest = paths.slice(at + TASK_MEMCG.length - 1);
    if (startsWithin(rest, oomMemcg)) return { oomMemcg, rest };
  }
  const oomMemcg = /^(.*?),task_memcg=/s.exec(paths)?.[1] ?? null;
  return { oomMemcg, rest: null };
}

/** Whether a text begins with a path at or below `ancestor`, as a task's cgroup does below the one that ran out. */
function startsWithin(text: string, ancestor: string): boolean {
  return ancestor === '/' || (text.startsWith(ancestor) && /^[/,]/.test(text.slice(ancestor.length)));
}

/** `oom-kill:constraint=…` (kernel 5.0+), complete or, where its rest was lost, as far as it goes. */
export function readSummary(text: string): SummaryLine | null {
  const start = SUMMARY_START.exec(text);
  if (!start) return null;
  const end = SUMMARY_END.exec(text);
  const { oomMemcg, rest } = splitMemcgs(end ? text.slice(0, end.index) : text);
  return {
    constraint: CONSTRAINTS[start[1] ?? ''] ?? null,
    oomMemcg,
    pathAndTask: rest?.includes(',task=') ? rest : null,
    pid: end ? Number(end[1]) : null,
    uid: end ? Number(end[2]) : null,
  };
}

const COMM_BYTES = 15;

/** Parts `PATH,task=COMM`: at the name that the kill line gave, else where the rest is short enough for a name. */
export function splitTask(pathAndTask: string, comm: string): string {
  const known = `,task=${comm}`;
  if (pathAndTask.endsWith(known)) return pathAndTask.slice(0, -known.length);
  const separator = ',task=';
  let at = pathAndTask.indexOf(separator);
  while (pathAndTask.length - at - separator.length > COMM_BYTES) {
    const next = pathAndTask.indexOf(separator, at + 1);
    if (next === -1) break;
    at = next;
  }
  return pathAndTask.slice(0, at);
}

export interface UsageLine {
  readonly usageBytes: number;
  /** Null: no limit was set. */
  readonly limitBytes: number | null;
}

const USAGE = /^memory: usage (\d+)kB, limit (\d+)kB, failcnt \d+$/;

/** `memory: usage …kB, limit …kB, failcnt N` */
export function readUsage(text: string): UsageLine | null {
  const match = USAGE.exec(text);
  if (!match) return null;
  const limit = Number(match[2]) * 1024;
  return { usageBytes: Number(match[1]) * 1024, limitBytes: Number.isSafeInteger(limit) ? limit : null };
}

const STATS_FOR = /^Memory cgroup stats for (\/.*?):(?: cache:\d+KB .*)?$/s;

/** `Memory cgroup stats for PATH:`; the first of a report is the cgroup whose limit was hit. */
export function readStatsPath(text: string): string | null {
  const line = text.replace(/(?:\n|\\x0a).*$/s, '');
  return STATS_FOR.exec(line)?.[1] ?? null;
}

const GROUP = /^Tasks in (\/.*) are going to be killed due to memory\.oom\.group set$/s;

/** The cgroup that memory.oom.group kills as one. */
export function readGroup(text: string): string | null {
  return GROUP.exec(text)?.[1] ?? null;
}

const PREFIX = '(?:(Memory cgroup out of memory|Out of memory)(?: \\([a-z_]+\\))?: )?';
const CANDIDATE = new RegExp(
  `^${PREFIX}[Kk]ill process \\d+ \\(.*\\) score -?\\d+ or (?:sacrifice|a) child$`,
  's',
);

function constraintOf(prefix: string | undefined): OomConstraint | null {
  if (prefix === undefined) return null;
  return prefix.startsWith('Memory') ? 'memcg' : 'global';
}

/** `…Kill process P (C) score S or sacrifice child` (to 5.0): names the candidate, who may yet be spared. */
export function readCandidate(text: string): { readonly constraint: OomConstraint | null } | null {
  const match = CANDIDATE.exec(text);
  return match && { constraint: constraintOf(match[1]) };
}

export interface KilledLine {
  readonly constraint: OomConstraint | null;
  readonly pid: number;
  readonly comm: string;
  readonly uid: number | null;
  readonly totalVmBytes: number | null;
  readonly anonRssBytes: number | null;
  readonly fileRssBytes: number | null;
  readonly shmemRssBytes: number | null;
  readonly pgtablesBytes: number | null;
  readonly oomScoreAdj: number | null;
}

const SIZES =
  '(?:total-vm|vsz):(\\d+)kB, anon-rss:(\\d+)kB, file-rss:(\\d+)kB(?:, shmem-rss:(\\d+)kB)?' +
  '(?:, UID:(\\d+),? pgtables:(\\d+)kB,? oom_score_adj:(-?\\d+))?(?:,? [a-zA-Z_-]+:-?\\w+)*';
const KILLED = new RegExp(
  `^${PREFIX}Killed process (\\d+)(?:, UID (\\d+),)? \\((.*)\\)(?:, UID (\\d+))?,? ${SIZES}\\s*$`,
  's',
);
const KILLED_SHORT = new RegExp(`^${PREFIX}Killed process (\\d+) \\((.{0,60})\\)\\s*$`, 's');

/** Whether a line begins as a kill line does; it may be cut by a newline in the victim's name. */
export function startsKilled(text: string): boolean {
  return /^(?:(?:Memory cgroup out|Out) of memory(?: \([a-z_]+\))?: )?Killed process \d+/.test(text);
}

function kiloBytes(text: string | undefined): number | null {
  return text === undefined ? null : Number(text) * 1024;
}

function count(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

/** The kill line. The name ends at the LAST `)` before the sizes, whatever it holds itself. */
export function readKilled(text: string): KilledLine | null {
  const match = KILLED.exec(text);
  if (match) {
    const [, prefix, pid, uidBefore, comm, uidAfter, vm, anon, file, shmem, uid, pgtables, adj] = match;
    return {
      constraint: constraintOf(prefix),
      pid: Number(pid),
      comm: comm ?? '',
      uid: count(uid ?? uidAfter ?? uidBefore),
      totalVmBytes: kiloBytes(vm),
      anonRssBytes: kiloBytes(anon),
      fileRssBytes: kiloBytes(file),
      shmemRssBytes: kiloBytes(shmem),
      pgtablesBytes: kiloBytes(pgtables),
      oomScoreAdj: count(adj),
    };
  }
  const short = KILLED_SHORT.exec(text);
  if (!short) return null;
  return {
    constraint: constraintOf(short[1]),
    pid: Number(short[2]),
    comm: short[3] ?? '',
    uid: null,
    totalVmBytes: null,
    anonRssBytes: null,
    fileRssBytes: null,
    shmemRssBytes: null,
    pgtablesBytes: null,
    oomScoreAdj: null,
  };
}

const NO_VICTIM =
  /^(?:Out of memory and no killable processes|.*: OOM victim \d+ \(.*\) is already exiting)/s;

/** The report ends without a kill. */
export function endsWithoutKill(text: string): boolean {
  return NO_VICTIM.test(text);
}
