import type { PanelTexts } from '../../../src/protocol/panel/texts.js';
import { element, fill } from '../../dom.js';

/** A storm is announced at most this often, ms. */
const QUIET_MS = 5000;

/** A polite live region that says how many kills came, and does not chatter. */
export class Announcer {
  readonly element = element('div', {
    className: 'unseen',
    attributes: { role: 'status', 'aria-live': 'polite' },
  });
  readonly #texts: PanelTexts;
  #waiting = 0;
  #timer: number | null = null;

  constructor(texts: PanelTexts) {
    this.#texts = texts;
  }

  kills(count: number): void {
    this.#waiting += count;
    if (this.#timer !== null || this.#waiting === 0) return;
    this.#say();
    this.#timer = window.setTimeout(() => {
      this.#timer = null;
      this.kills(0);
    }, QUIET_MS);
  }

  #say(): void {
    const { announceKill, announceKills } = this.#texts;
    this.element.textContent = fill(
      this.#waiting === 1 ? announceKill : announceKills,
      String(this.#waiting),
    );
    this.#waiting = 0;
  }
}
