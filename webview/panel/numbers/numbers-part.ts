import type { MemoryNumbers } from '../../../src/protocol/panel/memory.js';
import { element } from '../../dom.js';
import type { PageLanguage } from '../language.js';

/** The numbers that disagree, side by side, each with where it comes from. */
export class NumbersPart {
  readonly element = element('section', { className: 'numbers' });
  readonly #language: PageLanguage;

  constructor(language: PageLanguage) {
    this.#language = language;
  }

  draw(numbers: MemoryNumbers | null): void {
    const { texts } = this.#language;
    this.element.replaceChildren(element('p', { text: numbers?.key ?? texts.nothingChosen }));
  }
}
