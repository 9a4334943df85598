import type { CgroupAccess } from './access.js';

/** The limit that a cgroup will meet first. */
export interface EffectiveLimit {
  readonly bytes: number;
  /** The cgroup that has it. */
  readonly path: string;
}

/** The cgroup above; null at the root. */
export function parentOf(path: string): string | null {
  if (path === '/') return null;
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** A cgroup's own limit or that from above, whichever is met first; of equal ones its own, as the kernel charges it first. */
export function lower(own: number | null, path: string, above: EffectiveLimit | null): EffectiveLimit | null {
  return own !== null && (above === null || own <= above.bytes) ? { bytes: own, path } : above;
}

/** The least limit from a cgroup up to the root, bytes; null: none. */
export function effectiveLimit(access: CgroupAccess, path: string): number | null {
  const parent = parentOf(path);
  const above = parent === null ? null : effectiveLimit(access, parent);
  const own = access.limit(path);
  return own !== null && (above === null || own < above) ? own : above;
}
