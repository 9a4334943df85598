import { displayBytes, displayExact } from '../../../src/core/units/display.js';
import type { MemoryNumber, MemoryNumbers, NumberKind } from '../../../src/protocol/panel/memory.js';
import type { PanelTexts } from '../../../src/protocol/panel/texts.js';
import { element, fill } from '../../dom.js';
import { type FactsPart, factsPart } from '../facts-table.js';
import { clock, type PageLanguage } from '../language.js';

/** What a number is called and what it says of the container. */
interface Meaning {
  readonly name: string;
  readonly meaning: string;
}

/** The numbers that are compared with one another in a bar each. */
const WITHOUT_BAR: ReadonlySet<NumberKind> = new Set(['freeTotal', 'freeAvailable']);
/** The one that the kubelet and this extension go by. */
const COUNTS: NumberKind = 'workingSet';

/** The numbers that disagree, side by side, each with its formula, its source and its age. */
export class NumbersPart {
  readonly element: HTMLElement;
  readonly #language: PageLanguage;
  readonly #part: FactsPart;

  constructor(language: PageLanguage) {
    this.#language = language;
    const { texts } = language;
    this.#part = factsPart('numbers', [
      ['what', texts.columnNumber],
      ['number', texts.columnValue],
      ['bar', ''],
      ['meaning', texts.columnMeaning],
      ['source', texts.columnSource],
      ['number', texts.columnRead],
    ]);
    this.element = this.#part.element;
    this.draw(null);
  }

  draw(numbers: MemoryNumbers | null): void {
    const { texts } = this.#language;
    this.#part.table.hidden = numbers === null;
    if (numbers === null) {
      this.#part.caption.replaceChildren(element('span', { text: texts.nothingChosen }));
      this.#part.body.replaceChildren();
      return;
    }
    const name = numbers.key.slice(numbers.key.indexOf('/') + 1).replace('/', ' / ');
    this.#part.caption.replaceChildren(
      element('strong', { text: name }),
      element('span', { text: texts.numbersHint }),
    );
    const compared = numbers.numbers.filter(({ kind }) => !WITHOUT_BAR.has(kind));
    const most = Math.max(1, ...compared.map(({ bytes }) => bytes ?? 0));
    this.#part.body.replaceChildren(...numbers.numbers.map((number) => this.#row(number, most)));
  }

  #row({ kind, bytes, source, at }: MemoryNumber, most: number): HTMLElement {
    const { texts, locale } = this.#language;
    const { name, meaning } = meaningOf(kind, texts);
    const value =
      bytes === null
        ? { text: '—', className: 'number quiet' }
        : {
            text: displayBytes(bytes, locale, true),
            title: fill(texts.bytes, displayExact(bytes, locale)),
            className: 'number',
          };
    const bar = element('meter', {
      attributes: {
        min: '0',
        max: String(most),
        value: String(Math.min(bytes ?? 0, most)),
        'aria-hidden': 'true',
      },
    });
    const isHost = WITHOUT_BAR.has(kind);
    return element('tr', {
      className: `${kind === COUNTS ? 'decisive' : ''}${isHost ? ' host' : ''}`,
      children: [
        element('th', { className: 'what', text: name, title: meaning, attributes: { scope: 'row' } }),
        element('td', value),
        element('td', { className: 'bar', children: isHost || bytes === null ? [] : [bar] }),
        element('td', { className: 'meaning', text: meaning }),
        element('td', { className: 'source', text: source }),
        element('td', { className: 'number quiet', text: at === null ? '' : clock(at, this.#language) }),
      ],
    });
  }
}

function meaningOf(kind: NumberKind, texts: PanelTexts): Meaning {
  switch (kind) {
    case 'freeTotal':
      return { name: texts.numberFreeTotal, meaning: texts.meaningFreeTotal };
    case 'freeAvailable':
      return { name: texts.numberFreeAvailable, meaning: texts.meaningFreeAvailable };
    case 'kubectlTop':
      return { name: 'kubectl top', meaning: texts.meaningKubectlTop };
    case 'usage':
      return { name: texts.lineUsage, meaning: texts.meaningUsage };
    case 'inactiveFile':
      return { name: 'inactive_file', meaning: texts.meaningInactiveFile };
    case 'workingSet':
      return { name: texts.lineWorkingSet, meaning: texts.meaningWorkingSet };
    case 'rss':
      return { name: texts.lineRss, meaning: texts.meaningRss };
    case 'cache':
      return { name: texts.lineCache, meaning: texts.meaningCache };
    case 'shmem':
      return { name: 'shmem', meaning: texts.meaningShmem };
    case 'kernel':
      return { name: texts.numberKernel, meaning: texts.meaningKernel };
    case 'swap':
      return { name: 'swap', meaning: texts.meaningSwap };
    case 'limit':
      return { name: texts.lineLimit, meaning: texts.meaningLimit };
    case 'effectiveLimit':
      return { name: texts.numberEffectiveLimit, meaning: texts.meaningEffectiveLimit };
    case 'peak':
      return { name: texts.numberPeak, meaning: texts.meaningPeak };
  }
}
