import type { Processes } from '../../../src/protocol/panel/memory.js';
import { element } from '../../dom.js';
import type { PageLanguage } from '../language.js';

/** The processes of the chosen container, the one that dies next first. */
export class ProcessesPart {
  readonly element = element('section', { className: 'processes' });
  readonly #language: PageLanguage;

  constructor(language: PageLanguage) {
    this.#language = language;
  }

  draw(processes: Processes | null): void {
    const { texts } = this.#language;
    this.element.replaceChildren(element('p', { text: processes?.problem ?? texts.nothingChosen }));
  }
}
