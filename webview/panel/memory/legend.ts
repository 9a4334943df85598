import { displayBytes, displayExact, percentOf } from '../../../src/core/units/display.js';
import type { ChartHead, ChartMark } from '../../../src/protocol/panel/memory.js';
import { element, fill } from '../../dom.js';
import { clock, type PageLanguage, wholeNumber } from '../language.js';
import type { ChartData, Line } from './chart-data.js';
import { marksNear } from './marks.js';

/** Marks so close to the cursor are told, s. */
const NEAR_S = 3;

/** The numbers of a chart: those of now, or those under the cursor. */
export class Legend {
  readonly element = element('div', { className: 'legend' });
  readonly #language: PageLanguage;
  #drawn = '';

  constructor(language: PageLanguage) {
    this.#language = language;
  }

  /** @param index the point under the cursor; -1: the newest. */
  draw(
    head: ChartHead,
    data: ChartData,
    marks: readonly ChartMark[],
    lines: readonly Line[],
    index: number,
  ): void {
    const { texts, locale } = this.#language;
    const at = index < 0 ? data.length - 1 : index;
    const items: { readonly key: string; readonly text: string; readonly title: string }[] = [];
    const names: Readonly<Record<Line, string>> = {
      workingSet: texts.lineWorkingSet,
      usage: texts.lineUsage,
      rss: texts.lineRss,
      cache: texts.lineCache,
    };
    for (const line of lines) {
      const bytes = data.column(line)[at] ?? null;
      if (bytes === null) continue;
      const share =
        line === 'workingSet' && head.limitBytes !== null
          ? ` · ${fill(texts.percent, String(percentOf(bytes, head.limitBytes)))}`
          : '';
      items.push({
        key: line,
        text: `${names[line]} ${displayBytes(bytes, locale, true)}${share}`,
        title: fill(texts.bytes, displayExact(bytes, locale)),
      });
    }
    if (head.limitBytes !== null) items.push(this.#fixed('limit', texts.lineLimit, head.limitBytes));
    if (head.requestBytes !== null) items.push(this.#fixed('request', texts.lineRequest, head.requestBytes));
    const time = data.times[at];
    if (index >= 0 && time !== undefined) {
      items.unshift({ key: 'when', text: clock(time * 1000, this.#language), title: '' });
      for (const mark of marksNear(marks, time, NEAR_S)) items.push(this.#mark(mark));
    }
    const drawn = JSON.stringify(items);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.element.replaceChildren(
      ...items.map(({ key, text, title }) => element('span', { className: `item ${key}`, text, title })),
    );
  }

  #fixed(key: string, name: string, bytes: number) {
    const { texts, locale } = this.#language;
    return {
      key,
      text: `${name} ${displayBytes(bytes, locale)}`,
      title: fill(texts.bytes, displayExact(bytes, locale)),
    };
  }

  #mark({ kind, detail, count, time }: ChartMark) {
    const words = markText({ kind, detail, count, time }, this.#language);
    return { key: `mark ${kind}`, text: words, title: clock(time, this.#language) };
  }
}

/** What a mark says. */
export function markText({ kind, detail, count }: ChartMark, { texts, locale }: PageLanguage): string {
  const number = wholeNumber(count, locale);
  switch (kind) {
    case 'kill':
      return count === 1 ? fill(texts.markKill, detail) : fill(texts.markKills, number, detail);
    case 'inject':
      return fill(texts.markInject, detail);
    case 'pause':
      return fill(texts.markPause, detail);
    case 'resume':
      return fill(texts.markResume, detail);
    case 'stop':
      return fill(texts.markStop, detail);
    case 'restart':
      return texts.markRestart;
    case 'probe':
      return fill(texts.markProbe, detail);
  }
}
