import type { KillLog, NamedKill } from '../../lab/types.js';
import {
  type KillCounts,
  type KillRow,
  type KillsDelta,
  type KillsSnapshot,
  PANEL_MAX_KILLS,
} from '../../protocol/panel/kills.js';

/**
 * What one page is told of the kills: all of them first, then only what is new. Nothing is kept for a page that does
 * not listen: the kills stay in the lab's own bounded log.
 */
export class KillFeed {
  #log: KillLog = { kills: [], gaps: [], dropped: 0 };
  /** The newest kill that the page has. */
  #sentId: string | null = null;
  /** The newest kill that Clear took away. */
  #clearedId: string | null = null;
  #counts: KillCounts = NONE;
  /** Kills that were sent while their Pod was not known: the lab may name them later. */
  readonly #unnamed = new Set<string>();

  take(log: KillLog): void {
    this.#log = log;
  }

  /** Another cluster: its kills are numbered anew. */
  reset(): void {
    this.#log = { kills: [], gaps: [], dropped: 0 };
    this.#clearedId = null;
  }

  clear(): void {
    this.#clearedId = this.#log.kills.at(-1)?.id ?? this.#clearedId;
  }

  /** The kills since Clear, oldest first. */
  get shown(): readonly NamedKill[] {
    return after(this.#log.kills, this.#clearedId);
  }

  snapshot(): KillsSnapshot {
    const kills = this.shown;
    this.#counts = countsOf(kills, NONE);
    this.#sentId = kills.at(-1)?.id ?? this.#clearedId;
    this.#unnamed.clear();
    this.#noteUnnamed(kills);
    return {
      rows: kills.slice(-PANEL_MAX_KILLS).map(rowOf),
      counts: this.#counts,
      dropped: this.#dropped(kills.length),
    };
  }

  /** Null where nothing is new. */
  delta(): KillsDelta | null {
    const kills = after(this.#log.kills, this.#sentId);
    const changed = this.#namedLate();
    if (kills.length === 0 && changed.length === 0) return null;
    this.#noteUnnamed(kills);
    this.#sentId = kills.at(-1)?.id ?? this.#sentId;
    this.#counts = countsOf(kills, this.#counts);
    return {
      rows: kills.slice(-PANEL_MAX_KILLS).map(rowOf),
      changed: changed.map(rowOf),
      counts: this.#counts,
      dropped: this.#dropped(total(this.#counts)),
    };
  }

  #noteUnnamed(kills: readonly NamedKill[]): void {
    for (const { id, podName, kill } of kills)
      if (podName === null && kill.pod !== null) this.#unnamed.add(id);
  }

  /** The kills that have got their names since they were sent. */
  #namedLate(): readonly NamedKill[] {
    if (this.#unnamed.size === 0) return [];
    const ids = new Set(this.#log.kills.map(({ id }) => id));
    for (const id of this.#unnamed) if (!ids.has(id)) this.#unnamed.delete(id);
    const named = this.#log.kills.filter(({ id, podName }) => podName !== null && this.#unnamed.has(id));
    for (const { id } of named) this.#unnamed.delete(id);
    return named;
  }

  /** What the log itself forgot counts only as long as nothing was cleared. */
  #dropped(shown: number): number {
    return (this.#clearedId === null ? this.#log.dropped : 0) + Math.max(0, shown - PANEL_MAX_KILLS);
  }
}

const NONE: KillCounts = { full: 0, bare: 0, counted: 0 };

/** The kills that came after the one with this id; all of them where it is not among them (any more). */
function after(kills: readonly NamedKill[], id: string | null): readonly NamedKill[] {
  if (id === null) return kills;
  for (let index = kills.length - 1; index >= 0; index--) {
    if (kills[index]?.id === id) return kills.slice(index + 1);
  }
  return kills;
}

function countsOf(kills: readonly NamedKill[], before: KillCounts): KillCounts {
  const counts = { ...before };
  for (const { kill } of kills) counts[kill.evidence]++;
  return counts;
}

function total(counts: KillCounts): number {
  return counts.full + counts.bare + counts.counted;
}

function rowOf(named: NamedKill): KillRow {
  const { kill } = named;
  return {
    id: named.id,
    time: kill.time,
    node: named.nodeName,
    namespace: named.namespace,
    pod: named.podName,
    container: named.containerName,
    candidates: kill.pod === null ? kill.candidates.length : 0,
    victim:
      kill.victim === null
        ? null
        : {
            comm: kill.victim.comm,
            pid: kill.victim.pid,
            anonBytes: kill.victim.anonRssBytes,
            oomScoreAdj: kill.victim.oomScoreAdj,
          },
    constraint: kill.constraint,
    limitBytes: kill.limitBytes,
    evidence: kill.evidence,
    group: kill.group,
  };
}
