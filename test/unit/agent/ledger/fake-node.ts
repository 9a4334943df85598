import { mock } from 'node:test';
import type { CgroupAccess, FoundCgroup } from '../../../../src/agent/cgroup/access.js';
import { CgroupRegistry } from '../../../../src/agent/cgroup/registry.js';
import type { Journal } from '../../../../src/agent/ledger/journal.js';
import { KillLedger } from '../../../../src/agent/ledger/ledger.js';
import { EntryRing, type NewEntry } from '../../../../src/agent/ledger/ring.js';
import { podOfCgroup } from '../../../../src/core/cgroup/path.js';
import type { OomKill } from '../../../../src/core/kernel/oom-kill.js';
import type { GapEntry, KillEntry } from '../../../../src/protocol/agent/types.js';

interface FakeCgroup {
  readonly found: FoundCgroup;
  kills: number;
  readonly pids: Set<number>;
}

export interface FakeNodeOptions {
  readonly scope?: string;
  /** As kernel 4.4: neither cgroups nor the node count kills. */
  readonly countsKills?: boolean;
  readonly journal?: Journal;
  readonly historyBytes?: number;
}

/** The path of a container's cgroup. */
export function containerPath(number: number, root = ''): string {
  const uid = `0f1e2d3c-1111-4222-8333-${number.toString(16).padStart(12, '0')}`;
  return `${root}/kubepods/burstable/pod${uid}/${number.toString(16).padStart(64, '0')}`;
}

/**
 * A stand-in for a node: cgroups, their counters, the kernel's log and the clock are what the test makes them. The
 * ledger, its accounts and its ring are real.
 */
export class FakeNode {
  readonly ring: EntryRing;
  readonly ledger: KillLedger;
  readonly entries: NewEntry[] = [];
  readonly #cgroups = new Map<string, FakeCgroup>();
  #scanned: readonly FoundCgroup[] | null = null;
  #countersRead = 0;
  #listsRead = 0;
  readonly #counts: boolean;
  #nodeKills = 0;
  #now = 0;
  #seq = 0;
  #unread: OomKill[] = [];

  constructor({ scope = '/', countsKills = true, journal, historyBytes = 1 << 20 }: FakeNodeOptions = {}) {
    this.#counts = countsKills;
    mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
    // Not mock.method, which remembers every call with its stack.
    Object.defineProperty(performance, 'now', { value: () => this.#now, configurable: true });
    this.ring = new EntryRing(historyBytes);
    this.ledger = new KillLedger({
      ring: this.ring,
      registry: new CgroupRegistry(this.#access()),
      scope,
      journal: journal ?? null,
      hasLog: true,
      nodeKills: () => (countsKills ? this.#nodeKills : null),
    });
    this.ring.subscribe((entries) => this.entries.push(...entries));
    this.ledger.readLogFirst(() => {
      const unread = this.#unread.splice(0);
      for (const kill of unread) this.ledger.add(kill);
      return true;
    });
    this.ledger.settle(0, 0);
  }

  get kills(): Omit<KillEntry, 'seq'>[] {
    return this.entries.filter((entry) => entry.type === 'kill');
  }

  get gaps(): Omit<GapEntry, 'seq'>[] {
    return this.entries.filter((entry) => entry.type === 'gap');
  }

  close(): void {
    this.ledger.close();
    mock.timers.reset();
    Reflect.deleteProperty(performance, 'now');
  }

  /** Time passes. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 50) {
      const step = Math.min(50, left);
      this.#now += step;
      mock.timers.tick(step);
    }
  }

  /** Time passes in which nothing looks, as on a machine that was suspended. */
  skip(ms: number): void {
    this.#now += ms;
  }

  /** How many cgroups' counters and lists of processes were read since this was asked the last time. */
  takeReads(): { counters: number; lists: number } {
    const reads = { counters: this.#countersRead, lists: this.#listsRead };
    this.#countersRead = 0;
    this.#listsRead = 0;
    return reads;
  }

  make(path: string): string {
    this.#scanned = null;
    this.#cgroups.set(path, { found: found(path), kills: 0, pids: new Set() });
    return path;
  }

  remove(path: string): void {
    this.#scanned = null;
    this.#cgroups.delete(path);
  }

  run(pid: number, path: string): void {
    this.#cgroups.get(path)?.pids.add(pid);
  }

  /** The kernel kills: it counts, and it prints one line, or the whole report. */
  kill(pid: number, path: string, printed: 'full' | 'bare' | 'nothing' = 'bare'): void {
    const cgroup = this.#cgroups.get(path);
    if (cgroup) cgroup.kills += 1;
    cgroup?.pids.delete(pid);
    this.#nodeKills += 1;
    this.#seq += 1;
    if (printed !== 'nothing') this.#unread.push(killOf(pid, this.#seq, printed === 'full' ? path : null));
  }

  /** The two halves of a kill that is never printed, in the kernel's order. */
  countOnNode(): void {
    this.#nodeKills += 1;
  }

  countInCgroup(path: string): void {
    const cgroup = this.#cgroups.get(path);
    if (cgroup) cgroup.kills += 1;
  }

  /** The agent reads the log to its end. */
  read(): void {
    for (const kill of this.#unread.splice(0)) this.ledger.add(kill);
    this.ledger.settle(this.#seq, 0);
  }

  #scan(): readonly FoundCgroup[] {
    this.#scanned ??= [...this.#cgroups.values()].map((cgroup) => cgroup.found);
    return this.#scanned;
  }

  #killCount(path: string): number | null {
    this.#countersRead += 1;
    return this.#counts ? (this.#cgroups.get(path)?.kills ?? null) : null;
  }

  #ownPids(path: string): number[] {
    this.#listsRead += 1;
    return [...(this.#cgroups.get(path)?.pids ?? [])];
  }

  #access(): CgroupAccess {
    return {
      version: 1,
      mode: 'legacy',
      scan: () => this.#scan(),
      read: () => null,
      limit: () => null,
      groupKill: () => null,
      killCount: (path) => this.#killCount(path),
      forget: () => undefined,
      close: () => undefined,
      ownPids: (path) => this.#ownPids(path),
      pids: () => [],
      procsFiles: () => [],
    };
  }
}

function found(path: string): FoundCgroup {
  const identity = podOfCgroup(path);
  const isContainer = identity !== null && identity.containerId !== null;
  return { path, identity, container: isContainer, pod: identity !== null && !isContainer };
}

function killOf(pid: number, seq: number, path: string | null): OomKill {
  return {
    seq,
    bootSeconds: seq,
    time: null,
    constraint: 'memcg',
    report: path === null ? 'bare' : 'full',
    group: false,
    victim: {
      pid,
      comm: `p${pid}`,
      uid: 0,
      oomScoreAdj: 0,
      totalVmBytes: 9000,
      anonRssBytes: 4096,
      fileRssBytes: 0,
      shmemRssBytes: 0,
      pgtablesBytes: 0,
    },
    invoker: null,
    oomMemcg: path,
    taskMemcg: path,
    groupMemcg: null,
    limitBytes: null,
    usageBytes: null,
    tasks: [],
  };
}
