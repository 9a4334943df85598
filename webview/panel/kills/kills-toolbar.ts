import { isSingular } from '../../../src/core/units/plural.js';
import type { KillCounts } from '../../../src/protocol/panel/kills.js';
import { element, fill } from '../../dom.js';
import { type Button, createButton } from '../../toolkit.js';
import { type PageLanguage, wholeNumber } from '../language.js';
import { FilterBox } from './filter-box.js';

export interface KillsToolbarOptions {
  readonly language: PageLanguage;
  /** What the kills are filtered by from the start. */
  readonly filter: string;
  onFilter(text: string): void;
  onPause(): void;
  onClear(): void;
  onExport(): void;
}

/** What the line above the kills tells. */
export interface KillsSummary {
  readonly counts: KillCounts;
  readonly dropped: number;
  readonly paused: boolean;
  /** Kills that came while paused. */
  readonly waiting: number;
  /** Null: nothing is filtered. */
  readonly matching: { readonly shown: number; readonly of: number } | null;
}

/** The line above the kills: how many by evidence, the filter, and what can be done with all of them. */
export class KillsToolbar {
  readonly element: HTMLElement;
  readonly #language: PageLanguage;
  readonly #counts = element('div', { className: 'counts' });
  readonly #matching = element('span', { className: 'matching' });
  readonly #pause: Button;
  readonly #clear: Button;
  readonly #export: Button;
  #counted = '';

  constructor({ language, filter, onFilter, onPause, onClear, onExport }: KillsToolbarOptions) {
    this.#language = language;
    const { texts } = language;
    this.#pause = createButton({ label: texts.pause, onClick: onPause });
    this.#clear = createButton({ label: texts.clear, onClick: onClear });
    this.#export = createButton({ label: texts.exportKills, onClick: onExport });
    const box = new FilterBox({ language, value: filter, onChange: onFilter });
    const buttons = [this.#pause, this.#clear, this.#export].map((button) => button.element);
    this.element = element('div', {
      className: 'kills-toolbar',
      children: [
        this.#counts,
        element('div', { className: 'filter-line', children: [box.element, this.#matching] }),
        element('div', { className: 'buttons', children: buttons }),
      ],
    });
  }

  draw({ counts, dropped, paused, waiting, matching }: KillsSummary): void {
    const { texts, locale } = this.#language;
    const number = (value: number): string => wholeNumber(value, locale);
    const total = counts.full + counts.bare + counts.counted;
    this.#drawCounts(total, counts, dropped);
    const matches =
      matching === null ? '' : fill(texts.filterCount, number(matching.shown), number(matching.of));
    if (this.#matching.textContent !== matches) this.#matching.textContent = matches;
    this.#pause.setLabel(
      !paused ? texts.pause : waiting === 0 ? texts.resume : fill(texts.resumeNew, number(waiting)),
    );
    this.#pause.setDisabled(total === 0 && !paused);
    this.#clear.setDisabled(total === 0);
    this.#export.setDisabled(total === 0 || matching?.shown === 0);
  }

  /** Once a frame in a storm: what says the same is left alone. */
  #drawCounts(total: number, counts: KillCounts, dropped: number): void {
    const counted = [total, ...Object.values(counts), dropped].join(' ');
    if (counted === this.#counted) return;
    this.#counted = counted;
    const { texts, locale } = this.#language;
    const number = (value: number): string => wholeNumber(value, locale);
    const older = isSingular(dropped, locale) ? texts.countDroppedOne : texts.countDropped;
    const items = [
      element('span', {
        className: 'total',
        text: fill(isSingular(total, locale) ? texts.countKill : texts.countKills, number(total)),
        ...(dropped > 0 ? { title: fill(older, number(dropped)) } : {}),
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
          text: `${number(counts[kind])} ${text}`,
          title,
        }),
      );
    }
    this.#counts.replaceChildren(...(total === 0 ? [] : items));
  }
}
