import type { PanelTab } from '../../src/protocol/panel/messages.js';
import { element } from '../dom.js';

export interface TabPart {
  readonly tab: PanelTab;
  readonly label: string;
  readonly element: HTMLElement;
}

/** Parts of the page of which one is shown at a time (WAI-ARIA tabs: arrow keys move, one tab stop). */
export class Tabs {
  readonly list: HTMLElement;
  readonly #parts: readonly TabPart[];
  readonly #buttons = new Map<PanelTab, HTMLButtonElement>();
  readonly #onChange: (tab: PanelTab) => void;
  #hidden: ReadonlySet<PanelTab> = new Set();
  #active: PanelTab;

  constructor(label: string, parts: readonly TabPart[], active: PanelTab, onChange: (tab: PanelTab) => void) {
    this.#parts = parts;
    this.#active = active;
    this.#onChange = onChange;
    for (const part of parts) {
      const button = element('button', {
        className: 'tab',
        text: part.label,
        attributes: {
          role: 'tab',
          id: `tab-${part.tab}`,
          'aria-controls': `part-${part.tab}`,
          type: 'button',
        },
      });
      button.addEventListener('click', () => this.select(part.tab));
      this.#buttons.set(part.tab, button);
      part.element.id = `part-${part.tab}`;
      part.element.setAttribute('role', 'tabpanel');
      part.element.setAttribute('aria-labelledby', button.id);
    }
    this.list = element('div', {
      className: 'tabs',
      attributes: { role: 'tablist', 'aria-label': label },
      children: [...this.#buttons.values()],
    });
    this.list.addEventListener('keydown', (event) => this.#onKey(event));
    this.#draw();
  }

  get active(): PanelTab {
    return this.#active;
  }

  select(tab: PanelTab): void {
    if (this.#active === tab) return;
    this.#active = tab;
    this.#draw();
    this.#onChange(tab);
  }

  /** Takes tabs away whose parts stand elsewhere. */
  hide(tabs: ReadonlySet<PanelTab>): void {
    this.#hidden = tabs;
    if (tabs.has(this.#active)) {
      const next = this.#parts.find(({ tab }) => !tabs.has(tab));
      if (next !== undefined) this.#active = next.tab;
    }
    this.#draw();
  }

  #draw(): void {
    for (const { tab, element: part } of this.#parts) {
      const button = this.#buttons.get(tab);
      const isActive = tab === this.#active;
      button?.setAttribute('aria-selected', String(isActive));
      button?.setAttribute('tabindex', isActive ? '0' : '-1');
      if (button !== undefined) button.hidden = this.#hidden.has(tab);
      part.hidden = !isActive && !this.#hidden.has(tab);
    }
  }

  #onKey(event: KeyboardEvent): void {
    const shown = this.#parts.filter(({ tab }) => !this.#hidden.has(tab));
    const now = shown.findIndex(({ tab }) => tab === this.#active);
    const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const part = shown[(next + shown.length) % shown.length];
    if (part === undefined) return;
    this.select(part.tab);
    this.#buttons.get(part.tab)?.focus();
  }
}
