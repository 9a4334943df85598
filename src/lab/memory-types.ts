/** What a container held at one moment, bytes; null where the source does not say. */
export interface MemoryPoint {
  /** ms since 1970 */
  readonly time: number;
  readonly workingSetBytes: number | null;
  readonly usageBytes: number | null;
  readonly rssBytes: number | null;
  readonly cacheBytes: number | null;
}

/** Points by column, oldest first; all of one length. */
export type MemoryColumns = Readonly<
  Record<Exclude<keyof MemoryPoint, 'time'>, readonly (number | null)[]> & { times: readonly number[] }
>;

export type HistoryMarkKind = 'inject' | 'pause' | 'resume' | 'stop' | 'kill' | 'restart' | 'probe';

/** Something that happened to a container. */
export interface HistoryMark {
  /** ms since 1970 */
  readonly time: number;
  readonly kind: HistoryMarkKind;
  /** The experiment, the victim's name, the state or the probe's message: hostile text. */
  readonly detail: string;
  /** Kills in quick succession are one mark. */
  readonly count: number;
}

/** The past of one container, oldest first. */
export interface MemorySeries {
  readonly marks: readonly HistoryMark[];
  /** The points after `since` (ms since 1970). Older than ten minutes, one point is the highest of ten seconds. */
  columns(since: number): MemoryColumns;
}

/** The past of containers, by `namespace/pod/container`. */
export interface MemoryHistory {
  /** Keeps hours instead of minutes of these Pods (`namespace/pod`), and their past after their end. */
  keep(podKeys: ReadonlySet<string>): void;
  series(key: string): MemorySeries | null;
  /** Whether failing probes become marks: the user may read events, and they are watched now. */
  readonly tellsProbes: boolean;
  /** Calls the listener after each change; returns the way to stop. */
  subscribe(listener: () => void): () => void;
}

/** What containers held before any experiment acted on them. */
export interface MemoryBaselines {
  /** Bytes that this container held before it was stressed; null where it was never seen without. */
  of(containerId: string | null): number | null;
}

/** What people compare a container's memory with, and does not agree with it. */
export interface OutsideNumbers {
  /** What `free` and `top` in any container of the node show; null where no agent answers. */
  readonly node: {
    readonly memoryTotalBytes: number;
    readonly memoryAvailableBytes: number | null;
    /** ms since 1970 */
    readonly readAt: number;
  } | null;
  /** What `kubectl top` shows; null where the cluster has no metrics of it. */
  readonly top: {
    readonly workingSetBytes: number;
    /** ms since 1970, by the cluster's clock */
    readonly measuredAt: number;
  } | null;
}
