/** What limit ran out: a memory cgroup's, the node's, a cpuset's, or a NUMA memory policy's. */
export type OomConstraint = 'memcg' | 'global' | 'cpuset' | 'mempolicy';

/** The process that was killed. Null where the log does not say. */
export interface OomVictim {
  readonly pid: number;
  /** The kernel's task name: at most 15 bytes, chosen by the process itself. */
  readonly comm: string;
  readonly uid: number | null;
  readonly oomScoreAdj: number | null;
  readonly totalVmBytes: number | null;
  readonly anonRssBytes: number | null;
  readonly fileRssBytes: number | null;
  readonly shmemRssBytes: number | null;
  readonly pgtablesBytes: number | null;
}

/** The task whose request for memory could not be met. */
export interface OomInvoker {
  /** Null where the stack's `PID:` line is missing. */
  readonly pid: number | null;
  readonly comm: string;
  readonly oomScoreAdj: number | null;
}

/** A row of the report's task table. */
export interface OomTask {
  readonly pid: number;
  readonly tgid: number;
  readonly uid: number;
  readonly comm: string;
  readonly rssBytes: number;
  readonly pgtablesBytes: number | null;
  readonly swapBytes: number | null;
  readonly oomScoreAdj: number;
}

/** One process killed by the kernel's OOM killer, as the kernel log tells it. */
export interface OomKill {
  /** The kill line's sequence number in /dev/kmsg; null for other logs. */
  readonly seq: number | null;
  /** Seconds since boot; null where the log has no such stamp. */
  readonly bootSeconds: number | null;
  /** ISO 8601; null where the log gives no full date. */
  readonly time: string | null;
  readonly constraint: OomConstraint | null;
  /** `bare`: only the kill line, the report itself was rate limited or lost. */
  readonly report: 'full' | 'bare';
  /** Killed together with its whole cgroup (memory.oom.group). */
  readonly group: boolean;
  readonly victim: OomVictim;
  readonly invoker: OomInvoker | null;
  /** The cgroup whose limit was hit. */
  readonly oomMemcg: string | null;
  /** The victim's cgroup. */
  readonly taskMemcg: string | null;
  /** The cgroup that memory.oom.group killed as one; the victim was in it or below. */
  readonly groupMemcg: string | null;
  readonly limitBytes: number | null;
  readonly usageBytes: number | null;
  readonly tasks: readonly OomTask[];
}

/** One line of a kernel log, whichever form it came in. */
export interface KernelLine {
  /** The record's sequence number in /dev/kmsg; null for other logs. */
  readonly seq: number | null;
  readonly bootSeconds: number | null;
  readonly time: string | null;
  /** True, false: the record's flag. Null: the form does not tell, and the text has to. */
  readonly fragment: boolean | null;
  /** It stood without a stamp in a log with stamps: what follows a newline inside a message. */
  readonly unstamped?: boolean;
  /** kmsg escapes may still be in it. */
  readonly text: string;
}
