import { isWithin } from '../../core/cgroup/path.js';
import type { OomKill } from '../../core/kernel/oom-kill.js';

/** A kill whose cgroup its log lines do not name. */
export interface BareKill {
  readonly kill: OomKill;
  /** How often the kernel printed and counted it: twice for the victim of a group kill. */
  times: number;
}

/** What can be known of the cgroup of a bare kill beside the counters. */
export interface Hints {
  /** The cgroup that the process was last seen in. */
  lastSeen(pid: number): string | null;
  /** The least limit on the path, bytes; null: none. */
  limit(path: string): number | null;
  /** The cgroup is there and counts its kills: what its counter does not show did not happen in it. */
  counts(path: string): boolean;
}

/** A bare kill and the one cgroup that it must belong to. */
export interface Sure {
  readonly item: BareKill;
  readonly path: string;
}

/** A bare kill and the cgroups that it may belong to; none: no cgroup that is known. */
export interface Unsure {
  readonly item: BareKill;
  readonly candidates: readonly string[];
}

export interface Matching {
  readonly sure: readonly Sure[];
  readonly unsure: readonly Unsure[];
  /** What the counters show beyond the sure ones. */
  readonly left: ReadonlyMap<string, number>;
  /** More died than was counted: some in cgroups whose counters could not be read. */
  readonly uncounted: boolean;
}

/** The kernel's figures of a process's memory lag behind by some pages for each CPU, bytes. */
const RSS_SLACK = 4 * 1024 * 1024;

/**
 * The cgroups that can have counted a kill. Only anonymous memory tells that a victim did not fit: shared memory may
 * be charged to whoever touched it first. Where no cgroup fits, its memory came with it from elsewhere.
 */
function possible(kill: OomKill, paths: readonly string[], hints: Hints): string[] {
  const below = paths.filter((path) =>
    [kill.groupMemcg, kill.oomMemcg].every((top) => top === null || isWithin(path, top)),
  );
  const fitting = below.filter(
    (path) => (kill.victim.anonRssBytes ?? 0) - RSS_SLACK <= (hints.limit(path) ?? Number.POSITIVE_INFINITY),
  );
  return fitting.length > 0 ? fitting : below;
}

export function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/**
 * Matches bare kills with the kills that cgroups counted and no entry tells of (`open`). First those whose process
 * was seen in one of these cgroups, or in one that cannot be asked any more; then, as long as it leads on, those for
 * whom only one cgroup is left. Where fewer kills were counted than lines stand in the log, some victim's cgroup is
 * unknown, and even a single candidate is no more than that.
 */
export function match(bare: readonly BareKill[], open: ReadonlyMap<string, number>, hints: Hints): Matching {
  const left = new Map(open);
  const sure: Sure[] = [];
  let undecided = [...bare];
  const settle = (item: BareKill, path: string): void => {
    sure.push({ item, path });
    undecided = undecided.filter((other) => other !== item);
    const rest = (left.get(path) ?? 0) - item.times;
    if (rest > 0) left.set(path, rest);
    else left.delete(path);
  };
  const isUncounted = (): boolean => sum(left.values()) < owed(undecided);
  for (const item of bare) {
    const seen = hints.lastSeen(item.kill.victim.pid);
    if (seen === null) continue;
    const path = [...left.keys()].find((candidate) => isWithin(candidate, seen));
    if (path !== undefined) settle(item, path);
    else if (isUncounted() && !hints.counts(seen)) settle(item, seen);
  }
  for (let before = -1; before !== undecided.length && !isUncounted(); ) {
    before = undecided.length;
    for (const item of undecided) {
      const [path, ...others] = possible(item.kill, [...left.keys()], hints);
      if (path !== undefined && others.length === 0) settle(item, path);
    }
  }
  const unsure = undecided.map((item) => ({
    item,
    candidates: possible(item.kill, [...left.keys()], hints),
  }));
  return { sure, unsure, left, uncounted: isUncounted() };
}

/** Kills that share candidates, directly or over others: what is counted there is theirs in some order. */
export interface Tangle {
  readonly items: readonly BareKill[];
  /** Each with the kills that it counted. Empty where no cgroup counted any of these kills. */
  readonly counted: ReadonlyMap<string, number>;
}

/** Parts unsure kills so that what is said of one part does not depend on another. */
export function tangles({ unsure, left }: Matching): Tangle[] {
  const parts: { items: BareKill[]; paths: Set<string> }[] = [];
  for (const { item, candidates } of unsure) {
    const touched = parts.filter(({ paths }) => candidates.some((path) => paths.has(path)));
    for (const part of touched) parts.splice(parts.indexOf(part), 1);
    const items = [...touched.flatMap((part) => part.items), item];
    parts.push({ items, paths: new Set([...touched.flatMap((part) => [...part.paths]), ...candidates]) });
  }
  return parts.map(({ items, paths }) => ({
    items,
    counted: new Map([...left].filter(([path]) => paths.has(path))),
  }));
}

/** How much these kills must have raised the counters, all together. */
export function owed(bare: readonly BareKill[]): number {
  return sum(bare.map((item) => item.times));
}
