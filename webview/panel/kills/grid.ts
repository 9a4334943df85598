import { element } from '../../dom.js';
import type { PageLanguage } from '../language.js';
import { COLUMNS, headingOf } from './cells.js';
import { RowPool } from './row-pool.js';
import { rowWindow, scrollToShow } from './row-window.js';
import type { GridRow } from './storms.js';

/** CSS pixels; the style sheet's --row-height is set from it. */
const ROW_HEIGHT = 24;
/** Rows that came less than this ago are marked as new, ms. */
const FRESH_MS = 1600;

export interface GridOptions {
  readonly language: PageLanguage;
  /** A kill was chosen by Enter or a click. */
  onOpen(id: string): void;
  /** The active row moved to this kill. */
  onMove(id: string): void;
  onToggle(storm: string): void;
  onEscape(): void;
}

/**
 * Kills and storms as an ARIA tree grid of which only the rows in view are in the document. One tab stop: up and down
 * move the active row, right and left open and close a storm, Enter opens what is active.
 */
export class KillGrid {
  readonly element: HTMLElement;
  readonly #options: GridOptions;
  readonly #scroller: HTMLElement;
  readonly #space: HTMLElement;
  readonly #pool: RowPool;
  readonly #freshUntil = new Map<string, number>();
  #rows: readonly GridRow[] = [];
  #activeKey: string | null = null;
  #frame: number | null = null;
  /** The number of rows that the space is as high as. */
  #sized = -1;
  /** Of the scroller without its headings, CSS pixels. */
  #height = 0;
  #scrollTop = 0;
  /** How much the rows in view will have moved down in the next frame, and what is read with them, CSS pixels. */
  #shift = 0;

  constructor(options: GridOptions) {
    this.#options = options;
    const { texts } = options.language;
    const headings = COLUMNS.map((column, index) =>
      element('div', {
        className: `cell ${column}`,
        attributes: { role: 'columnheader', 'aria-colindex': String(index + 1) },
        children: [element('span', { text: headingOf(column, texts) })],
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
        role: 'treegrid',
        tabindex: '0',
        'aria-label': texts.title,
        'aria-colcount': String(COLUMNS.length),
        'aria-readonly': 'true',
      },
      children: [this.#scroller],
    });
    this.element.style.setProperty('--row-height', `${ROW_HEIGHT}px`);
    this.#pool = new RowPool({ host: this.#space, language: options.language, rowHeight: ROW_HEIGHT });
    this.#scroller.addEventListener('scroll', () => {
      this.#scrollTop = this.#scroller.scrollTop;
      this.draw();
    });
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.#space.addEventListener('click', (event) => this.#onClick(event));
    this.#space.addEventListener('mouseover', ({ target }) => {
      if (target instanceof Element) this.#pool.at(target)?.explain(target);
    });
    new ResizeObserver(([entry]) => {
      this.#height = Math.max(0, (entry?.contentRect.height ?? 0) - ROW_HEIGHT);
      this.#scrollTop = this.#scroller.scrollTop;
      this.draw();
    }).observe(this.#scroller);
  }

  /**
   * Shows these rows. What is being read stays in place, however many rows came in above it.
   * @param fresh ids of kills that have just come: they are marked
   */
  show(rows: readonly GridRow[], fresh: readonly string[] = []): void {
    const until = performance.now() + FRESH_MS;
    for (const id of fresh.slice(-100)) this.#freshUntil.set(id, until);
    const before = this.#rows;
    this.#rows = rows;
    const { scrollTop } = this.#viewport();
    if (scrollTop > 0)
      this.#shift += rowsMoved(before, rows, Math.floor(scrollTop / ROW_HEIGHT)) * ROW_HEIGHT;
    this.draw();
  }

  /** Draws once in the next frame, however often it is asked. */
  draw(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#drawNow();
    });
  }

  focus(): void {
    this.element.focus();
  }

  /** Asks for no place and no size before all is written: each question in between is one more layout. */
  #drawNow(): void {
    this.#size();
    const now = performance.now();
    for (const [id, until] of this.#freshUntil) if (until < now) this.#freshUntil.delete(id);
    this.#pool.draw(
      this.#rows,
      rowWindow(this.#viewport(), this.#rows.length),
      (row) => row.kind === 'kill' && this.#freshUntil.has(row.kill.id),
    );
    this.#markActive();
    if (this.#shift !== 0) this.#scrollTo(this.#scrollTop + this.#shift);
  }

  #scrollTo(scrollTop: number): void {
    this.#shift = 0;
    this.#scroller.scrollTop = scrollTop;
    this.#scrollTop = this.#scroller.scrollTop;
  }

  #size(): void {
    const { length } = this.#rows;
    if (length === this.#sized) return;
    this.#sized = length;
    this.element.setAttribute('aria-rowcount', String(length + 1));
    this.#space.style.height = `${length * ROW_HEIGHT}px`;
  }

  #viewport() {
    const end = Math.max(0, this.#rows.length * ROW_HEIGHT - this.#height);
    const scrollTop = Math.min(Math.max(0, this.#scrollTop + this.#shift), end);
    return { scrollTop, height: this.#height, rowHeight: ROW_HEIGHT };
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape') {
      this.#options.onEscape();
      return;
    }
    if (this.#rows.length === 0) return;
    const page = Math.max(1, Math.floor(this.#viewport().height / ROW_HEIGHT) - 1);
    const now = this.#indexOf(this.#activeKey);
    const next = {
      ArrowDown: now + 1,
      ArrowUp: now - 1,
      PageDown: now + page,
      PageUp: now - page,
      Home: 0,
      End: this.#rows.length - 1,
    }[event.key];
    if (event.key === 'Enter' || event.key === ' ') this.#openActive();
    else if (event.key === 'ArrowRight') this.#unfold(now);
    else if (event.key === 'ArrowLeft') this.#fold(now);
    else if (next === undefined) return;
    else this.#activate(Math.min(this.#rows.length - 1, Math.max(0, next)));
    event.preventDefault();
  }

  /** Opens a closed storm; in an open one goes to its newest kill. */
  #unfold(index: number): void {
    const row = this.#rows[index];
    if (row?.kind !== 'storm') return;
    if (row.storm.isOpen) this.#activate(index + 1);
    else this.#options.onToggle(row.storm.id);
  }

  /** Closes an open storm; from one of its kills goes to the storm. */
  #fold(index: number): void {
    const row = this.#rows[index];
    if (row?.kind === 'storm' && row.storm.isOpen) this.#options.onToggle(row.storm.id);
    else if (row?.kind === 'kill' && row.storm !== null) {
      const parent = this.#indexOf(`storm ${row.storm}`);
      if (parent >= 0) this.#activate(parent);
    }
  }

  #onClick(event: MouseEvent): void {
    const row = this.#pool.at(event.target)?.row;
    if (row === undefined || row === null) return;
    this.#activeKey = row.key;
    this.#markActive();
    this.#openActive();
  }

  #activate(index: number): void {
    const row = this.#rows[index];
    this.#activeKey = row?.key ?? null;
    this.#size();
    this.#scrollTo(scrollToShow(this.#viewport(), index));
    this.draw();
    if (row?.kind === 'kill') this.#options.onMove(row.kill.id);
  }

  #openActive(): void {
    const row = this.#rows[this.#indexOf(this.#activeKey)];
    if (row?.kind === 'storm') this.#options.onToggle(row.storm.id);
    else if (row !== undefined) this.#options.onOpen(row.kill.id);
  }

  #indexOf(key: string | null): number {
    return key === null ? -1 : this.#rows.findIndex((row) => row.key === key);
  }

  #markActive(): void {
    const active = this.#pool.markActive(this.#activeKey);
    if (active === this.element.getAttribute('aria-activedescendant')) return;
    if (active === null) this.element.removeAttribute('aria-activedescendant');
    else this.element.setAttribute('aria-activedescendant', active);
  }
}

/** How far down the row that is read has moved; where it is gone, the next one that is still there. */
function rowsMoved(before: readonly GridRow[], after: readonly GridRow[], first: number): number {
  for (let index = first; index < Math.min(before.length, first + 50); index++) {
    const key = before[index]?.key;
    const now = after.findIndex((row) => row.key === key);
    if (now >= 0) return now - index;
  }
  return 0;
}
