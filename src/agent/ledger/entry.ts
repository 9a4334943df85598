import type { PodIdentity } from '../../core/cgroup/identity.js';
import { type LimitLevel, limitLevel, podOfCgroup } from '../../core/cgroup/path.js';
import type { OomKill } from '../../core/kernel/oom-kill.js';
import type { KillEntry } from '../../protocol/agent/types.js';

/** Rows of a task table that an entry carries at most: the biggest, and the victim's. */
const MAX_TASKS = 200;

/** An entry of the ledger but for its number. */
export type NewKill = Omit<KillEntry, 'seq'>;

/** Where a kill belongs, as far as is known. */
export interface Attribution {
  readonly taskMemcg: string | null;
  readonly pod: PodIdentity | null;
  readonly candidates: readonly PodIdentity[];
}

function levelOf({ constraint, oomMemcg }: OomKill, { taskMemcg }: Attribution): LimitLevel | null {
  if (constraint === 'memcg') return oomMemcg === null ? null : limitLevel(oomMemcg, taskMemcg);
  return constraint === null ? null : 'node';
}

export function wallTime(bootSeconds: number): string {
  const ageMs = performance.now() - (bootSeconds * 1000 - bootOffsetMs());
  return new Date(Date.now() - ageMs).toISOString();
}

/** CLOCK_MONOTONIC, which the kernel's log stamps follow within milliseconds, when performance.now() was 0. */
function bootOffsetMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000 - performance.now();
}

/** @param checked the counters were held against it, and show it */
export function entryOfKill(kill: OomKill, attribution: Attribution, checked: boolean): NewKill {
  const { bootSeconds, constraint, group, victim, invoker, oomMemcg, limitBytes, usageBytes } = kill;
  const biggest = [...kill.tasks].sort((a, b) => b.rssBytes - a.rssBytes).slice(0, MAX_TASKS);
  const own = kill.tasks.filter((task) => task.pid === victim.pid && !biggest.includes(task));
  return {
    type: 'kill',
    time: kill.time ?? (bootSeconds === null ? new Date().toISOString() : wallTime(bootSeconds)),
    bootSeconds,
    evidence: kill.report,
    constraint,
    group,
    victim,
    invoker,
    oomMemcg,
    level: levelOf(kill, attribution),
    ...attribution,
    checked,
    limitBytes,
    usageBytes,
    tasks: [...biggest, ...own],
  };
}

/** A kill of which only counters told: of the cgroup's, or of one of several. */
export function countedEntry(attribution: Attribution): NewKill {
  return {
    type: 'kill',
    time: new Date().toISOString(),
    bootSeconds: null,
    evidence: 'counted',
    constraint: null,
    group: false,
    victim: null,
    invoker: null,
    oomMemcg: null,
    level: null,
    ...attribution,
    checked: true,
    limitBytes: null,
    usageBytes: null,
    tasks: [],
  };
}

/** It must be this cgroup. */
export function certain(path: string): Attribution {
  return { taskMemcg: path, pod: podOfCgroup(path), candidates: [] };
}

/** It may be any of these cgroups. */
export function oneOf(paths: readonly string[]): Attribution {
  return { taskMemcg: null, pod: null, candidates: paths.map(podOfCgroup).filter((pod) => pod !== null) };
}

/** As far as the kill's own lines name it. */
export function asReported({ taskMemcg, groupMemcg, oomMemcg }: OomKill): Attribution {
  const path = taskMemcg ?? groupMemcg ?? oomMemcg;
  return { taskMemcg, pod: path === null ? null : podOfCgroup(path), candidates: [] };
}
