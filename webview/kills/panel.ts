import {
  type HostMessage,
  type KillCounts,
  PANEL_MAX_KILLS,
  type PanelMessage,
  type PanelStatus,
  type SnapshotMessage,
} from '../../src/protocol/panel/types.js';
import { Announcer } from './announcer.js';
import { KillGrid } from './grid.js';
import { Header } from './header.js';
import { KillList } from './kill-list.js';
import { EmptyState } from './state-page.js';

/** The panel once the first snapshot has told its language; later messages only change what they speak of. */
export class KillsPanel {
  readonly #list = new KillList(PANEL_MAX_KILLS);
  readonly #header: Header;
  readonly #grid: KillGrid;
  readonly #empty: EmptyState;
  readonly #announcer: Announcer;
  readonly #root: HTMLElement;
  #status: PanelStatus;
  #counts: KillCounts;
  #dropped: number;

  constructor(root: HTMLElement, snapshot: SnapshotMessage, send: (message: PanelMessage) => void) {
    const language = { texts: snapshot.texts, locale: snapshot.locale };
    this.#root = root;
    this.#status = snapshot.status;
    this.#counts = snapshot.counts;
    this.#dropped = snapshot.dropped;
    this.#header = new Header({
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
    this.#announcer = new Announcer(snapshot.texts);
    root.replaceChildren(
      this.#header.element,
      this.#grid.element,
      this.#empty.element,
      this.#announcer.element,
    );
    this.take(snapshot);
  }

  take(message: HostMessage): void {
    this.#counts = message.counts;
    this.#dropped = message.dropped;
    if (message.type === 'snapshot') {
      this.#list.reset(message.kills);
      this.#status = message.status;
      this.#grid.draw();
      this.#header.drawStatus(this.#status);
    } else {
      this.#list.update(message.changed);
      this.#grid.changed(message.changed);
      this.#grid.added(this.#list.push(message.kills));
      this.#announcer.kills(message.kills.length);
      if (message.status !== undefined) {
        this.#status = message.status;
        this.#header.drawStatus(this.#status);
      }
    }
    this.#draw();
  }

  #togglePause(): void {
    if (this.#list.paused) this.#grid.added(this.#list.resume());
    else this.#list.pause();
    this.#draw();
  }

  #draw(): void {
    this.#header.drawCounts(this.#list, this.#counts, this.#dropped);
    const isEmpty = this.#list.length === 0 && this.#list.waiting === 0;
    this.#root.classList.toggle('is-empty', isEmpty);
    this.#root.classList.toggle('is-paused', this.#list.paused);
    if (isEmpty) this.#empty.draw(this.#status);
  }
}
