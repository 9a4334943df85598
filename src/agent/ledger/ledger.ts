import { isWithin } from '../../core/cgroup/path.js';
import type { OomKill } from '../../core/kernel/oom-kill.js';
import { effectiveLimit } from '../cgroup/limits.js';
import type { CgroupRegistry } from '../cgroup/registry.js';
import { KillAccounts } from './accounts.js';
import { type BareKill, match, owed, sum, type Tangle, tangles } from './attribute.js';
import { Burst } from './burst.js';
import { type Attribution, asReported, certain, countedEntry, entryOfKill, oneOf } from './entry.js';
import type { Journal, NewLine } from './journal.js';
import { PidTable } from './pid-table.js';
import { PrintedKills, QuietNode } from './printed.js';
import type { EntryRing } from './ring.js';

/** How long counted kills may wait for their lines before they are told as counted only, ms. */
const LINE_GRACE_MS = 500;
/** How long lines may wait for others to make clear whose they are, ms. */
const CLARITY_MS = 100;
/** How often log and counters are read in a row until they agree, before others get their turn. */
const MAX_LOOKS = 8;
/** A cgroup that counted a kill so lately is looked at first, ms. */
const HOT_MS = 2000;
/** So long after a container went a kill line may still be its own, ms. */
const GONE_MS = 2000;
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
  /** All kills on the node since its boot; null where the kernel does not count them. */
  nodeKills(): number | null;
}

interface GapDraft {
  readonly lost: number;
  readonly time: string;
}

/** What is to be told, once the counters were looked at. */
interface Draft {
  readonly kill: OomKill | null;
  readonly attribution: Attribution;
  /** It stands on its log lines alone: no counter could be held against it. */
  readonly unchecked: boolean;
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
  readonly #printed: PrintedKills;
  readonly #quiet: QuietNode;
  readonly #burst = new Burst(() => this.#onBurst());
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
  #clarity: NodeJS.Timeout | null = null;
  #drafts: (Draft | GapDraft)[] = [];
  #lastRecord = 0;
  #settling = false;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
    this.#accounts = new KillAccounts(parts.registry);
    this.#pids = new PidTable(parts.registry);
    this.#printed = new PrintedKills(() => parts.nodeKills());
    this.#quiet = new QuietNode(() => parts.nodeKills());
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

  /** How many cgroups, processes, past kills and lines are kept in mind. */
  get sizes(): { accounts: number; processes: number; recent: number; waiting: number } {
    return {
      accounts: this.#accounts.size,
      processes: this.#pids.size,
      recent: this.#recent.size,
      waiting: this.#bare.length,
    };
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
    if (this.#clarity) clearTimeout(this.#clarity);
    this.#burst.stop();
    this.#parts.journal?.close();
  }

  /** A kill from the log. The same one again, after a restart, is left out. */
  add(kill: OomKill): void {
    this.#printed.add();
    if (kill.seq !== null && (kill.seq <= this.#from || this.#told.has(kill.seq))) return;
    if (this.#history) this.#history.push(kill);
    else this.#enter(kill);
  }

  /** The kill of this process was printed and counted once more: it was its group's victim. */
  addRepeat(pid: number): void {
    this.#printed.add();
    const path = this.#recent.get(pid);
    if (path) this.#accounts.enter(path, 1);
    for (const item of this.#bare) if (item.kill.victim.pid === pid) item.times += 1;
  }

  /** Records were overwritten before they were read. */
  addGap(lost: number): void {
    this.#printed.reset();
    this.#drafts.push({ lost, time: new Date().toISOString() });
  }

  /**
   * The log has been read to its end: time to look at the counters.
   * @param lastRecord the number of the newest record read
   * @param firstRecord the number of the oldest record that there was
   */
  settle(lastRecord: number = this.#lastRecord, firstRecord = 0): void {
    this.#lastRecord = lastRecord;
    if (this.#settling) return;
    this.#settling = true;
    try {
      if (this.#history) this.#tellHistory(firstRecord === 0);
      this.#attribute();
      this.#tellCounted();
      this.#commit();
    } finally {
      this.#settling = false;
    }
  }

  /** Before the counters are looked at, the log is to be read to its end; `drain` tells whether it was. */
  readLogFirst(drain: () => boolean): void {
    this.#drain = drain;
  }

  #onSweep(): void {
    if (!this.#drain() || this.#history) return;
    if (this.#quiet.isQuiet()) this.#accounts.readNew(SWEEP_MS / 2);
    else this.#accounts.read(SWEEP_MS / 2);
    this.settle();
    this.#accounts.forgetGone();
    this.#pids.sweep();
  }

  /** The processes are looked at first: those that the next lines tell of are still there. */
  #onBurst(): boolean {
    const hot = this.#accounts.hot(HOT_MS);
    this.#pids.look(hot);
    this.#lookAtBare();
    return hot.length > 1;
  }

  #lookAtBare(): void {
    if (this.#drain() && this.#bare.length > 0) this.settle();
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
    for (const { kill } of this.#bare.splice(0)) this.#tellOneOf(kill, candidates, true);
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
    this.#tell(kill, path);
  }

  /** Most of what is logged is of no kill: the counters are left alone then. */
  #attribute(): void {
    if (this.#bare.length === 0 && this.#drafts.length === 0 && this.#printed.isCalibrated) return;
    const pending = this.#readCounters();
    if (this.#bare.length === 0 || (pending > 0 && !this.#waitedForClarity())) return;
    if (pending > 0) this.#accounts.read(SWEEP_MS);
    const matching = match(this.#bare, this.#accounts.open(), {
      lastSeen: (pid) => this.#pids.find(pid),
      limit: (path) => effectiveLimit(this.#parts.registry.access, path),
      counts: (path) => this.#accounts.counts(path),
    });
    for (const { item, path } of matching.sure) {
      this.#accounts.enter(path, item.times);
      this.#remember(item.kill.victim.pid, path);
      this.#tell(item.kill, path);
    }
    for (const tangle of tangles(matching)) this.#tellTangle(tangle, matching.uncounted);
    this.#bare = [];
    this.#bareSince = null;
  }

  /**
   * Reads counters until they and the log's lines are of one moment. Returns how many kills are counted whose lines
   * are still to come. First only the counters that move: they are enough where they explain all that was printed.
   */
  #readCounters(): number {
    for (let look = 1; ; look++) {
      this.#accounts.readOnly(this.#accounts.hot(HOT_MS));
      let pending = this.#printed.pending();
      if (pending === null || (pending === 0 && this.#isOwed() !== 0)) {
        this.#accounts.read(SWEEP_MS);
        if (this.#isOwed() > 0) this.#accounts.read(0);
        pending = this.#printed.pending() ?? Math.max(0, -this.#isOwed());
      }
      if (this.#bare.length === 0 || pending === 0 || look === MAX_LOOKS || !this.#drain()) return pending;
    }
  }

  /** How many more kills were printed than the counters show. */
  #isOwed(): number {
    return owed(this.#bare) - sum(this.#accounts.open().values());
  }

  /** More was counted than printed: the lines still to come may tell whose these are. */
  #waitedForClarity(): boolean {
    this.#bareSince ??= performance.now();
    if (performance.now() - this.#bareSince < CLARITY_MS) {
      this.#clarity ??= setTimeout(() => {
        this.#clarity = null;
        this.#lookAtBare();
      }, CLARITY_MS);
      return false;
    }
    this.#printed.reset();
    return true;
  }

  /**
   * Each line with its candidates, where all of them are within the scope. Where some are not, it cannot be told which
   * of the lines are ours, but how many are: these are told as counted, and no line of another's kill as ours.
   */
  #tellTangle({ items, counted }: Tangle, uncounted: boolean): void {
    for (const [path, kills] of counted) this.#accounts.enter(path, kills);
    const paths = [...counted.keys()];
    const inScope = this.#inScope(paths);
    if (inScope.length > 0) this.#burst.goOn();
    const goneInScope = uncounted ? this.#inScope(this.#accounts.gone(GONE_MS)) : [];
    const foreign = inScope.length < paths.length || (uncounted && this.#parts.scope !== '/');
    if (foreign && goneInScope.length === 0) {
      for (const path of inScope) this.#count(certain(path), counted.get(path) ?? 0);
      return;
    }
    for (const { kill } of items) this.#tellOneOf(kill, [...inScope, ...goneInScope], uncounted);
    this.#count(oneOf(inScope), sum(counted.values()) - owed(items));
  }

  /** Bare lines that still wait are likelier the kills that were counted. */
  #tellCounted(): void {
    if (this.#bare.length > 0) return;
    for (const [path, kills] of this.#accounts.overdue(this.#parts.hasLog ? LINE_GRACE_MS : 0)) {
      this.#accounts.enter(path, kills);
      if (isWithin(path, this.#parts.scope)) this.#count(certain(path), kills);
    }
  }

  /** A kill in this very cgroup. */
  #tell(kill: OomKill, path: string): void {
    if (!isWithin(path, this.#parts.scope)) return;
    this.#drafts.push({ kill, attribution: certain(path), unchecked: false });
    this.#burst.goOn();
  }

  /** Where no cgroup that is known can be it, a kill outside of the scope is as likely as any. */
  #tellOneOf(kill: OomKill, candidates: readonly string[], unchecked: boolean): void {
    const inScope = this.#inScope(candidates);
    if (inScope.length > 0) this.#drafts.push({ kill, attribution: oneOf(inScope), unchecked });
    else if (candidates.length === 0 && this.#parts.scope === '/')
      this.#drafts.push({ kill, attribution: asReported(kill), unchecked: true });
  }

  #count(attribution: Attribution, kills: number): void {
    for (let told = 0; told < kills; told++) this.#drafts.push({ kill: null, attribution, unchecked: false });
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

  /** The counters are read by now: an entry for a cgroup whose counter does not show it says so. */
  #line(draft: Draft | GapDraft): NewLine {
    if ('lost' in draft) {
      const { lost, time } = draft;
      return { entry: { type: 'gap', time, source: 'kernel', lost }, kernelSeq: null };
    }
    const { kill, attribution, unchecked } = draft;
    if (kill === null) return { entry: countedEntry(attribution), kernelSeq: null };
    const { taskMemcg } = attribution;
    const checked = !unchecked && (taskMemcg === null || this.#accounts.covers(taskMemcg));
    return { entry: entryOfKill(kill, attribution, checked), kernelSeq: kill.seq };
  }

  #commit(): void {
    const { ring, journal } = this.#parts;
    const lines = this.#drafts.map((draft) => this.#line(draft));
    this.#drafts = [];
    if (!journal) {
      ring.append(lines.map(({ entry }) => entry));
      return;
    }
    journal.commit(ring, lines, this.#accounts.takeChanged());
    if (this.#bare.length === 0 && journal.full)
      journal.rewrite(ring, this.#lastRecord, this.#accounts.snapshot());
  }
}
