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
  readonly #listeners = new Set<() => void>();
  #entries: StoredEntry[] = [];
  #start = 0;
  #bytes = 0;
  #seq: number;

  /** @param lastSeq the number before the first entry's */
  constructor(maxBytes: number, lastSeq: number) {
    this.#maxBytes = maxBytes;
    this.#seq = lastSeq;
  }

  /** The newest entry's number. */
  get seq(): number {
    return this.#seq;
  }

  /** The oldest entry's number that is still here; one past the newest where none is. */
  get oldest(): number {
    return this.#entries[this.#start]?.seq ?? this.#seq + 1;
  }

  append(entry: NewEntry): StoredEntry {
    this.#seq += 1;
    const stored = { seq: this.#seq, line: `${JSON.stringify({ ...entry, seq: this.#seq })}\n` };
    this.#entries.push(stored);
    this.#bytes += stored.line.length;
    while (this.#bytes > this.#maxBytes && this.#start < this.#entries.length - 1) {
      this.#bytes -= this.#entries[this.#start]?.line.length ?? 0;
      this.#start += 1;
    }
    if (this.#start > 1024 && this.#start * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#start);
      this.#start = 0;
    }
    for (const listener of this.#listeners) listener();
    return stored;
  }

  /** Up to `limit` entries after `seq`, oldest first. Those no longer here are missing: compare with `oldest`. */
  after(seq: number, limit: number): StoredEntry[] {
    const from = this.#start + Math.max(0, seq + 1 - this.oldest);
    return this.#entries.slice(from, from + limit);
  }

  /** Calls back after each append, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
