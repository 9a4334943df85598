import type { KillRow } from '../../../src/protocol/panel/kills.js';

/** The kills of the page, newest first, at most `capacity` of them; the oldest go first. */
export class KillList {
  readonly #capacity: number;
  /** Oldest first. */
  #rows: KillRow[] = [];
  /** While paused: how many rows are shown; what came later waits behind them. */
  #frozen: number | null = null;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many rows are shown. */
  get length(): number {
    return this.#frozen ?? this.#rows.length;
  }

  get paused(): boolean {
    return this.#frozen !== null;
  }

  /** How many came while paused. */
  get waiting(): number {
    return this.#rows.length - this.length;
  }

  /** The row at this place, 0 the newest shown. */
  at(index: number): KillRow | undefined {
    return this.#rows[this.length - 1 - index];
  }

  /** The rows that are shown, oldest first. */
  get shown(): readonly KillRow[] {
    return this.#frozen === null ? this.#rows : this.#rows.slice(0, this.#frozen);
  }

  /** Starts over with these rows, oldest first. A pause goes on with what it showed, as far as it is still there. */
  reset(rows: readonly KillRow[]): void {
    const lastShown = this.paused ? this.at(0)?.id : undefined;
    this.#rows = rows.slice(-this.#capacity);
    if (!this.paused) return;
    const index = lastShown === undefined ? -1 : this.#rows.findIndex(({ id }) => id === lastShown);
    this.#frozen = index + 1;
  }

  /** Adds rows; gives how many new rows are shown. One node may tell of a kill later than another of a younger one. */
  push(rows: readonly KillRow[]): number {
    const isLate = (rows[0]?.time ?? '') < (this.#rows.at(-1)?.time ?? '');
    this.#rows.push(...rows);
    if (isLate) this.#rows.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    const excess = Math.max(0, this.#rows.length - this.#capacity);
    if (excess > 0) this.#rows.splice(0, excess);
    if (this.#frozen !== null) {
      this.#frozen = Math.max(0, this.#frozen - excess);
      return 0;
    }
    return Math.min(rows.length, this.#capacity);
  }

  /** Replaces rows that are there by what is known of them now. */
  update(rows: readonly KillRow[]): void {
    if (rows.length === 0) return;
    const byId = new Map(rows.map((row) => [row.id, row]));
    this.#rows = this.#rows.map((row) => byId.get(row.id) ?? row);
  }

  pause(): void {
    this.#frozen = this.#rows.length;
  }

  /** Gives how many rows come into view at the top. */
  resume(): number {
    const { waiting } = this;
    this.#frozen = null;
    return waiting;
  }
}
