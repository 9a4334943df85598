import { isWithin, podOfCgroup } from '../../core/cgroup/path.js';
import type { OomKill } from '../../core/kernel/oom-kill.js';
import type { CgroupRegistry } from '../cgroup/registry.js';
import { KillAccounts } from './accounts.js';
import { type Attribution, countedEntry, entryOfKill, podsOf } from './entry.js';
import type { EntryRing } from './ring.js';

/** How long a counted kill may wait for its line before it is told as counted only, ms. */
const LINE_GRACE_MS = 500;
const SWEEP_MS = 1000;

/**
 * Every OOM kill once: the counters say how many, the kernel's log says which. A kill whose report names its
 * cgroup is entered at once; a bare line waits until the counters are read, and then belongs to the only cgroup
 * that counted a kill which no entry tells of yet, or to one of several candidates.
 */
export class KillLedger {
  readonly #ring: EntryRing;
  readonly #registry: CgroupRegistry;
  readonly #accounts: KillAccounts;
  readonly #hasLog: boolean;
  readonly #sweep: NodeJS.Timeout;
  #bare: OomKill[] = [];
  #unexplainedSince: number | null = null;

  /** @param hasLog the kernel's log is read: kills are told by it, and by counters only when it stays silent */
  constructor(ring: EntryRing, registry: CgroupRegistry, hasLog: boolean) {
    this.#ring = ring;
    this.#registry = registry;
    this.#accounts = new KillAccounts(registry);
    this.#hasLog = hasLog;
    this.#accounts.read(0);
    this.#sweep = setInterval(() => this.settle(), SWEEP_MS);
  }

  close(): void {
    clearInterval(this.#sweep);
  }

  /** A kill that happened before the agent started: its counters were not watched. */
  addHistory(kill: OomKill): void {
    const path = kill.taskMemcg;
    if (path !== null && !this.#inScope(path)) return;
    if (path === null && this.#registry.access.scope !== '/') return;
    this.#ring.append(entryOfKill(kill, known(kill)));
  }

  add(kill: OomKill): void {
    const path = kill.taskMemcg;
    if (path === null) {
      this.#bare.push(kill);
      return;
    }
    if (!this.#inScope(path)) return;
    this.#accounts.enter(path, 1);
    this.#ring.append(entryOfKill(kill, known(kill)));
  }

  /** The kernel's log has been read to its end: time to look at the counters. */
  settle(): void {
    this.#accounts.read(SWEEP_MS);
    if (this.#bare.length > 0 && this.#accounts.open().size === 0) this.#accounts.read(0);
    const open = this.#accounts.open();
    if (this.#bare.length > 0) this.#attribute(open);
    this.#tellCounted(this.#accounts.open());
    this.#accounts.forgetGone();
  }

  #inScope(path: string): boolean {
    return isWithin(path, this.#registry.access.scope);
  }

  #attribute(open: ReadonlyMap<string, number>): void {
    const paths = [...open.keys()];
    const bare = this.#bare;
    this.#bare = [];
    if (paths.length === 0 && this.#registry.access.scope !== '/') return;
    const [only] = paths;
    for (const kill of bare) this.#ring.append(entryOfKill(kill, attribution(kill, paths)));
    if (paths.length === 1 && only !== undefined) this.#accounts.enter(only, bare.length);
    else for (const [path, kills] of open) this.#accounts.enter(path, kills);
  }

  #tellCounted(open: ReadonlyMap<string, number>): void {
    if (open.size === 0) {
      this.#unexplainedSince = null;
      return;
    }
    this.#unexplainedSince ??= performance.now();
    if (this.#hasLog && performance.now() - this.#unexplainedSince < LINE_GRACE_MS) return;
    this.#unexplainedSince = null;
    for (const [path, kills] of open) {
      this.#accounts.enter(path, kills);
      for (let told = 0; told < kills; told++) this.#ring.append(countedEntry([path]));
    }
  }
}

function known(kill: OomKill): Attribution {
  const named = kill.taskMemcg ?? kill.groupMemcg ?? kill.oomMemcg;
  return { taskMemcg: kill.taskMemcg, pod: named === null ? null : podOfCgroup(named), candidates: [] };
}

function attribution(kill: OomKill, paths: readonly string[]): Attribution {
  const [only] = paths;
  if (only === undefined) return known(kill);
  if (paths.length === 1) return { taskMemcg: only, pod: podOfCgroup(only), candidates: [] };
  return { taskMemcg: null, pod: null, candidates: podsOf(paths) };
}
