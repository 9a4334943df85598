import type { CgroupRegistry } from '../cgroup/registry.js';

interface Account {
  /** The newest reading of the cgroup's oom_kill counter. */
  counted: number;
  /** Kills of it that have an entry. May run ahead of `counted` for an instant. */
  entered: number;
  /** When the cgroup was last known to be there, ms. */
  seenAt: number;
}

/** What is owed by a cgroup that is gone, or was never seen, is remembered so long, ms. */
const MEMORY_MS = 60_000;

/**
 * How many kills each cgroup's counter shows that no entry tells of yet. Every cgroup is counted, not only
 * containers: a kill elsewhere must not be taken for a container's.
 */
export class KillAccounts {
  readonly #registry: CgroupRegistry;
  readonly #accounts = new Map<string, Account>();
  #first = true;

  constructor(registry: CgroupRegistry) {
    this.#registry = registry;
  }

  /** Reads all counters. Kills from before the first reading are taken as told. */
  read(maxScanAgeMs: number): void {
    const cgroups = this.#registry.all(maxScanAgeMs);
    for (const path of cgroups.keys()) {
      const counted = this.#registry.access.killCount(path);
      if (counted === null) continue;
      const account = this.#accounts.get(path);
      if (account) update(account, counted);
      else
        this.#accounts.set(path, { counted, entered: this.#first ? counted : 0, seenAt: performance.now() });
    }
    this.#first = false;
  }

  /** Forgets cgroups that are long gone and owe nothing. */
  forgetGone(): void {
    const before = performance.now() - MEMORY_MS;
    for (const [path, account] of this.#accounts) {
      if (account.seenAt < before && account.counted <= account.entered) this.#accounts.delete(path);
    }
  }

  /** An entry tells of `kills` kills that this cgroup counted. */
  enter(path: string, kills: number): void {
    const account = this.#accounts.get(path);
    if (account) account.entered += kills;
    else this.#accounts.set(path, { counted: 0, entered: kills, seenAt: performance.now() });
  }

  /** Cgroups with kills that no entry tells of, and how many. */
  open(): Map<string, number> {
    const open = new Map<string, number>();
    for (const [path, { counted, entered }] of this.#accounts)
      if (counted > entered) open.set(path, counted - entered);
    return open;
  }
}

/** A counter that fell belongs to a new cgroup of the same name. */
function update(account: Account, counted: number): void {
  if (counted < account.counted) account.entered = Math.max(0, account.entered - account.counted);
  account.counted = counted;
  account.seenAt = performance.now();
}
