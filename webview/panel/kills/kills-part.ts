import {
  type KillCounts,
  type KillsDelta,
  type KillsSnapshot,
  PANEL_MAX_KILLS,
} from '../../../src/protocol/panel/kills.js';
import type { PanelMessage } from '../../../src/protocol/panel/messages.js';
import type { PanelStatus } from '../../../src/protocol/panel/status.js';
import { element } from '../../dom.js';
import type { PageLanguage } from '../language.js';
import { EmptyState } from '../state-page.js';
import { Announcer } from './announcer.js';
import { KillGrid } from './grid.js';
import { KillList } from './kill-list.js';
import { KillsToolbar } from './kills-toolbar.js';

/** The stream of OOM kills, newest first. */
export class KillsPart {
  readonly element: HTMLElement;
  readonly #list = new KillList(PANEL_MAX_KILLS);
  readonly #toolbar: KillsToolbar;
  readonly #grid: KillGrid;
  readonly #empty: EmptyState;
  readonly #announcer: Announcer;
  #counts: KillCounts = { full: 0, bare: 0, counted: 0 };
  #dropped = 0;

  constructor(language: PageLanguage, send: (message: PanelMessage) => void) {
    this.#toolbar = new KillsToolbar({
      language,
      onPause: () => this.#togglePause(),
      onClear: () => send({ type: 'clear' }),
    });
    this.#grid = new KillGrid({
      list: this.#list,
      language,
      onOpen: ({ namespace, pod }) => {
        if (namespace !== null && pod !== null) send({ type: 'reveal-pod', namespace, pod });
      },
    });
    this.#empty = new EmptyState(language, (action) => send({ type: 'action', action }));
    this.#announcer = new Announcer(language.texts);
    this.element = element('section', {
      className: 'kills',
      children: [this.#toolbar.element, this.#grid.element, this.#empty.element, this.#announcer.element],
    });
  }

  reset({ rows, counts, dropped }: KillsSnapshot, status: PanelStatus): void {
    this.#counts = counts;
    this.#dropped = dropped;
    this.#list.reset(rows);
    this.#grid.draw();
    this.draw(status);
  }

  take({ rows, changed, counts, dropped }: KillsDelta, status: PanelStatus): void {
    this.#counts = counts;
    this.#dropped = dropped;
    this.#list.update(changed);
    this.#grid.changed(changed);
    this.#grid.added(this.#list.push(rows));
    this.#announcer.kills(rows.length);
    this.draw(status);
  }

  /** Draws all but the rows, which draw themselves. */
  draw(status: PanelStatus): void {
    this.#toolbar.draw(this.#list, this.#counts, this.#dropped);
    const isEmpty = this.#list.length === 0 && this.#list.waiting === 0;
    this.element.classList.toggle('is-empty', isEmpty);
    this.element.classList.toggle('is-paused', this.#list.paused);
    if (isEmpty) this.#empty.draw(status);
  }

  #togglePause(): void {
    if (this.#list.paused) this.#grid.added(this.#list.resume());
    else this.#list.pause();
    this.#toolbar.draw(this.#list, this.#counts, this.#dropped);
    this.element.classList.toggle('is-paused', this.#list.paused);
  }
}
