import type { GapEntry, KillEntry } from '../../protocol/agent/types.js';

type Unnumbered<T> = Omit<T, 'seq'>;
export type NewEntry = Unnumbered<KillEntry> | Unnumbered<GapEntry>;

/** An entry as it goes over the wire. */
export interface StoredEntry {
  readonly seq: number;
  readonly line: string;
}

/** The newest entries, numbered and serialised once, in a bounded amount of memory. */
export class EntryRing {
  readonly #maxBytes: number;
  readonly #listeners = new Set<(entries: readonly NewEntry[]) => void>();
  #entries: StoredEntry[] = [];
  #start = 0;
  #bytes = 0;
  #seq = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The newest entry's number. */
  get seq(): number {
    return this.#seq;
  }

  /** The oldest entry's number that is still here; one past the newest where none is. */
  get oldest(): number {
    return this.#entries[this.#start]?.seq ?? this.#seq + 1;
  }

  /** Numbers entries and shows them to the readers. */
  append(entries: readonly NewEntry[]): void {
    for (const entry of entries) {
      this.#seq += 1;
      this.#store({ seq: this.#seq, line: `${JSON.stringify({ ...entry, seq: this.#seq })}\n` });
    }
    if (entries.length > 0) for (const listener of this.#listeners) listener(entries);
  }

  /** Takes in what an agent before this one had, before there is anything else. */
  restore(entries: readonly StoredEntry[], lastSeq: number): void {
    // Readers find their place by counting: behind a number that is missing everything older is left out.
    const breaks = entries.findLastIndex((entry, index) => entry.seq !== (entries[index - 1]?.seq ?? 0) + 1);
    for (const entry of entries.slice(Math.max(0, breaks))) this.#store(entry);
    this.#seq = lastSeq;
  }

  /** The newest entries that fit into so many bytes, oldest first. */
  newest(maxBytes: number): StoredEntry[] {
    let bytes = 0;
    let from = this.#entries.length;
    while (from > this.#start && bytes + (this.#entries[from - 1]?.line.length ?? 0) <= maxBytes) {
      from -= 1;
      bytes += this.#entries[from]?.line.length ?? 0;
    }
    return this.#entries.slice(from);
  }

  /** Up to `limit` entries after `seq`, oldest first. Those no longer here are missing: compare with `oldest`. */
  after(seq: number, limit: number): StoredEntry[] {
    const from = this.#start + Math.max(0, seq + 1 - this.oldest);
    return this.#entries.slice(from, from + limit);
  }

  #store(entry: StoredEntry): void {
    this.#entries.push(entry);
    this.#bytes += entry.line.length;
    while (this.#bytes > this.#maxBytes && this.#start < this.#entries.length - 1) {
      this.#bytes -= this.#entries[this.#start]?.line.length ?? 0;
      this.#start += 1;
    }
    if (this.#start > 1024 && this.#start * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#start);
      this.#start = 0;
    }
  }

  /** Calls back after each append, until the returned function is called. */
  subscribe(listener: (entries: readonly NewEntry[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
