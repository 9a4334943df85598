import type { KillRow } from '../../../src/protocol/panel/kills.js';

/** Kills of one container that follow each other no slower than this are one storm, ms. */
export const STORM_GAP_MS = 2000;
/** Fewer are no storm. */
export const STORM_MIN_KILLS = 5;

/** Kills of one container in quick succession. */
export interface Storm {
  /** Stays the same while the storm grows, and while its oldest kills are forgotten. */
  readonly id: string;
  readonly newest: KillRow;
  readonly count: number;
  /** Of them, with the kernel's full report. */
  readonly full: number;
  /** From the first to the last, ms. */
  readonly lastsMs: number;
  readonly freedBytes: number;
  readonly isOpen: boolean;
}

/** A row of the grid: a kill that stands alone or in an open storm, or a storm. */
export type GridRow =
  | { readonly kind: 'kill'; readonly key: string; readonly kill: KillRow; readonly storm: string | null }
  | { readonly kind: 'storm'; readonly key: string; readonly storm: Storm };

interface Run {
  readonly kills: KillRow[];
  lastAt: number;
}

interface Facts {
  readonly place: string;
  readonly at: number;
}

/** Makes the rows of a list of kills, and remembers which storms are open. */
export class StormRows {
  readonly #facts = new WeakMap<KillRow, Facts>();
  readonly #open = new Set<string>();
  /** The storm of each kill that is in one. */
  #stormOf = new Map<string, string>();

  /** @param kills oldest first. Gives the rows newest first; a storm stands where its newest kill is. */
  rows(kills: readonly KillRow[]): readonly GridRow[] {
    const runs = this.#runs(kills);
    const stormOf = new Map<string, string>();
    const taken = new Set<string>();
    const rows: GridRow[] = [];
    for (let index = kills.length - 1; index >= 0; index--) {
      const kill = kills[index];
      const run = runs[index];
      if (kill === undefined || run === undefined) continue;
      if (run.kills.length < STORM_MIN_KILLS) rows.push({ kind: 'kill', key: kill.id, kill, storm: null });
      else if (run.kills.at(-1) === kill) this.#pushStorm(rows, run, stormOf, taken);
    }
    this.#stormOf = stormOf;
    for (const id of this.#open) if (!this.#isKnown(id)) this.#open.delete(id);
    return rows;
  }

  toggle(id: string): void {
    if (!this.#open.delete(id)) this.#open.add(id);
  }

  #runs(kills: readonly KillRow[]): readonly Run[] {
    const current = new Map<string, Run>();
    return kills.map((kill) => {
      const { place, at } = this.#factsOf(kill);
      let run = current.get(place);
      if (run === undefined || at - run.lastAt > STORM_GAP_MS) {
        run = { kills: [], lastAt: at };
        current.set(place, run);
      }
      run.kills.push(kill);
      run.lastAt = at;
      return run;
    });
  }

  #pushStorm(
    rows: GridRow[],
    { kills, lastAt }: Run,
    stormOf: Map<string, string>,
    taken: Set<string>,
  ): void {
    const [oldest] = kills;
    const newest = kills.at(-1);
    if (oldest === undefined || newest === undefined) return;
    const id = this.#idOf(kills, taken) ?? kills.find((kill) => !taken.has(kill.id))?.id ?? oldest.id;
    taken.add(id);
    let full = 0;
    let freedBytes = 0;
    for (const kill of kills) {
      stormOf.set(kill.id, id);
      if (kill.evidence === 'full') full += 1;
      freedBytes += kill.victim?.anonBytes ?? 0;
    }
    const isOpen = this.#open.has(id);
    const lastsMs = lastAt - this.#factsOf(oldest).at;
    const storm = { id, newest, count: kills.length, full, lastsMs, freedBytes, isOpen };
    rows.push({ kind: 'storm', key: `storm ${id}`, storm });
    if (!isOpen) return;
    for (let index = kills.length - 1; index >= 0; index--) {
      const kill = kills[index];
      if (kill !== undefined) rows.push({ kind: 'kill', key: kill.id, kill, storm: id });
    }
  }

  /** The id that one of these kills' storm had before; a storm that a filter cuts in two keeps it once. */
  #idOf(kills: readonly KillRow[], taken: ReadonlySet<string>): string | null {
    for (const { id } of kills) {
      const storm = this.#stormOf.get(id);
      if (storm !== undefined && !taken.has(storm)) return storm;
    }
    return null;
  }

  #isKnown(storm: string): boolean {
    for (const id of this.#stormOf.values()) if (id === storm) return true;
    return false;
  }

  #factsOf(kill: KillRow): Facts {
    let facts = this.#facts.get(kill);
    if (facts === undefined) {
      const { node, namespace, pod, container } = kill;
      const place = pod === null ? `? ${node}` : `${namespace ?? ''}/${pod}/${container ?? ''}`;
      facts = { place, at: Date.parse(kill.time) };
      this.#facts.set(kill, facts);
    }
    return facts;
  }
}
