import { isWithin } from '../../core/cgroup/path.js';
import type { CgroupAccess, FoundCgroup } from './access.js';

/** Which cgroups there are below one: the answers are made anew only when they change. */
export class CgroupRegistry {
  readonly access: CgroupAccess;
  readonly #scope: string;
  #scanned: readonly FoundCgroup[] = [];
  #found: ReadonlyMap<string, FoundCgroup> = new Map();
  #containers: readonly FoundCgroup[] = [];
  #pods: readonly FoundCgroup[] = [];

  /** @param scope the cgroup; several registries may share one access to the hierarchy */
  constructor(access: CgroupAccess, scope = '/') {
    this.access = access;
    this.#scope = scope;
  }

  /** All cgroups by path, as they were at most `maxAgeMs` ago: the same map as long as none came or went. */
  all(maxAgeMs: number): ReadonlyMap<string, FoundCgroup> {
    const scanned = this.access.scan(maxAgeMs);
    if (scanned !== this.#scanned) this.#take(scanned);
    return this.#found;
  }

  containers(maxAgeMs: number): readonly FoundCgroup[] {
    this.all(maxAgeMs);
    return this.#containers;
  }

  /** The Pods' own cgroups. */
  pods(maxAgeMs: number): readonly FoundCgroup[] {
    this.all(maxAgeMs);
    return this.#pods;
  }

  /** The container's cgroup, looking afresh for one not known yet; null where there is none. */
  container(id: string): FoundCgroup | null {
    const isIt = (found: FoundCgroup): boolean => found.identity?.containerId === id;
    return this.containers(60_000).find(isIt) ?? this.containers(0).find(isIt) ?? null;
  }

  close(): void {
    this.access.close();
  }

  #take(scanned: readonly FoundCgroup[]): void {
    const within = scanned.filter(({ path }) => isWithin(path, this.#scope));
    const found = new Map(within.map((each) => [each.path, each]));
    for (const [path, before] of this.#found) if (found.get(path) !== before) this.access.forget(path);
    this.#scanned = scanned;
    this.#found = found;
    this.#containers = within.filter(({ container }) => container);
    this.#pods = within.filter(({ pod }) => pod);
  }
}
