/** How the points of a chart were measured. */
export type ChartSource = 'agent' | 'kubelet' | 'metrics';

/** Points by column, oldest first, all of one length. Bytes; null where the source does not say. */
export interface ChartPoints {
  /** ms since 1970 */
  readonly times: readonly number[];
  readonly workingSet: readonly (number | null)[];
  readonly usage: readonly (number | null)[];
  readonly rss: readonly (number | null)[];
  readonly cache: readonly (number | null)[];
}

export type MarkKind = 'inject' | 'pause' | 'resume' | 'stop' | 'kill' | 'restart' | 'probe';

export interface ChartMark {
  /** ms since 1970 */
  readonly time: number;
  readonly kind: MarkKind;
  /** Hostile: text, never markup. */
  readonly detail: string;
  readonly count: number;
}

/** What a chart shows besides its points. */
export interface ChartHead {
  /** `namespace/pod/container` */
  readonly key: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Bytes; null: none. */
  readonly limitBytes: number | null;
  readonly requestBytes: number | null;
  /** E.g. `Running`; null where the Pod is gone. */
  readonly state: string | null;
  readonly restartCount: number;
  /** Null where nobody measures it. */
  readonly source: ChartSource | null;
  /** When the newest number was measured, ISO 8601. */
  readonly sampledAt: string | null;
  /** The number is older than its source's period. */
  readonly isStale: boolean;
  /** The user pinned its Pod; otherwise it is shown because an experiment acts on it. */
  readonly isPinned: boolean;
  readonly isStressed: boolean;
}

export interface Chart extends ChartHead {
  readonly points: ChartPoints;
  readonly marks: readonly ChartMark[];
}

/** A process of the chosen container. */
export interface ProcessRow {
  /** As the node counts. */
  readonly pid: number;
  /** As the container counts. */
  readonly containerPid: number;
  /** Hostile: text, never markup. */
  readonly comm: string;
  readonly command: string;
  readonly rssBytes: number;
  readonly swapBytes: number;
  readonly oomScoreAdj: number;
  /** /proc/PID/oom_score: shown, never used to rank. */
  readonly oomScore: number | null;
  /** By the limit of the cgroup that would run out; null where it may not be killed. */
  readonly badness: number | null;
  /** Of the container's limit; null without one. */
  readonly percentOfLimit: number | null;
  /** 1: dies next. */
  readonly rank: number | null;
  readonly isStress: boolean;
}

export interface Processes {
  readonly key: string;
  /** ISO 8601; null until the first answer. */
  readonly at: string | null;
  /** The limit that the ranking goes by; null: the node's memory. */
  readonly limitBytes: number | null;
  /** The one that dies next first. */
  readonly rows: readonly ProcessRow[];
  /** Why there are none, in the user's language; null otherwise. */
  readonly problem: string | null;
}

export const NUMBER_KINDS = [
  'freeTotal',
  'freeAvailable',
  'kubectlTop',
  'usage',
  'inactiveFile',
  'workingSet',
  'rss',
  'cache',
  'shmem',
  'kernel',
  'swap',
  'limit',
  'effectiveLimit',
  'peak',
] as const;
export type NumberKind = (typeof NUMBER_KINDS)[number];

/** One of the numbers that people compare and that do not agree. */
export interface MemoryNumber {
  readonly kind: NumberKind;
  /** Bytes; null where nobody tells. */
  readonly bytes: number | null;
  /** Where it is read, e.g. `memory.current`; a file's or an API's name, not a sentence. */
  readonly source: string;
  /** ISO 8601; null where it was not measured. */
  readonly at: string | null;
}

export interface MemoryNumbers {
  readonly key: string;
  readonly numbers: readonly MemoryNumber[];
}

export interface MemorySnapshot {
  readonly charts: readonly Chart[];
  /** The container whose processes and numbers are shown. */
  readonly selected: string | null;
  readonly processes: Processes | null;
  readonly numbers: MemoryNumbers | null;
}

/** What came since the last message; what is absent is as before. */
export interface MemoryDelta {
  /** All charts in their order: those that are not named are gone. A new one brings its points. */
  readonly heads?: readonly ChartHead[];
  readonly points?: Readonly<Record<string, ChartPoints>>;
  readonly marks?: Readonly<Record<string, readonly ChartMark[]>>;
  readonly selected?: string | null;
  readonly processes?: Processes | null;
  readonly numbers?: MemoryNumbers | null;
}
