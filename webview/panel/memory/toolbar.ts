import { element } from '../../dom.js';
import type { PageLanguage } from '../language.js';
import type { ViewState } from '../view-state.js';
import { type SharedRange, type TimeWindow, WINDOWS } from './range.js';

export interface ToolbarOptions {
  readonly language: PageLanguage;
  readonly range: SharedRange;
  readonly state: ViewState;
  onStyle(): void;
  onPin(): void;
}

type Toggle = 'showParts' | 'fromZero' | 'asTable';

/** The line above the curves: how much of the past, which lines, curve or table. */
export class MemoryToolbar {
  readonly element: HTMLElement;
  readonly #options: ToolbarOptions;
  readonly #windows = new Map<TimeWindow, HTMLButtonElement>();
  readonly #toggles = new Map<Toggle, HTMLButtonElement>();

  constructor(options: ToolbarOptions) {
    this.#options = options;
    const { language, range, state, onStyle, onPin } = options;
    const { texts, locale } = language;
    for (const window of WINDOWS) {
      const made = button(windowText(window, locale, texts.windowAll), () => range.follow(window));
      this.#windows.set(window, made);
    }
    const toggles: readonly [Toggle, string, string][] = [
      ['showParts', texts.toggleParts, texts.togglePartsHint],
      ['fromZero', texts.toggleZero, texts.toggleZeroHint],
      ['asTable', texts.toggleTable, texts.toggleTableHint],
    ];
    for (const [toggle, text, title] of toggles) {
      const made = button(text, () => {
        state.change({ [toggle]: !state.value[toggle] });
        onStyle();
      });
      made.title = title;
      this.#toggles.set(toggle, made);
    }
    const pin = button(texts.pinPods, onPin);
    pin.classList.add('action');
    this.element = element('div', {
      className: 'toolbar',
      attributes: { role: 'toolbar', 'aria-label': texts.toolbarLabel },
      children: [
        element('div', {
          className: 'group',
          title: texts.zoomHint,
          attributes: { role: 'group', 'aria-label': texts.windowLabel },
          children: [...this.#windows.values()],
        }),
        element('div', {
          className: 'group',
          attributes: { role: 'group' },
          children: [...this.#toggles.values()],
        }),
        pin,
      ],
    });
  }

  draw(): void {
    const { range, state } = this.#options;
    for (const [window, made] of this.#windows) {
      made.setAttribute('aria-pressed', String(range.isFollowing && range.window === window));
    }
    for (const [toggle, made] of this.#toggles)
      made.setAttribute('aria-pressed', String(state.value[toggle]));
  }
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { className: 'choice', text, attributes: { type: 'button' } });
  made.addEventListener('click', onClick);
  return made;
}

function windowText(window: TimeWindow, locale: string, all: string): string {
  if (window === 'all') return all;
  const isHours = window >= 3600;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: isHours ? 'hour' : 'minute',
    unitDisplay: 'narrow',
  }).format(window / (isHours ? 3600 : 60));
}
