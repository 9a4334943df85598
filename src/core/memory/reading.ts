/** Who measured a container's memory, best first. */
export const MEMORY_SOURCES = ['agent', 'kubelet', 'metrics'] as const;
export type MemorySource = (typeof MEMORY_SOURCES)[number];

/** One measurement of a container's memory, bytes; null where its source does not tell. */
export interface Measurement {
  readonly source: MemorySource;
  /** When it was measured, ms since the epoch by OUR clock: the cluster's may go wrong. */
  readonly measuredAt: number;
  readonly workingSetBytes: number;
  readonly usageBytes: number | null;
  readonly inactiveFileBytes: number | null;
  readonly rssBytes: number | null;
  readonly cacheBytes: number | null;
}

export interface MemoryReading extends Measurement {
  /** Older than its source's period and tolerance: what it says may long be wrong. */
  readonly stale: boolean;
}

/**
 * How long a measurement counts as fresh, ms: its source's period and a tolerance. The kubelet looks at containers every 10 to
 * 15 s and is asked every 10 s; metrics-server scrapes every 15 to 60 s.
 */
export const FRESH_MS: Readonly<Record<MemorySource, number>> = {
  agent: 5_000,
  kubelet: 30_000,
  metrics: 90_000,
};

export function isFresh({ source, measuredAt }: Measurement, now: number): boolean {
  return now - measuredAt <= FRESH_MS[source];
}

/** The fresh measurement of the best source; where none is fresh, the newest one, marked as stale. */
export function bestReading(measurements: readonly Measurement[], now: number): MemoryReading | null {
  const fresh = measurements.filter((one) => isFresh(one, now));
  const best = fresh.toSorted((a, b) => rank(a) - rank(b))[0];
  if (best !== undefined) {
    return { ...best, stale: false };
  }
  const newest = measurements.toSorted((a, b) => b.measuredAt - a.measuredAt)[0];
  return newest === undefined ? null : { ...newest, stale: true };
}

function rank({ source }: Measurement): number {
  return MEMORY_SOURCES.indexOf(source);
}
