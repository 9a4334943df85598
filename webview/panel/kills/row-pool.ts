import type { PageLanguage } from '../language.js';
import { RowElement } from './row-element.js';
import type { RowWindow } from './row-window.js';
import type { GridRow } from './storms.js';

export interface RowPoolOptions {
  readonly host: HTMLElement;
  readonly language: PageLanguage;
  /** Of each row, CSS pixels. */
  readonly rowHeight: number;
}

/** The elements of the rows in view: a row that leaves gives its own to one that comes. */
export class RowPool {
  readonly #options: RowPoolOptions;
  readonly #drawn = new Map<string, RowElement>();
  readonly #byElement = new WeakMap<Element, RowElement>();
  /** Out of the document. */
  readonly #spare: Readonly<Record<GridRow['kind'], RowElement[]>> = { kill: [], storm: [] };
  #nextId = 0;

  constructor(options: RowPoolOptions) {
    this.#options = options;
  }

  /** @param isFresh whether the row has just come */
  draw(rows: readonly GridRow[], { first, end }: RowWindow, isFresh: (row: GridRow) => boolean): void {
    const { host, language, rowHeight } = this.#options;
    const shown = rows.slice(first, end);
    const free = this.#takeBack(new Set(shown.map(({ key }) => key)));
    for (const [offset, row] of shown.entries()) {
      let drawn = this.#drawn.get(row.key);
      if (drawn === undefined) {
        drawn = free[row.kind].pop() ?? this.#spare[row.kind].pop() ?? this.#make(row.kind);
        this.#drawn.set(row.key, drawn);
      }
      drawn.fill(row, isFresh(row), language);
      drawn.place(first + offset, rowHeight);
      if (!drawn.element.isConnected) host.append(drawn.element);
    }
    for (const kind of ['kill', 'storm'] as const) {
      for (const left of free[kind]) {
        left.element.remove();
        this.#spare[kind].push(left);
      }
    }
  }

  /** Marks the row of that key, and gives the id of its element; null where it is not drawn. */
  markActive(activeKey: string | null): string | null {
    let active: string | null = null;
    for (const [key, drawn] of this.#drawn) {
      if (key === activeKey) active = drawn.element.id;
      drawn.activate(key === activeKey);
    }
    return active;
  }

  /** The row that this is a part of. */
  at(part: EventTarget | null): RowElement | null {
    const row = part instanceof Element ? part.closest('.row') : null;
    return row === null ? null : (this.#byElement.get(row) ?? null);
  }

  /** The elements of rows that are not wanted any more. */
  #takeBack(wanted: ReadonlySet<string>): Record<GridRow['kind'], RowElement[]> {
    const free: Record<GridRow['kind'], RowElement[]> = { kill: [], storm: [] };
    for (const [key, drawn] of this.#drawn) {
      if (wanted.has(key)) continue;
      this.#drawn.delete(key);
      free[drawn.kind].push(drawn);
    }
    return free;
  }

  #make(kind: GridRow['kind']): RowElement {
    const made = new RowElement(kind, `row-${this.#nextId++}`);
    this.#byElement.set(made.element, made);
    return made;
  }
}
