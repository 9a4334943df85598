import type { CgroupAccess, FoundCgroup } from './access.js';

/** Which cgroups there are, scanned again when asked and what is known is older than `maxAgeMs`. */
export class CgroupRegistry {
  readonly access: CgroupAccess;
  #found = new Map<string, FoundCgroup>();
  #scannedAt = Number.NEGATIVE_INFINITY;

  constructor(access: CgroupAccess) {
    this.access = access;
  }

  /** All known cgroups by path. */
  all(maxAgeMs: number): ReadonlyMap<string, FoundCgroup> {
    if (performance.now() - this.#scannedAt > maxAgeMs) {
      this.#scannedAt = performance.now();
      const found = new Map(this.access.scan().map((each) => [each.path, each]));
      for (const path of this.#found.keys()) if (!found.has(path)) this.access.forget(path);
      this.#found = found;
    }
    return this.#found;
  }

  containers(maxAgeMs: number): FoundCgroup[] {
    return [...this.all(maxAgeMs).values()].filter((found) => found.container);
  }

  /** The Pods' own cgroups. */
  pods(maxAgeMs: number): FoundCgroup[] {
    return [...this.all(maxAgeMs).values()].filter((found) => found.pod);
  }

  /** The container's cgroup, looking afresh for one not known yet; null where there is none. */
  container(id: string): FoundCgroup | null {
    const isIt = (found: FoundCgroup): boolean => found.identity?.containerId === id;
    return this.containers(60_000).find(isIt) ?? this.containers(0).find(isIt) ?? null;
  }
}
