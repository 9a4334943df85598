import type { CgroupRegistry } from '../cgroup/registry.js';

/** A process that was there so long ago may have lent its number to another since, ms. */
const MAX_AGE_MS = 5000;

interface Seen {
  readonly path: string;
  readonly at: number;
}

/** Which container's cgroup each process was last seen in, kept beforehand: after the kill /proc no longer tells. */
export class PidTable {
  readonly #registry: CgroupRegistry;
  readonly #seen = new Map<number, Seen>();

  constructor(registry: CgroupRegistry) {
    this.#registry = registry;
  }

  /** How many processes are remembered. */
  get size(): number {
    return this.#seen.size;
  }

  /** Looks into every container. */
  sweep(): void {
    this.look(this.#registry.containers(Number.POSITIVE_INFINITY).map(({ path }) => path));
    const at = performance.now();
    for (const [pid, seen] of this.#seen) if (at - seen.at > MAX_AGE_MS) this.#seen.delete(pid);
  }

  /** Looks into these cgroups. */
  look(paths: Iterable<string>): void {
    const at = performance.now();
    for (const path of paths) {
      for (const pid of this.#registry.access.ownPids(path)) this.#seen.set(pid, { path, at });
    }
  }

  /** The container's cgroup; null where the process was not seen lately. */
  find(pid: number): string | null {
    const seen = this.#seen.get(pid);
    return seen && performance.now() - seen.at <= MAX_AGE_MS ? seen.path : null;
  }
}
