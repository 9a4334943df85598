import type { FoundCgroup } from '../cgroup/access.js';
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
  /** Whether its counter could be read the last time: nobody looked, yes, it has none, it is not there. */
  state: 'new' | 'counts' | 'silent' | 'gone';
  /** When the counter was last seen to grow, or something was entered, ms. */
  movedAt: number;
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
  /** The cgroups that were there when all counters were read. */
  #known: ReadonlyMap<string, FoundCgroup> = new Map();

  constructor(registry: CgroupRegistry) {
    this.#registry = registry;
  }

  /** How many cgroups are kept in mind. */
  get size(): number {
    return this.#accounts.size;
  }

  /** Reads all counters. A cgroup not seen before owes all its kills. */
  read(maxScanAgeMs: number): void {
    const now = performance.now();
    this.#known = this.#registry.all(maxScanAgeMs);
    for (const path of this.#known.keys()) this.#readOne(path, now, true);
    for (const [path, account] of this.#accounts) if (!this.#known.has(path)) account.state = 'gone';
  }

  /** The same where no counter moved since: a cgroup that came since has none that is known. */
  readNew(maxScanAgeMs: number): void {
    const now = performance.now();
    const before = this.#known;
    this.#known = this.#registry.all(maxScanAgeMs);
    if (this.#known !== before)
      for (const [path, found] of this.#known) if (before.get(path) !== found) this.#readOne(path, now, true);
    for (const [path, account] of this.#accounts) {
      if (!this.#known.has(path)) account.state = 'gone';
      else if (account.state === 'counts') account.seenAt = now;
    }
  }

  /** Reads the counters of these cgroups alone, which have an account. */
  readOnly(paths: readonly string[]): void {
    const isNew = paths.some((path) => this.#accounts.get(path)?.state === 'new');
    const known = this.#registry.all(isNew ? 0 : Number.POSITIVE_INFINITY);
    const now = performance.now();
    for (const path of paths) this.#readOne(path, now, known.has(path));
  }

  /** Cgroups in which something was killed within the last `ms`. */
  hot(ms: number): string[] {
    const since = performance.now() - ms;
    const hot: string[] = [];
    for (const [path, { movedAt }] of this.#accounts) if (movedAt >= since) hot.push(path);
    return hot;
  }

  /** The cgroup is there and counts: its counter can be held against its entries. */
  counts(path: string): boolean {
    return this.#accounts.get(path)?.state === 'counts';
  }

  /** The counter, as far as it could be read, shows all that is entered for the cgroup. */
  covers(path: string): boolean {
    const account = this.#accounts.get(path);
    return account !== undefined && account.counted >= account.entered;
  }

  /** Cgroups that went within the last `ms`: of their last kills their counters may not have been seen. */
  gone(ms: number): string[] {
    const since = performance.now() - ms;
    return [...this.#accounts].flatMap(([path, account]) =>
      account.state === 'gone' && account.seenAt >= since ? [path] : [],
    );
  }

  /** Takes all that was counted so far as told: kills from before anybody watched. */
  forgive(): void {
    for (const [path, account] of this.#accounts) {
      if (account.counted > account.entered) this.enter(path, account.counted - account.entered);
    }
  }

  /** An entry tells of `kills` kills that this cgroup counted. */
  enter(path: string, kills: number): void {
    const account = this.#account(path);
    account.entered += kills;
    account.movedAt = performance.now();
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
      const never = Number.NEGATIVE_INFINITY;
      const seenAt = performance.now();
      account = { counted: 0, entered: 0, due: null, seenAt, state: 'new', movedAt: never };
      this.#accounts.set(path, account);
    }
    return account;
  }

  #readOne(path: string, now: number, isThere: boolean): void {
    const counted = isThere ? this.#registry.access.killCount(path) : null;
    if (counted !== null) this.#update(this.#account(path), counted, now);
    else {
      const account = this.#accounts.get(path);
      if (account) account.state = isThere ? 'silent' : 'gone';
    }
  }

  /** A counter that fell belongs to a new cgroup of the same name. */
  #update(account: Account, counted: number, now: number): void {
    if (counted < account.counted) account.entered = Math.max(0, account.entered - account.counted);
    if (counted > account.counted) account.movedAt = now;
    account.counted = counted;
    account.seenAt = now;
    account.state = 'counts';
  }
}
