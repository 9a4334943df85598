/** How a container will stand once the stress is in it. */
export type ForecastOutcome = 'fits' | 'near' | 'exceeds' | 'no-limit' | 'unknown';

export interface ForecastInput {
  /** Bytes; null where nobody measures. */
  readonly workingSetBytes: number | null;
  /** Bytes; null: the container has no limit of its own. */
  readonly limitBytes: number | null;
  /** What all workers together allocate in this container, bytes; null where it is not known. */
  readonly stressBytes: number | null;
}

export interface Forecast {
  /** Working set and stress together, bytes; null where one of them is not known. */
  readonly afterBytes: number | null;
  /** `afterBytes` in percent of the limit, not rounded; null without both. */
  readonly percentOfLimit: number | null;
  readonly outcome: ForecastOutcome;
}

/** From this share of the limit on a container is near it: stressors' own memory and page tables are not in the sum. */
export const NEAR_PERCENT = 90;

/**
 * What the stress will make of one container. The limit acts on the usage, of which page cache goes first, so the
 * working set is what stays and counts. A stress larger than the limit exceeds it whatever the working set is.
 */
export function forecast(input: ForecastInput): Forecast {
  const { workingSetBytes, limitBytes, stressBytes } = input;
  const known = workingSetBytes !== null && stressBytes !== null;
  const afterBytes = known ? workingSetBytes + stressBytes : null;
  if (limitBytes === null) {
    return { afterBytes, percentOfLimit: null, outcome: stressBytes === null ? 'unknown' : 'no-limit' };
  }
  if (afterBytes === null) {
    const outcome = stressBytes !== null && stressBytes > limitBytes ? 'exceeds' : 'unknown';
    return { afterBytes, percentOfLimit: null, outcome };
  }
  const percentOfLimit = limitBytes > 0 ? (afterBytes / limitBytes) * 100 : null;
  return { afterBytes, percentOfLimit, outcome: against(afterBytes, limitBytes) };
}

/** The bytes that a manifest's memory size comes to on a node: a percentage is of the NODE's memory; null if not known. */
export function stressBytesOnNode(
  ask: { readonly totalBytes: number | null; readonly nodePercent: number | null },
  nodeMemoryBytes: number | null,
): number | null {
  if (ask.nodePercent === null) {
    return ask.totalBytes;
  }
  return nodeMemoryBytes === null ? null : Math.floor((nodeMemoryBytes * ask.nodePercent) / 100);
}

/**
 * What a container holds without a stress that works in it and is about to be replaced, bytes.
 *
 * @param heldBytes what that stress asked for.
 * @param quietBytes what the container held before it was stressed; null: it was never seen without.
 */
export function withoutStress(usedBytes: number, heldBytes: number, quietBytes: number | null): number {
  return quietBytes ?? Math.max(0, usedBytes - heldBytes);
}

function against(afterBytes: number, limitBytes: number): ForecastOutcome {
  if (afterBytes > limitBytes) {
    return 'exceeds';
  }
  return afterBytes * 100 >= limitBytes * NEAR_PERCENT ? 'near' : 'fits';
}
