import type {
  HostMessage,
  PanelMessage,
  PanelTab,
  SnapshotMessage,
} from '../../src/protocol/panel/messages.js';
import type { PanelStatus } from '../../src/protocol/panel/status.js';
import { element } from '../dom.js';
import { Header } from './header.js';
import { KillsPart } from './kills/kills-part.js';
import type { PageLanguage } from './language.js';
import { MemoryPart } from './memory/memory-part.js';
import { NumbersPart } from './numbers/numbers-part.js';
import { ProcessesPart } from './processes/processes-part.js';
import { Tabs } from './tabs.js';
import type { ViewState } from './view-state.js';

/** From this width on the curves stand beside the rest, CSS pixels. */
const WIDE_PX = 1000;

export interface PageOptions {
  readonly root: HTMLElement;
  readonly snapshot: SnapshotMessage;
  readonly state: ViewState;
  send(message: PanelMessage): void;
}

/** The panel once the first snapshot has told its language; later messages only change what they speak of. */
export class PanelPage {
  readonly #options: PageOptions;
  readonly #header: Header;
  readonly #tabs: Tabs;
  readonly #memory: MemoryPart;
  readonly #kills: KillsPart;
  readonly #processes: ProcessesPart;
  readonly #numbers: NumbersPart;
  #status: PanelStatus;
  #seen = '';
  /** Of the page, CSS pixels. */
  #width: number;
  #isWide: boolean | null = null;

  constructor(options: PageOptions) {
    const { root, snapshot, state, send } = options;
    this.#options = options;
    this.#status = snapshot.status;
    this.#width = root.clientWidth;
    const language: PageLanguage = { texts: snapshot.texts, locale: snapshot.locale };
    const { texts } = language;
    this.#memory = new MemoryPart({ language, state, send });
    this.#kills = new KillsPart({ language, state, send });
    this.#processes = new ProcessesPart(language);
    this.#numbers = new NumbersPart(language);
    const parts = [
      { tab: 'memory', label: texts.tabMemory, element: this.#memory.element },
      { tab: 'kills', label: texts.tabKills, element: this.#kills.element },
      { tab: 'processes', label: texts.tabProcesses, element: this.#processes.element },
      { tab: 'numbers', label: texts.tabNumbers, element: this.#numbers.element },
    ] as const;
    this.#tabs = new Tabs(texts.tabsLabel, parts, state.value.tab, (tab) => {
      state.change({ tab });
      this.#layOut();
    });
    this.#header = new Header(language, this.#tabs.list, (action) => send({ type: 'action', action }));
    const rest = element('div', {
      className: 'rest',
      children: [this.#kills.element, this.#processes.element, this.#numbers.element],
    });
    root.replaceChildren(
      this.#header.element,
      element('div', { className: 'parts', children: [this.#memory.element, rest] }),
    );
    new ResizeObserver(([entry]) => {
      this.#width = entry?.contentRect.width ?? this.#width;
      this.#layOut();
    }).observe(root);
    this.take(snapshot);
  }

  take(message: HostMessage): void {
    switch (message.type) {
      case 'snapshot':
        this.#status = message.status;
        this.#memory.reset(message.memory);
        this.#kills.reset(message.kills, message.status);
        this.#processes.draw(message.memory.processes);
        this.#numbers.draw(message.memory.numbers);
        // The extension has forgotten what was seen before.
        this.#seen = '';
        this.#header.draw(this.#status);
        break;
      case 'delta':
        if (message.status !== undefined) {
          this.#status = message.status;
          this.#header.draw(this.#status);
          this.#kills.draw(this.#status);
        }
        if (message.kills !== undefined) this.#kills.take(message.kills, this.#status);
        if (message.memory !== undefined) this.#memory.take(message.memory);
        if (message.memory?.processes !== undefined) this.#processes.draw(message.memory.processes);
        if (message.memory?.numbers !== undefined) this.#numbers.draw(message.memory.numbers);
        break;
      case 'details':
        this.#kills.takeDetails(message.id, message.details);
        return;
      case 'show':
        this.#tabs.select(message.tab);
    }
    this.#layOut();
  }

  /** Where there is room, the curves stand beside the rest and need no tab. */
  #layOut(): void {
    const { root } = this.#options;
    const isWide = this.#width >= WIDE_PX && !this.#memory.isEmpty;
    if (isWide !== this.#isWide) {
      this.#isWide = isWide;
      root.classList.toggle('wide', isWide);
      this.#tabs.hide(isWide ? new Set<PanelTab>(['memory']) : new Set());
    }
    root.dataset['tab'] = this.#tabs.active;
    this.#tellSeen(isWide);
  }

  #tellSeen(isWide: boolean): void {
    const tabs: readonly PanelTab[] = isWide ? ['memory', this.#tabs.active] : [this.#tabs.active];
    const seen = tabs.join(' ');
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.#options.send({ type: 'seen', tabs });
  }
}
