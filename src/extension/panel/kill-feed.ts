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
  /** The kill that the page learned of last, by its order. */
  #sent = 0;
  /** The kill that was learned of last when Clear was pressed. */
  #cleared = 0;
  #counts: KillCounts = NONE;
  /** Kills that were sent while their Pod was not known: the lab may name them later. */
  readonly #unnamed = new Set<string>();

  take(log: KillLog): void {
    this.#log = log;
  }

  /** Another cluster: its kills are numbered anew. */
  reset(): void {
    this.#log = { kills: [], gaps: [], dropped: 0 };
    this.#cleared = 0;
  }

  clear(): void {
    this.#cleared = lastOrder(this.#log.kills, this.#cleared);
  }

  /** The kills since Clear, oldest first. */
  get shown(): readonly NamedKill[] {
    return after(this.#log.kills, this.#cleared);
  }

  snapshot(): KillsSnapshot {
    const kills = this.shown;
    this.#counts = countsOf(kills, NONE);
    this.#sent = lastOrder(kills, this.#cleared);
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
    const kills = after(this.#log.kills, this.#sent);
    const changed = this.#namedLate();
    if (kills.length === 0 && changed.length === 0) return null;
    this.#noteUnnamed(kills);
    this.#sent = lastOrder(kills, this.#sent);
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
    return (this.#cleared === 0 ? this.#log.dropped : 0) + Math.max(0, shown - PANEL_MAX_KILLS);
  }
}

const NONE: KillCounts = { full: 0, bare: 0, counted: 0 };

/** The kills that were learned of after that order. */
function after(kills: readonly NamedKill[], order: number): readonly NamedKill[] {
  return order === 0 ? kills : kills.filter((kill) => kill.order > order);
}

function lastOrder(kills: readonly NamedKill[], least: number): number {
  return kills.reduce((last, { order }) => Math.max(last, order), least);
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
