import { podOfCgroup } from '../cgroup/path.js';
import { unescapeKmsg } from './escape.js';
import { type KilledLine, type SummaryLine, splitTask, type UsageLine } from './lines.js';
import type { KernelLine, OomConstraint, OomInvoker, OomKill } from './oom-kill.js';
import type { TaskTable } from './task-table.js';

/** What the lines of one report have told so far. Texts are still escaped. */
export interface Report {
  invoker: { comm: string; pid: number | null; oomScoreAdj: number | null } | null;
  summary: SummaryLine | null;
  /** Of `Task in A killed as a result of limit of B`. */
  taskIn: { readonly oomMemcg: string | null; readonly taskMemcg: string | null } | null;
  statsPath: string | null;
  usage: UsageLine | null;
  table: TaskTable | null;
}

export function emptyReport(): Report {
  return { invoker: null, summary: null, taskIn: null, statsPath: null, usage: null, table: null };
}

/** The circumstances under which a kill line stood in the log. */
export interface KillContext {
  readonly report: Report | null;
  /** Of the `Kill process … or sacrifice child` line before it. */
  readonly candidateConstraint: OomConstraint | null;
  /** The cgroup killed as one, where the line is the victim's or a member's. */
  readonly groupMemcg: string | null;
  /** One of the rest of its group, not the victim that the report is about. */
  readonly member: boolean;
}

/** The OOM kill that a kill line and its report tell of together. */
export function buildKill(line: KernelLine, killed: KilledLine, context: KillContext): OomKill {
  const { report, groupMemcg } = context;
  const constraint = constraintOf(killed, context);
  const comm = unescapeKmsg(killed.comm);
  const tasks = (report?.table?.tasks(killed.pid, killed.totalVmBytes) ?? []).map((task) =>
    // A newline in the name cuts the row where the log's form does not escape it.
    task.pid === killed.pid && comm.startsWith(`${task.comm}\n`) ? { ...task, comm } : task,
  );
  const row = tasks.find((task) => task.pid === killed.pid) ?? tasks.find((task) => task.tgid === killed.pid);
  const summaryUid = report?.summary?.pid === killed.pid ? report.summary.uid : null;
  const usage = constraint === 'memcg' ? report?.usage : null;
  return {
    seq: line.seq,
    bootSeconds: line.bootSeconds,
    time: line.time,
    constraint,
    report: report ? 'full' : 'bare',
    group: groupMemcg !== null,
    victim: {
      pid: killed.pid,
      comm,
      uid: killed.uid ?? summaryUid ?? row?.uid ?? null,
      oomScoreAdj: killed.oomScoreAdj ?? row?.oomScoreAdj ?? null,
      totalVmBytes: killed.totalVmBytes,
      anonRssBytes: killed.anonRssBytes,
      fileRssBytes: killed.fileRssBytes,
      shmemRssBytes: killed.shmemRssBytes,
      pgtablesBytes: killed.pgtablesBytes ?? row?.pgtablesBytes ?? null,
    },
    invoker: invokerOf(report),
    oomMemcg: constraint === 'memcg' ? pathText(oomMemcgOf(report)) : null,
    taskMemcg: pathText(taskMemcgOf(killed, constraint, context)),
    groupMemcg: pathText(groupMemcg),
    limitBytes: usage?.limitBytes ?? null,
    usageBytes: usage?.usageBytes ?? null,
    tasks,
  };
}

function pathText(path: string | null): string | null {
  return path === null ? null : unescapeKmsg(path);
}

function constraintOf(killed: KilledLine, context: KillContext): OomConstraint | null {
  const { report } = context;
  const said = report?.summary?.constraint ?? killed.constraint ?? context.candidateConstraint;
  if (said) return said;
  if (context.groupMemcg !== null || report?.taskIn || report?.statsPath) return 'memcg';
  return report ? 'global' : null;
}

function oomMemcgOf(report: Report | null): string | null {
  return report?.summary?.oomMemcg ?? report?.taskIn?.oomMemcg ?? report?.statsPath ?? null;
}

function reportedTaskMemcg(report: Report | null, comm: string): string | null {
  if (report?.summary?.pathAndTask) return splitTask(report.summary.pathAndTask, comm);
  return report?.taskIn?.taskMemcg ?? null;
}

/**
 * The report names the candidate's cgroup. Up to kernel 5.1 a child may have died in its stead: within a memory
 * cgroup it is as good as always in the same one, in a global OOM it need not be (a container under its shim).
 * A member of a group is known to be in the cgroup that was killed as one, which is its own if that is a container.
 */
function taskMemcgOf(
  killed: KilledLine,
  constraint: OomConstraint | null,
  context: KillContext,
): string | null {
  const { report, groupMemcg, member } = context;
  const reported = reportedTaskMemcg(report, killed.comm);
  const named = report?.summary?.pid === killed.pid;
  if ((member && !named) || reported === null) {
    return groupMemcg !== null && podOfCgroup(unescapeKmsg(groupMemcg))?.containerId ? groupMemcg : null;
  }
  const spared = report?.summary !== null && !named && killed.constraint === null;
  return spared && constraint !== 'memcg' ? null : reported;
}

function invokerOf(report: Report | null): OomInvoker | null {
  if (!report?.invoker) return null;
  const { pid, comm, oomScoreAdj } = report.invoker;
  return { pid, comm: unescapeKmsg(comm), oomScoreAdj };
}
