import type { PodIdentity } from '../core/cgroup/identity.js';
import { podOfCgroup } from '../core/cgroup/path.js';
import type { OomConstraint, OomInvoker, OomKill, OomTask, OomVictim } from '../core/kernel/oom-kill.js';

/** A line of \`podstress oom --format json\`. Null: the log does not say. */
export interface OomJson {
  readonly time: string | null;
  readonly bootSeconds: number | null;
  readonly kind: OomConstraint | null;
  readonly report: 'full' | 'bare';
  readonly group: boolean;
  readonly victim: OomVictim;
  readonly invoker: OomInvoker | null;
  readonly oomMemcg: string | null;
  readonly taskMemcg: string | null;
  readonly limitBytes: number | null;
  readonly usageBytes: number | null;
  readonly pod: PodIdentity | null;
  readonly tasks: readonly OomTask[];
}

/** The Pod of the victim's cgroup, else of the cgroup that was killed as one or whose limit was hit. */
export function podOfKill({ taskMemcg, groupMemcg, oomMemcg }: OomKill): PodIdentity | null {
  const path = taskMemcg ?? groupMemcg ?? oomMemcg;
  return path === null ? null : podOfCgroup(path);
}

export function killJson(kill: OomKill): OomJson {
  const { time, bootSeconds, constraint, report, group, victim, invoker, oomMemcg, taskMemcg } = kill;
  const { limitBytes, usageBytes, tasks } = kill;
  return {
    time,
    bootSeconds,
    kind: constraint,
    report,
    group,
    victim,
    invoker,
    oomMemcg,
    taskMemcg,
    limitBytes,
    usageBytes,
    pod: podOfKill(kill),
    tasks,
  };
}
