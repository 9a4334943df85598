const KIB = 1024;

/** A little room above the highest line. */
const HEADROOM = 1.06;

/** Steps of a memory axis: powers of two and five times powers of two of a MiB, as limits are written. */
export const STEPS: readonly number[] = Array.from({ length: 44 }, (_, power) => KIB * 2 ** power).flatMap(
  (bytes) => (bytes >= KIB * KIB && bytes <= 64 * KIB ** 2 ? [bytes, (bytes * 5) / 4] : [bytes]),
);

/**
 * The ends of the memory axis, bytes: from zero, unless asked for the detail, up to what is highest of the lines and
 * the limit.
 */
export function memoryRange(
  low: number | null,
  high: number | null,
  limit: number | null,
  fromZero: boolean,
): [number, number] {
  const top = Math.max(high ?? 0, fromZero ? (limit ?? 0) : 0, KIB * KIB);
  if (fromZero) return [0, top * HEADROOM];
  const bottom = Math.min(low ?? 0, top);
  const room = Math.max((top - bottom) * 0.08, 64 * KIB);
  return [Math.max(0, bottom - room), top + room];
}
