import type { CgroupRegistry } from '../cgroup/registry.js';

interface Account {
  /** The newest reading of the cgroup's oom_kill counter. */
  counted: number;
  /** How far the entries explain it. May run ahead of `counted` for an instant. */
  entered: number;
  /** A reading whose kills are given time to appear in the log, and when it was taken, ms. */
  due: { readonly counted: number; readonly since: number } | null;
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
  readonly #changed = new Set<string>();

  constructor(registry: CgroupRegistry) {
    this.#registry = registry;
  }

  /** Reads all counters. A cgroup not seen before owes all its kills. */
  read(maxScanAgeMs: number): void {
    const now = performance.now();
    for (const path of this.#registry.all(maxScanAgeMs).keys()) {
      const counted = this.#registry.access.killCount(path);
      if (counted !== null) this.#update(this.#account(path), counted, now);
    }
  }

  /** Takes all that was counted so far as told: kills from before anybody watched. */
  forgive(): void {
    for (const [path, account] of this.#accounts) {
      if (account.counted > account.entered) this.enter(path, account.counted - account.entered);
    }
  }

  /** An entry tells of `kills` kills that this cgroup counted. */
  enter(path: string, kills: number): void {
    this.#account(path).entered += kills;
    this.#changed.add(path);
  }

  /** Cgroups with kills that no entry tells of, and how many. */
  open(): Map<string, number> {
    const open = new Map<string, number>();
    for (const [path, { counted, entered }] of this.#accounts) {
      if (counted > entered) open.set(path, counted - entered);
    }
    return open;
  }

  /** Cgroups with kills that were counted at least so long ago, and that still no entry tells of. */
  overdue(graceMs: number): Map<string, number> {
    const now = performance.now();
    const overdue = new Map<string, number>();
    for (const [path, account] of this.#accounts) {
      if (account.counted <= account.entered) account.due = null;
      else if (account.due === null || account.due.counted <= account.entered) {
        account.due = { counted: account.counted, since: now };
      }
      if (account.due === null || now - account.due.since < graceMs) continue;
      overdue.set(path, account.due.counted - account.entered);
      account.due = null;
    }
    return overdue;
  }

  /** What changed since the last call, to be written down. */
  takeChanged(): Record<string, number> {
    const changed = [...this.#changed].map((path) => [path, this.#accounts.get(path)?.entered ?? 0] as const);
    this.#changed.clear();
    return Object.fromEntries(changed);
  }

  /** All that is entered, for a new start of what is written down. */
  snapshot(): Record<string, number> {
    return Object.fromEntries([...this.#accounts].map(([path, { entered }]) => [path, entered]));
  }

  /** Goes on where an agent before this one stopped. */
  restore(entered: Readonly<Record<string, number>>): void {
    for (const [path, kills] of Object.entries(entered)) this.#account(path).entered = kills;
  }

  /** Forgets cgroups that are long gone and owe nothing. */
  forgetGone(): void {
    const before = performance.now() - MEMORY_MS;
    for (const [path, account] of this.#accounts) {
      if (account.seenAt < before && account.counted <= account.entered) this.#accounts.delete(path);
    }
  }

  #account(path: string): Account {
    let account = this.#accounts.get(path);
    if (!account) {
      account = { counted: 0, entered: 0, due: null, seenAt: performance.now() };
      this.#accounts.set(path, account);
    }
    return account;
  }

  /** A counter that fell belongs to a new cgroup of the same name. */
  #update(account: Account, counted: number, now: number): void {
    if (counted < account.counted) account.entered = Math.max(0, account.entered - account.counted);
    account.counted = counted;
    account.seenAt = now;
  }
}
