import type { LimitLevel } from '../../core/cgroup/path.js';
import type { OomConstraint } from '../../core/kernel/oom-kill.js';
import type { KillEvidence } from '../agent/types.js';

/** The panel holds and is sent at most so many kills, the newest. */
export const PANEL_MAX_KILLS = 10_000;

export interface KillRow {
  /** Unique while connected. */
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly node: string;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  /** How many containers it may have been, where not one alone is sure; otherwise 0. */
  readonly candidates: number;
  /** Null where only the cgroup's counter told. */
  readonly victim: {
    /** Hostile: text, never markup. */
    readonly comm: string;
    readonly pid: number;
    readonly anonBytes: number | null;
    readonly oomScoreAdj: number | null;
  } | null;
  readonly constraint: OomConstraint | null;
  readonly limitBytes: number | null;
  readonly evidence: KillEvidence;
  /** The whole cgroup was killed (memory.oom.group). */
  readonly group: boolean;
}

export type KillCounts = Readonly<Record<KillEvidence, number>>;

/** All kills that are shown, oldest first. */
export interface KillsSnapshot {
  readonly rows: readonly KillRow[];
  readonly counts: KillCounts;
  /** Kills that are counted but not sent, because they are too many. */
  readonly dropped: number;
}

/** What came since the last message. */
export interface KillsDelta extends KillsSnapshot {
  /** Kills sent before of which more is known now, e.g. their Pod's name. */
  readonly changed: readonly KillRow[];
}

/** One line of the kernel's task table: who could have been killed. */
export interface KillTask {
  readonly pid: number;
  /** Hostile: text, never markup. */
  readonly comm: string;
  readonly uid: number;
  readonly rssBytes: number;
  readonly swapBytes: number | null;
  readonly pgtablesBytes: number | null;
  readonly oomScoreAdj: number;
  /** The kernel's points by the limit that ran out; null where it may not be killed or the limit is not known. */
  readonly badness: number | null;
  readonly isVictim: boolean;
}

/** More about one kill than its row says. Null where nobody tells. */
export interface KillDetails {
  /** The highest badness first. */
  readonly tasks: readonly KillTask[];
  /** At the moment of the kill, bytes. */
  readonly usageBytes: number | null;
  readonly limitBytes: number | null;
  /** Whose limit that is. */
  readonly level: LimitLevel | null;
  /** What the kernel shared out when it weighed the tasks, bytes: the limit, or the node's memory and swap. */
  readonly weighedBytes: number | null;
  /** cgroup paths. */
  readonly oomMemcg: string | null;
  readonly taskMemcg: string | null;
  /** Who asked for the memory that was not there. */
  readonly invoker: { readonly comm: string; readonly pid: number | null } | null;
  readonly victim: {
    readonly uid: number | null;
    readonly virtualBytes: number | null;
    readonly anonBytes: number | null;
    readonly fileBytes: number | null;
    readonly shmemBytes: number | null;
    readonly pgtablesBytes: number | null;
  } | null;
  /** Containers that it may have been, as `namespace/pod/container` or the container's id. */
  readonly candidates: readonly string[];
  /** False: the cgroup's counter could not be held against it. */
  readonly checked: boolean | null;
}
