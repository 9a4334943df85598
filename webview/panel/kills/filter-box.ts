import { element } from '../../dom.js';
import type { PageLanguage } from '../language.js';

export interface FilterBoxOptions {
  readonly language: PageLanguage;
  readonly value: string;
  onChange(value: string): void;
}

/** The text box that the kills are filtered by; Escape or its button empties it. */
export class FilterBox {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #clear: HTMLButtonElement;

  constructor({ language: { texts }, value, onChange }: FilterBoxOptions) {
    this.#input = element('input', {
      title: texts.filterHint,
      attributes: {
        type: 'text',
        placeholder: texts.filterPlaceholder,
        'aria-label': texts.filterLabel,
        'aria-description': texts.filterHint,
        spellcheck: 'false',
        autocomplete: 'off',
      },
    });
    this.#input.value = value;
    this.#clear = element('button', {
      className: 'close',
      text: '✕',
      title: texts.filterClear,
      attributes: { type: 'button', 'aria-label': texts.filterClear },
    });
    const change = () => {
      this.#clear.hidden = this.#input.value === '';
      onChange(this.#input.value);
    };
    const empty = () => {
      this.#input.value = '';
      change();
      this.#input.focus();
    };
    this.#input.addEventListener('input', change);
    this.#input.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.#input.value === '') return;
      event.preventDefault();
      empty();
    });
    this.#clear.addEventListener('click', empty);
    this.#clear.hidden = value === '';
    this.element = element('div', { className: 'filter', children: [this.#input, this.#clear] });
  }
}
