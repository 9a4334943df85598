import { isSingular } from '../../../src/core/units/plural.js';
import type { KillCounts } from '../../../src/protocol/panel/kills.js';
import { element, fill } from '../../dom.js';
import { type Button, createButton } from '../../toolkit.js';
import type { PageLanguage } from '../language.js';
import type { KillList } from './kill-list.js';

export interface KillsToolbarOptions {
  readonly language: PageLanguage;
  onPause(): void;
  onClear(): void;
}

/** The line above the kills: how many by evidence, Pause and Clear. */
export class KillsToolbar {
  readonly element: HTMLElement;
  readonly #language: PageLanguage;
  readonly #counts = element('div', { className: 'counts' });
  readonly #pause: Button;
  readonly #clear: Button;

  constructor({ language, onPause, onClear }: KillsToolbarOptions) {
    this.#language = language;
    this.#pause = createButton({ label: language.texts.pause, onClick: onPause });
    this.#clear = createButton({ label: language.texts.clear, onClick: onClear });
    this.element = element('div', {
      className: 'kills-toolbar',
      children: [
        this.#counts,
        element('div', { className: 'buttons', children: [this.#pause.element, this.#clear.element] }),
      ],
    });
  }

  draw(list: KillList, counts: KillCounts, dropped: number): void {
    const { texts, locale } = this.#language;
    const number = new Intl.NumberFormat(locale);
    const total = counts.full + counts.bare + counts.counted;
    const items = [
      element('span', {
        className: 'total',
        text: fill(isSingular(total, locale) ? texts.countKill : texts.countKills, number.format(total)),
        ...(dropped > 0 ? { title: fill(texts.countDropped, number.format(dropped)) } : {}),
      }),
    ];
    const kinds = [
      ['full', texts.evidenceFull, texts.evidenceFullHint],
      ['bare', texts.evidenceBare, texts.evidenceBareHint],
      ['counted', texts.evidenceCounted, texts.evidenceCountedHint],
    ] as const;
    for (const [kind, text, title] of kinds) {
      if (counts[kind] === 0) continue;
      items.push(
        element('span', {
          className: `count evidence-${kind}`,
          text: `${number.format(counts[kind])} ${text}`,
          title,
        }),
      );
    }
    this.#counts.replaceChildren(...(total === 0 ? [] : items));
    this.#pause.setLabel(
      !list.paused
        ? texts.pause
        : list.waiting === 0
          ? texts.resume
          : fill(texts.resumeNew, number.format(list.waiting)),
    );
    this.#pause.setDisabled(total === 0 && !list.paused);
    this.#clear.setDisabled(total === 0);
  }
}
