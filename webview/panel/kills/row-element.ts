import { element } from '../../dom.js';
import type { PageLanguage } from '../language.js';
import { type Cell, COLUMNS, type Column, cellsOf } from './cells.js';
import { stormCells } from './storm-text.js';
import type { GridRow } from './storms.js';

type Part = 'before' | 'text' | 'tail' | 'after';
type Place = Column | 'summary';

/** What a cell is made of, from left to right. */
const PARTS: Readonly<Record<Place, readonly Part[]>> = {
  time: ['text'],
  container: ['before', 'text', 'tail', 'after'],
  victim: ['text', 'after'],
  freed: ['text'],
  adj: ['text'],
  cause: ['text'],
  evidence: ['text'],
  summary: ['text', 'after'],
};

/** Columns that a kill's row shows, and those that a storm's does: its sum stands over all further ones. */
const SHOWN: Readonly<Record<GridRow['kind'], readonly Place[]>> = {
  kill: COLUMNS,
  storm: ['time', 'container', 'summary'],
};

/** In a wide grid texts up to so many letters have room; only longer ones are cut off, as every cut costs each frame. */
const ROOM: Readonly<Partial<Record<Place, number>>> = { container: 64, victim: 20, cause: 14 };

/** One cell of a row, filled again and again: only what changed touches the document. */
class CellElement {
  readonly element: HTMLElement;
  readonly #place: Place;
  readonly #parts: readonly { readonly part: Part; readonly node: Text }[];
  #cell: Cell = { text: '' };
  #isLong = false;
  #isTitled = false;

  constructor(place: Place, index: number) {
    this.#place = place;
    const names = PARTS[place];
    this.#parts = names.map((part) => ({ part, node: document.createTextNode('') }));
    const isPlain = names.length === 1 && place !== 'evidence';
    this.element = element('div', {
      className: `cell ${place}`,
      attributes: { role: 'gridcell', 'aria-colindex': String(index + 1) },
      children: this.#parts.map(({ part, node }) =>
        isPlain ? node : element('span', { ...classOf(part), children: [node] }),
      ),
    });
    if (place === 'summary') this.element.setAttribute('aria-colspan', String(COLUMNS.length - index));
  }

  fill(cell: Cell): void {
    const before = this.#cell;
    this.#cell = cell;
    for (const { part, node } of this.#parts) {
      const text = cell[part] ?? '';
      if (text !== (before[part] ?? '')) node.data = text;
    }
    if (cell.unknown !== before.unknown) this.element.classList.toggle('unknown', cell.unknown === true);
    const isLong = isLongIn(this.#place, cell);
    if (isLong !== this.#isLong) this.element.classList.toggle('long', isLong);
    this.#isLong = isLong;
    if (this.#isTitled && cell.title !== before.title) this.#untitle();
  }

  /** Says on hover what it has to say; called when the pointer comes. */
  explain(): void {
    const { title } = this.#cell;
    if (title === undefined) return;
    this.element.title = title;
    this.#isTitled = true;
  }

  #untitle(): void {
    this.element.removeAttribute('title');
    this.#isTitled = false;
  }
}

/** The element of a row, filled with one row after the other while the grid is scrolled. */
export class RowElement {
  readonly element: HTMLElement;
  readonly kind: GridRow['kind'];
  readonly #cells: readonly (readonly [Place, CellElement])[];
  #row: GridRow | null = null;
  #index = -1;
  #isActive = false;
  #className = '';
  #level = '';

  /** @param id of the element, unique in the page */
  constructor(kind: GridRow['kind'], id: string) {
    this.kind = kind;
    this.#cells = SHOWN[kind].map((place, index) => [place, new CellElement(place, index)]);
    this.element = element('div', {
      attributes: { role: 'row', id, 'aria-selected': 'false' },
      children: this.#cells.map(([, cell]) => cell.element),
    });
    this.element.addEventListener('animationend', () =>
      this.#setClass(this.#className.replace(' fresh', '')),
    );
  }

  get row(): GridRow | null {
    return this.#row;
  }

  /** A row that says the same as before stays as it is. */
  fill(row: GridRow, isFresh: boolean, language: PageLanguage): void {
    const before = this.#row;
    if (before !== null && isSame(before, row)) return;
    this.#row = row;
    if (row.kind === 'storm') {
      this.#fillCells(stormCells(row.storm, language));
      this.element.dataset['key'] = row.key;
      this.element.setAttribute('aria-expanded', String(row.storm.isOpen));
      this.#setClass('row storm');
      this.#setLevel('1');
    } else {
      this.#fillCells(cellsOf(row.kill, language));
      this.element.dataset['kill'] = row.kill.id;
      this.#setClass(`row evidence-${row.kill.evidence}${isFresh ? ' fresh' : ''}`);
      this.#setLevel(row.storm === null ? '1' : '2');
    }
  }

  /** @param index from the top, 0 the first; @param height of a row, CSS pixels */
  place(index: number, height: number): void {
    if (index === this.#index) return;
    this.#index = index;
    this.element.style.transform = `translateY(${index * height}px)`;
    this.element.setAttribute('aria-rowindex', String(index + 2));
  }

  activate(isActive: boolean): void {
    if (isActive === this.#isActive) return;
    this.#isActive = isActive;
    this.element.setAttribute('aria-selected', String(isActive));
  }

  /** The pointer is over this part of the row. */
  explain(over: Element): void {
    for (const [, cell] of this.#cells) if (cell.element.contains(over)) cell.explain();
  }

  #fillCells(cells: Readonly<Partial<Record<Place, Cell>>>): void {
    for (const [place, cell] of this.#cells) {
      const text = cells[place];
      if (text !== undefined) cell.fill(text);
    }
  }

  #setClass(className: string): void {
    if (className === this.#className) return;
    this.#className = className;
    this.element.className = className;
  }

  #setLevel(level: string): void {
    if (level === this.#level) return;
    this.#level = level;
    this.element.setAttribute('aria-level', level);
  }
}

function classOf(part: Part): { className?: string } {
  if (part === 'text') return {};
  return { className: part === 'tail' ? 'tail' : 'quiet' };
}

/** What is not plain Latin may be twice as wide. */
function isLongIn(place: Place, { before = '', text, tail = '', after = '' }: Cell): boolean {
  const room = ROOM[place];
  if (room === undefined) return false;
  const whole = before + text + tail + after;
  return whole.length > room || /[^\x20-\x7e\xa0-\xff·…]/.test(whole);
}

function isSame(before: GridRow, now: GridRow): boolean {
  if (before.kind === 'kill') {
    return now.kind === 'kill' && before.kill === now.kill && before.storm === now.storm;
  }
  if (now.kind === 'kill') return false;
  const [a, b] = [before.storm, now.storm];
  return (
    a.id === b.id &&
    a.count === b.count &&
    a.full === b.full &&
    a.newest === b.newest &&
    a.isOpen === b.isOpen
  );
}
