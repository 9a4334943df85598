import type { CgroupAccess } from './access.js';

/** The least limit from a cgroup up to the root, bytes; null: none. */
export function effectiveLimit(access: CgroupAccess, path: string): number | null {
  let least: number | null = null;
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const limit = access.limit(at);
    if (limit !== null && (least === null || limit < least)) least = limit;
  }
  return least;
}
