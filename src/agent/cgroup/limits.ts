import { type LimitLevel, limitLevel } from '../../core/cgroup/path.js';
import type { CgroupAccess } from './access.js';

/** The limit that a cgroup will meet first. */
export interface EffectiveLimit {
  readonly bytes: number;
  /** The cgroup that has it. */
  readonly path: string;
}

/** The least limit from a cgroup up to the root; of equal ones the lowest, which the kernel charges first. Null: none. */
export function findEffectiveLimit(
  limitOf: (path: string) => number | null,
  path: string,
): EffectiveLimit | null {
  let least: EffectiveLimit | null = null;
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const bytes = limitOf(at);
    if (bytes !== null && (least === null || bytes < least.bytes)) least = { bytes, path: at };
  }
  return least;
}

/** The least limit from a cgroup up to the root, bytes; null: none. */
export function effectiveLimit(access: CgroupAccess, path: string): number | null {
  return findEffectiveLimit((at) => access.limit(at), path)?.bytes ?? null;
}

/** Whose limit it is, as seen from the cgroup that it bounds. */
export function levelOf(limit: EffectiveLimit | null, path: string): LimitLevel | null {
  return limit === null ? null : limitLevel(limit.path, path);
}
