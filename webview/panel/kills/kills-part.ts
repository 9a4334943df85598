import {
  type KillCounts,
  type KillDetails,
  type KillRow,
  type KillsDelta,
  type KillsSnapshot,
  PANEL_MAX_KILLS,
} from '../../../src/protocol/panel/kills.js';
import type { PanelMessage } from '../../../src/protocol/panel/messages.js';
import type { PanelStatus } from '../../../src/protocol/panel/status.js';
import { element } from '../../dom.js';
import type { PageLanguage } from '../language.js';
import { EmptyState } from '../state-page.js';
import type { ViewState } from '../view-state.js';
import { Announcer } from './announcer.js';
import { searchTextsOf } from './cells.js';
import { DetailsPane } from './details-pane.js';
import { type Filter, matches, parseFilter } from './filter.js';
import { KillGrid } from './grid.js';
import { KillList } from './kill-list.js';
import { KillsToolbar } from './kills-toolbar.js';
import { StormRows } from './storms.js';

export interface KillsPartOptions {
  readonly language: PageLanguage;
  readonly state: ViewState;
  send(message: PanelMessage): void;
}

/** The stream of OOM kills, newest first: filtered, storms as one row each, and the details of the chosen one. */
export class KillsPart {
  readonly element: HTMLElement;
  readonly #options: KillsPartOptions;
  readonly #list = new KillList(PANEL_MAX_KILLS);
  readonly #storms = new StormRows();
  readonly #toolbar: KillsToolbar;
  readonly #grid: KillGrid;
  readonly #details: DetailsPane;
  readonly #empty: EmptyState;
  readonly #announcer: Announcer;
  readonly #noMatch: HTMLElement;
  #filter: Filter;
  /** Whether a kill passes the filter of now. */
  #passes = new WeakMap<KillRow, boolean>();
  #shown: readonly KillRow[] = [];
  #counts: KillCounts = { full: 0, bare: 0, counted: 0 };
  #dropped = 0;

  constructor(options: KillsPartOptions) {
    this.#options = options;
    const { language, state, send } = options;
    this.#filter = parseFilter(state.value.filter);
    this.#toolbar = new KillsToolbar({
      language,
      filter: state.value.filter,
      onFilter: (text) => this.#setFilter(text),
      onPause: () => this.#togglePause(),
      onClear: () => send({ type: 'clear' }),
      onExport: () => send({ type: 'export', ids: this.#idsToExport() }),
    });
    this.#grid = new KillGrid({
      language,
      onOpen: (id) => this.#openDetails(id),
      onMove: (id) => {
        if (this.#details.id !== null) this.#openDetails(id);
      },
      onToggle: (storm) => {
        this.#storms.toggle(storm);
        this.#drawRows();
      },
      onEscape: () => this.#details.close(),
    });
    this.#details = new DetailsPane({
      language,
      send,
      onClose: () => {
        this.#details.close();
        this.#grid.focus();
      },
    });
    this.#empty = new EmptyState(language, (action) => send({ type: 'action', action }));
    this.#announcer = new Announcer(language.texts);
    this.#noMatch = element('p', {
      className: 'no-match',
      text: language.texts.filterNone,
      attributes: { hidden: '' },
    });
    const list = element('div', { className: 'kills-list', children: [this.#noMatch, this.#grid.element] });
    this.element = element('section', {
      className: 'kills',
      children: [
        this.#toolbar.element,
        element('div', { className: 'kills-body', children: [list, this.#details.element] }),
        this.#empty.element,
        this.#announcer.element,
      ],
    });
  }

  reset({ rows, counts, dropped }: KillsSnapshot, status: PanelStatus): void {
    this.#counts = counts;
    this.#dropped = dropped;
    this.#list.reset(rows);
    if (!rows.some(({ id }) => id === this.#details.id)) this.#details.close();
    this.#drawRows();
    this.draw(status);
  }

  take({ rows, changed, counts, dropped }: KillsDelta, status: PanelStatus): void {
    this.#counts = counts;
    this.#dropped = dropped;
    this.#list.update(changed);
    this.#list.push(rows);
    this.#drawRows(rows);
    const renamed = changed.find(({ id }) => id === this.#details.id);
    if (renamed !== undefined) this.#details.open(renamed);
    this.#announcer.kills(rows.length);
    this.draw(status);
  }

  takeDetails(id: string, details: KillDetails | null): void {
    this.#details.take(id, details);
  }

  /** Draws all but the rows, which draw themselves. */
  draw(status: PanelStatus): void {
    this.#drawToolbar();
    const isEmpty = this.#list.length === 0 && this.#list.waiting === 0;
    this.element.classList.toggle('is-empty', isEmpty);
    this.element.classList.toggle('is-paused', this.#list.paused);
    if (isEmpty) this.#empty.draw(status);
  }

  /** @param fresh kills that have just come */
  #drawRows(fresh: readonly KillRow[] = []): void {
    const all = this.#list.shown;
    this.#shown = this.#filter.length === 0 ? all : all.filter((row) => this.#passesFilter(row));
    this.#noMatch.hidden = this.#shown.length > 0 || all.length === 0;
    this.#grid.show(
      this.#storms.rows(this.#shown),
      fresh.map(({ id }) => id),
    );
  }

  #passesFilter(row: KillRow): boolean {
    let passes = this.#passes.get(row);
    if (passes === undefined) {
      passes = matches(this.#filter, searchTextsOf(row, this.#options.language));
      this.#passes.set(row, passes);
    }
    return passes;
  }

  #setFilter(text: string): void {
    this.#options.state.change({ filter: text });
    this.#filter = parseFilter(text);
    this.#passes = new WeakMap();
    this.#drawRows();
    this.#drawToolbar();
  }

  #drawToolbar(): void {
    const isFiltered = this.#filter.length > 0;
    this.#toolbar.draw({
      counts: this.#counts,
      dropped: this.#dropped,
      paused: this.#list.paused,
      waiting: this.#list.waiting,
      matching: isFiltered ? { shown: this.#shown.length, of: this.#list.length } : null,
    });
  }

  #openDetails(id: string): void {
    const row = this.#shown.find((kill) => kill.id === id);
    if (row === undefined) return;
    this.#details.open(row);
    this.#details.focusIfAlone(this.#grid.element);
  }

  /** Null: all that the extension has. */
  #idsToExport(): readonly string[] | null {
    if (this.#filter.length === 0 && !this.#list.paused) return null;
    return this.#shown.map(({ id }) => id);
  }

  #togglePause(): void {
    if (this.#list.paused) this.#list.resume();
    else this.#list.pause();
    this.#drawRows();
    this.#drawToolbar();
    this.element.classList.toggle('is-paused', this.#list.paused);
  }
}
