import type { KillRow } from '../../../src/protocol/panel/kills.js';

/** Kills of one container that follow each other no slower than this are one storm, ms: stressors that start anew do. */
export const STORM_GAP_MS = 5000;
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

/** A container, while its kills are gone through from the oldest on. */
interface Place {
  /** Its newest kill so far; null before the first. */
  last: Entry | null;
}

/** What is remembered of a kill: a list of thousands is gone through with every message. */
interface Entry {
  readonly kill: KillRow;
  readonly at: number;
  readonly place: Place;
  /** Its row where it stands alone. */
  readonly row: GridRow;
  /** The kills that it stands in quick succession with, oldest first; null: with none. */
  run: Entry[] | null;
  /** The storm that it was in last. */
  storm: string | null;
}

/** Makes the rows of a list of kills, and remembers which storms are open. */
export class StormRows {
  readonly #entryOf = new WeakMap<KillRow, Entry>();
  readonly #places = new Map<string, Place>();
  readonly #open = new Set<string>();
  /** Of the list of last time. */
  #entries: readonly Entry[] = [];

  /** @param kills oldest first. Gives the rows newest first; a storm stands where its newest kill is. */
  rows(kills: readonly KillRow[]): readonly GridRow[] {
    const entries = this.#entriesOf(kills);
    this.#entries = entries;
    this.#join(entries);
    const rows: GridRow[] = [];
    const storms = new Set<string>();
    for (let index = entries.length - 1; index >= 0; index--) {
      const entry = entries[index] as Entry;
      const { run } = entry;
      if (run === null || run.length < STORM_MIN_KILLS) rows.push(entry.row);
      else if (run.at(-1) === entry) this.#pushStorm(rows, run, storms);
    }
    for (const id of this.#open) if (!storms.has(id)) this.#open.delete(id);
    return rows;
  }

  toggle(id: string): void {
    if (!this.#open.delete(id)) this.#open.add(id);
  }

  /** Mostly the list is that of last time with some more at its end and some less at its beginning. */
  #entriesOf(kills: readonly KillRow[]): Entry[] {
    const before = this.#entries;
    const [first] = kills;
    const start = before.findIndex(({ kill }) => kill === first);
    let known = 0;
    while (start >= 0 && known < kills.length && before[start + known]?.kill === kills[known]) known++;
    const entries = before.slice(Math.max(0, start), Math.max(0, start) + known);
    for (let index = known; index < kills.length; index++) entries.push(this.#entry(kills[index] as KillRow));
    return entries;
  }

  #join(entries: readonly Entry[]): void {
    for (const place of this.#places.values()) place.last = null;
    for (const entry of entries) {
      const { last } = entry.place;
      entry.run = null;
      if (last !== null && entry.at - last.at <= STORM_GAP_MS) {
        last.run ??= [last];
        last.run.push(entry);
        entry.run = last.run;
      }
      entry.place.last = entry;
    }
    for (const [name, place] of this.#places) if (place.last === null) this.#places.delete(name);
  }

  #pushStorm(rows: GridRow[], run: readonly Entry[], storms: Set<string>): void {
    const oldest = run[0] as Entry;
    const newest = run.at(-1) as Entry;
    const id = idOf(run, storms);
    storms.add(id);
    let full = 0;
    let freedBytes = 0;
    for (const entry of run) {
      entry.storm = id;
      if (entry.kill.evidence === 'full') full += 1;
      freedBytes += entry.kill.victim?.anonBytes ?? 0;
    }
    const isOpen = this.#open.has(id);
    const storm = {
      id,
      newest: newest.kill,
      count: run.length,
      full,
      lastsMs: newest.at - oldest.at,
      freedBytes,
      isOpen,
    };
    rows.push({ kind: 'storm', key: `storm ${id}`, storm });
    if (!isOpen) return;
    for (let index = run.length - 1; index >= 0; index--) {
      const { kill } = run[index] as Entry;
      rows.push({ kind: 'kill', key: kill.id, kill, storm: id });
    }
  }

  #entry(kill: KillRow): Entry {
    const known = this.#entryOf.get(kill);
    const { node, namespace, pod, container } = kill;
    const name = pod === null ? `? ${node}` : `${namespace ?? ''}/${pod}/${container ?? ''}`;
    let place = this.#places.get(name);
    if (place === undefined) {
      place = { last: null };
      this.#places.set(name, place);
    }
    if (known?.place === place) return known;
    const row: GridRow = { kind: 'kill', key: kill.id, kill, storm: null };
    const entry = { kill, at: Date.parse(kill.time), place, row, run: null, storm: known?.storm ?? null };
    this.#entryOf.set(kill, entry);
    return entry;
  }
}

/** The id that one of these kills' storm had before; a storm that a filter cuts in two keeps it once. */
function idOf(run: readonly Entry[], taken: ReadonlySet<string>): string {
  for (const { storm } of run) if (storm !== null && !taken.has(storm)) return storm;
  const [oldest] = run;
  return run.find(({ kill }) => !taken.has(kill.id))?.kill.id ?? oldest?.kill.id ?? '';
}
