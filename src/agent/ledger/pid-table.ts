import type { FoundCgroup } from '../cgroup/access.js';
import type { CgroupRegistry } from '../cgroup/registry.js';

/** A process that was there so long ago may have lent its number to another since, ms. */
const MAX_AGE_MS = 5000;
/** Sweeps that it takes to look into every container; all of them within the age above. */
const SLICES = 3;

interface Seen {
  readonly path: string;
  readonly at: number;
}

/** Which container's cgroup each process was last seen in, kept beforehand: after the kill /proc no longer tells. */
export class PidTable {
  readonly #registry: CgroupRegistry;
  readonly #seen = new Map<number, Seen>();
  #sweeps = 0;
  #known: readonly FoundCgroup[] = [];

  constructor(registry: CgroupRegistry) {
    this.#registry = registry;
  }

  /** How many processes are remembered. */
  get size(): number {
    return this.#seen.size;
  }

  /** Looks into new containers and some of the others, the next time into other ones; to be called each second. */
  sweep(): void {
    const turn = this.#sweeps++ % SLICES;
    const containers = this.#registry.containers(Number.POSITIVE_INFINITY);
    const before = containers === this.#known ? null : new Set(this.#known);
    this.#known = containers;
    const isNext = (found: FoundCgroup, index: number): boolean =>
      index % SLICES === turn || before?.has(found) === false;
    this.look(containers.filter(isNext).map(({ path }) => path));
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
