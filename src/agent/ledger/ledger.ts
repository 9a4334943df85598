import { isWithin } from '../../core/cgroup/path.js';
import type { OomKill } from '../../core/kernel/oom-kill.js';
import { effectiveLimit } from '../cgroup/limits.js';
import type { CgroupRegistry } from '../cgroup/registry.js';
import { KillAccounts } from './accounts.js';
import { type BareKill, match, owed, type Unsure } from './attribute.js';
import { type Attribution, asReported, certain, countedEntry, entryOfKill, oneOf } from './entry.js';
import type { Journal, NewLine } from './journal.js';
import { PidTable } from './pid-table.js';
import type { EntryRing } from './ring.js';

/** How long counted kills may wait for their lines before they are told as counted only, ms. */
const LINE_GRACE_MS = 500;
/** How long lines may wait for others to make clear whose they are, ms. */
const CLARITY_MS = 100;
const SWEEP_MS = 1000;
const REMEMBERED_PIDS = 4096;

export interface LedgerParts {
  readonly ring: EntryRing;
  /** Every cgroup of the machine: kills elsewhere have to be told from those within the scope. */
  readonly registry: CgroupRegistry;
  /** Entries are made for kills at or below this cgroup only. */
  readonly scope: string;
  readonly journal: Journal | null;
  /** The kernel's log is read: counters alone make an entry only where it stays silent. */
  readonly hasLog: boolean;
}

/**
 * Every OOM kill once: the counters say how many, the kernel's log says which. A kill whose report names its
 * cgroup is entered at once; a bare line waits until the counters are read, and then belongs to the only cgroup
 * that counted a kill which no entry tells of yet, or to one of several candidates.
 */
export class KillLedger {
  readonly #parts: LedgerParts;
  readonly #accounts: KillAccounts;
  readonly #pids: PidTable;
  readonly #sweep: NodeJS.Timeout;
  /** The cgroup of recent kills by pid, null while it is not known: a group's victim is counted twice. */
  readonly #recent = new Map<number, string | null>();
  readonly #told: ReadonlySet<number>;
  readonly #from: number;
  readonly #resumed: boolean;
  #history: OomKill[] | null = [];
  #drain: () => boolean = () => true;
  #bare: BareKill[] = [];
  #bareSince: number | null = null;
  #lines: NewLine[] = [];
  #lastRecord = 0;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
    this.#accounts = new KillAccounts(parts.registry);
    this.#pids = new PidTable(parts.registry);
    const remembered = parts.journal?.load();
    if (remembered) parts.ring.restore(remembered.entries, remembered.lastSeq);
    const sameBoot = remembered?.sameBoot ?? null;
    this.#resumed = sameBoot !== null;
    if (this.#resumed) parts.journal?.reopen();
    this.#told = sameBoot?.kills ?? new Set();
    this.#from = sameBoot?.from ?? -1;
    this.#accounts.restore(sameBoot?.entered ?? {});
    this.#sweep = setInterval(() => this.#onSweep(), SWEEP_MS);
  }

  /** The record up to which an agent before this one accounted for everything; null where there was none. */
  get resumesAfter(): number | null {
    return this.#resumed ? this.#from : null;
  }

  /** Without a kernel log there is no past to read: what was counted before is taken as told. */
  startWithoutLog(): void {
    this.#history = null;
    this.#accounts.read(0);
    if (!this.#resumed) this.#accounts.forgive();
    this.settle();
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#parts.journal?.close();
  }

  /** A kill from the log. The same one again, after a restart, is left out. */
  add(kill: OomKill): void {
    if (kill.seq !== null && (kill.seq <= this.#from || this.#told.has(kill.seq))) return;
    if (this.#history) this.#history.push(kill);
    else this.#enter(kill);
  }

  /** The kill of this process was printed and counted once more: it was its group's victim. */
  addRepeat(pid: number): void {
    const path = this.#recent.get(pid);
    if (path) this.#accounts.enter(path, 1);
    for (const item of this.#bare) if (item.kill.victim.pid === pid) item.times += 1;
  }

  /** Records were overwritten before they were read. */
  addGap(lost: number): void {
    this.#lines.push({
      entry: { type: 'gap', time: new Date().toISOString(), source: 'kernel', lost },
      kernelSeq: null,
    });
  }

  /**
   * The log has been read to its end: time to look at the counters.
   * @param lastRecord the number of the newest record read
   * @param firstRecord the number of the oldest record that there was
   */
  settle(lastRecord: number = this.#lastRecord, firstRecord = 0): void {
    this.#lastRecord = lastRecord;
    if (this.#history) this.#tellHistory(firstRecord === 0);
    this.#accounts.read(SWEEP_MS);
    this.#attribute();
    this.#tellCounted();
    this.#accounts.forgetGone();
    this.#commit();
  }

  /** Before the counters are looked at, the log is to be read to its end; `drain` tells whether it was. */
  readLogFirst(drain: () => boolean): void {
    this.#drain = drain;
  }

  #onSweep(): void {
    if (!this.#drain() || this.#history) return;
    this.settle();
    this.#pids.sweep();
  }

  /**
   * Kills from before the start. Where the log goes back to the boot, or an agent before this one left its
   * accounts, the counters explain them all; else a bare line may belong to any container that counted kills.
   */
  #tellHistory(complete: boolean): void {
    const history = this.#history ?? [];
    this.#history = null;
    this.#accounts.read(0);
    for (const kill of history) this.#enter(kill);
    if (this.#resumed) return;
    if (complete) this.#attribute();
    const candidates = [...this.#accounts.open().keys()];
    for (const { kill } of this.#bare.splice(0)) this.#tellOneOf(kill, candidates);
    this.#accounts.forgive();
  }

  #enter(kill: OomKill): void {
    const path = kill.taskMemcg;
    this.#remember(kill.victim.pid, path);
    if (path === null) {
      this.#bare.push({ kill, times: 1 });
      return;
    }
    this.#accounts.enter(path, 1);
    if (isWithin(path, this.#parts.scope)) this.#tell(kill, certain(path));
  }

  #attribute(): void {
    if (this.#bare.length === 0) return;
    let open = this.#accounts.open();
    if (sum(open) < owed(this.#bare)) {
      this.#accounts.read(0);
      open = this.#accounts.open();
    }
    const { sure, unsure, left } = match(this.#bare, open, {
      lastSeen: (pid) => this.#pids.find(pid),
      limit: (path) => effectiveLimit(this.#parts.registry.access, path),
    });
    for (const { item, path } of sure) {
      this.#accounts.enter(path, item.times);
      this.#remember(item.kill.victim.pid, path);
      if (isWithin(path, this.#parts.scope)) this.#tell(item.kill, certain(path));
    }
    this.#bare = unsure.map(({ item }) => item);
    if (unsure.length === 0) this.#bareSince = null;
    else if (sum(left) <= owed(this.#bare) || this.#waitedForClarity()) this.#tellUnsure(unsure, left);
  }

  /** More was counted than printed: the lines still to come may tell whose these are. */
  #waitedForClarity(): boolean {
    this.#bareSince ??= performance.now();
    if (performance.now() - this.#bareSince >= CLARITY_MS) return true;
    setTimeout(() => this.settle(), CLARITY_MS).unref();
    return false;
  }

  #tellUnsure(unsure: readonly Unsure[], left: ReadonlyMap<string, number>): void {
    const touched = new Set(unsure.flatMap(({ candidates }) => candidates));
    for (const { item, candidates } of unsure) this.#tellOneOf(item.kill, candidates);
    const rest = [...left].filter(([path]) => touched.has(path));
    for (const [path, kills] of rest) this.#accounts.enter(path, kills);
    const paths = this.#inScope(rest.map(([path]) => path));
    const beyond = sum(new Map(rest)) - owed(this.#bare);
    for (let told = 0; told < beyond && paths.length > 0; told++) this.#count(oneOf(paths));
    this.#bare = [];
    this.#bareSince = null;
  }

  /** Bare lines that still wait are likelier the kills that were counted. */
  #tellCounted(): void {
    if (this.#bare.length > 0) return;
    for (const [path, kills] of this.#accounts.overdue(this.#parts.hasLog ? LINE_GRACE_MS : 0)) {
      this.#accounts.enter(path, kills);
      if (!isWithin(path, this.#parts.scope)) continue;
      for (let told = 0; told < kills; told++) this.#count(certain(path));
    }
  }

  #tell(kill: OomKill, attribution: Attribution): void {
    this.#lines.push({ entry: entryOfKill(kill, attribution), kernelSeq: kill.seq });
  }

  /** Where no cgroup that is known can be it, a kill outside of the scope is as likely as any. */
  #tellOneOf(kill: OomKill, candidates: readonly string[]): void {
    const inScope = this.#inScope(candidates);
    if (inScope.length > 0) this.#tell(kill, oneOf(inScope));
    else if (candidates.length === 0 && this.#parts.scope === '/') this.#tell(kill, asReported(kill));
  }

  #count(attribution: Attribution): void {
    this.#lines.push({ entry: countedEntry(attribution), kernelSeq: null });
  }

  #inScope(paths: readonly string[]): string[] {
    return paths.filter((path) => isWithin(path, this.#parts.scope));
  }

  #remember(pid: number, path: string | null): void {
    this.#recent.delete(pid);
    this.#recent.set(pid, path);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > REMEMBERED_PIDS && oldest !== undefined) this.#recent.delete(oldest);
  }

  #commit(): void {
    const { ring, journal } = this.#parts;
    const lines = this.#lines;
    this.#lines = [];
    if (!journal) {
      ring.append(lines.map(({ entry }) => entry));
      return;
    }
    journal.commit(ring, lines, this.#accounts.takeChanged());
    if (this.#bare.length === 0 && journal.full)
      journal.rewrite(ring, this.#lastRecord, this.#accounts.snapshot());
  }
}

function sum(counts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}
