import type { KillRow } from '../../../src/protocol/panel/kills.js';
import { element } from '../../dom.js';
import type { PageLanguage } from '../language.js';
import { type Cell, COLUMNS, cellsOf, headingOf } from './cells.js';
import type { KillList } from './kill-list.js';
import { rowWindow, scrollToShow } from './row-window.js';

/** CSS pixels; the style sheet's --row-height is set from it. */
const ROW_HEIGHT = 24;
/** Rows that came less than this ago are marked as new, ms. */
const FRESH_MS = 1600;

export interface GridOptions {
  readonly list: KillList;
  readonly language: PageLanguage;
  onOpen(row: KillRow): void;
}

/**
 * The kills as an ARIA grid of which only the rows in view are in the document. One tab stop: arrow keys move the
 * active row, Enter opens it.
 */
export class KillGrid {
  readonly element: HTMLElement;
  readonly #options: GridOptions;
  readonly #scroller: HTMLElement;
  readonly #space: HTMLElement;
  readonly #drawn = new Map<string, HTMLElement>();
  readonly #freshUntil = new Map<string, number>();
  #activeId: string | null = null;
  #frame: number | null = null;
  #nextRowId = 0;

  constructor(options: GridOptions) {
    this.#options = options;
    const { texts } = options.language;
    const headings = COLUMNS.map((column, index) =>
      element('div', {
        className: `cell ${column}`,
        text: headingOf(column, texts),
        attributes: { role: 'columnheader', 'aria-colindex': String(index + 1) },
      }),
    );
    const header = element('div', {
      className: 'row heading',
      attributes: { role: 'row', 'aria-rowindex': '1' },
      children: headings,
    });
    this.#space = element('div', { className: 'space', attributes: { role: 'rowgroup' } });
    this.#scroller = element('div', {
      className: 'scroller',
      attributes: { tabindex: '-1', role: 'presentation' },
      children: [
        element('div', { attributes: { role: 'rowgroup' }, children: [header], className: 'head' }),
        this.#space,
      ],
    });
    this.element = element('div', {
      className: 'grid',
      attributes: {
        role: 'grid',
        tabindex: '0',
        'aria-label': texts.title,
        'aria-colcount': String(COLUMNS.length),
        'aria-readonly': 'true',
      },
      children: [this.#scroller],
    });
    this.element.style.setProperty('--row-height', `${ROW_HEIGHT}px`);
    this.#scroller.addEventListener('scroll', () => this.draw());
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.#space.addEventListener('click', (event) => this.#onClick(event));
    this.#space.addEventListener('dblclick', () => this.#openActive());
    new ResizeObserver(() => this.draw()).observe(this.#scroller);
  }

  /** New rows came in at the top: keeps what is being read in place, and marks what is new. */
  added(count: number): void {
    const now = performance.now();
    const marked = Math.min(count, 100);
    for (let index = 0; index < marked; index++) {
      const row = this.#options.list.at(index);
      if (row !== undefined) this.#freshUntil.set(row.id, now + FRESH_MS);
    }
    if (this.#scroller.scrollTop > 0) {
      this.#size();
      this.#scroller.scrollTop += count * ROW_HEIGHT;
    }
    this.draw();
  }

  /** These rows say something else now. */
  changed(rows: readonly KillRow[]): void {
    for (const { id } of rows) {
      this.#drawn.get(id)?.remove();
      this.#drawn.delete(id);
    }
    if (rows.length > 0) this.draw();
  }

  /** Draws once in the next frame, however often it is asked. */
  draw(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#drawNow();
    });
  }

  #drawNow(): void {
    const { list } = this.#options;
    this.#size();
    const { first, end } = rowWindow(this.#viewport(), list.length);
    const now = performance.now();
    for (const [id, until] of this.#freshUntil) if (until < now) this.#freshUntil.delete(id);
    const wanted = new Set<string>();
    for (let index = first; index < end; index++) {
      const row = list.at(index);
      if (row === undefined) continue;
      wanted.add(row.id);
      this.#place(row, index);
    }
    for (const [id, drawn] of this.#drawn) {
      if (wanted.has(id)) continue;
      drawn.remove();
      this.#drawn.delete(id);
    }
    this.#markActive();
  }

  #size(): void {
    const { length } = this.#options.list;
    this.element.setAttribute('aria-rowcount', String(length + 1));
    this.#space.style.height = `${length * ROW_HEIGHT}px`;
  }

  #place(row: KillRow, index: number): void {
    let drawn = this.#drawn.get(row.id);
    if (drawn === undefined) {
      drawn = this.#rowElement(row);
      this.#drawn.set(row.id, drawn);
      this.#space.append(drawn);
    }
    drawn.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
    drawn.setAttribute('aria-rowindex', String(index + 2));
    drawn.classList.toggle('odd', index % 2 === 1);
  }

  #rowElement(row: KillRow): HTMLElement {
    const cells = cellsOf(row, this.#options.language);
    const made = element('div', {
      className: `row evidence-${row.evidence}`,
      attributes: { role: 'row', id: `row-${this.#nextRowId++}` },
      children: COLUMNS.map((column, index) => cellElement(column, index, cells[column])),
    });
    made.dataset['kill'] = row.id;
    if (this.#freshUntil.has(row.id)) made.classList.add('fresh');
    return made;
  }

  #viewport() {
    const height = Math.max(0, this.#scroller.clientHeight - ROW_HEIGHT);
    return { scrollTop: this.#scroller.scrollTop, height, rowHeight: ROW_HEIGHT };
  }

  #onKey(event: KeyboardEvent): void {
    const { list } = this.#options;
    if (list.length === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.#viewport().height / ROW_HEIGHT) - 1);
    const now = this.#activeId === null ? -1 : list.indexOf(this.#activeId);
    const next = {
      ArrowDown: now + 1,
      ArrowUp: now - 1,
      PageDown: now + page,
      PageUp: now - page,
      Home: 0,
      End: list.length - 1,
    }[event.key];
    if (event.key === 'Enter') this.#openActive();
    else if (next === undefined) return;
    else this.#activate(Math.min(list.length - 1, Math.max(0, next)));
    event.preventDefault();
  }

  #onClick(event: MouseEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('.row') : null;
    const id = row?.dataset['kill'];
    if (id === undefined) return;
    this.#activeId = id;
    this.#markActive();
  }

  #activate(index: number): void {
    this.#activeId = this.#options.list.at(index)?.id ?? null;
    this.#scroller.scrollTop = scrollToShow(this.#viewport(), index);
    this.draw();
  }

  #openActive(): void {
    const index = this.#activeId === null ? -1 : this.#options.list.indexOf(this.#activeId);
    const row = index < 0 ? undefined : this.#options.list.at(index);
    if (row !== undefined) this.#options.onOpen(row);
  }

  #markActive(): void {
    let active: HTMLElement | null = null;
    for (const [id, drawn] of this.#drawn) {
      const isActive = id === this.#activeId;
      drawn.setAttribute('aria-selected', String(isActive));
      if (isActive) active = drawn;
    }
    if (active === null) this.element.removeAttribute('aria-activedescendant');
    else this.element.setAttribute('aria-activedescendant', active.id);
  }
}

function cellElement(column: string, index: number, cell: Cell): HTMLElement {
  const parts: Node[] = [];
  const quiet = (text: string | undefined) => {
    if (text !== undefined && text !== '') parts.push(element('span', { className: 'quiet', text }));
  };
  quiet(cell.before);
  parts.push(element('span', { text: cell.text }));
  if (cell.tail !== undefined) parts.push(element('span', { className: 'tail', text: cell.tail }));
  quiet(cell.after);
  return element('div', {
    className: `cell ${column}${cell.unknown === true ? ' unknown' : ''}`,
    attributes: { role: 'gridcell', 'aria-colindex': String(index + 1) },
    ...(cell.title === undefined ? {} : { title: cell.title }),
    children: parts,
  });
}
