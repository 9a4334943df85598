import { displayBytes } from '../../../src/core/units/display.js';
import type { ChartMark } from '../../../src/protocol/panel/memory.js';
import { element } from '../../dom.js';
import { clock, type PageLanguage } from '../language.js';
import { type ChartData, LINES } from './chart-data.js';
import { markText } from './legend.js';
import { marksNear } from './marks.js';
import type { TimeRange } from './range.js';

/** Rows of a table that still is read. */
const MAX_ROWS = 60;

/** The same as the curve, in words: the newest row first, thinned to what one can read. */
export function chartTable(
  data: ChartData,
  marks: readonly ChartMark[],
  { from, to }: TimeRange,
  language: PageLanguage,
): HTMLTableElement {
  const { texts, locale } = language;
  const first = Math.max(0, data.nearest(from));
  const last = data.nearest(to);
  const step = Math.max(1, Math.ceil((last - first + 1) / MAX_ROWS));
  const rows: HTMLElement[] = [];
  for (let index = last; index >= first; index -= step) {
    const time = data.times[index];
    if (time === undefined || data.column('workingSet')[index] === null) continue;
    const next = data.times[index - step] ?? time - 1;
    const happened = marksNear(marks, (time + next) / 2, (time - next) / 2);
    const cells = LINES.map((line) => {
      const bytes = data.column(line)[index] ?? null;
      return element('td', { text: bytes === null ? '—' : displayBytes(bytes, locale, true) });
    });
    rows.push(
      element('tr', {
        children: [
          element('th', { text: clock(time * 1000, language), attributes: { scope: 'row' } }),
          ...cells,
          element('td', { text: happened.map((mark) => markText(mark, language)).join(' · ') }),
        ],
      }),
    );
  }
  const headings = [
    texts.columnTime,
    texts.lineWorkingSet,
    texts.lineUsage,
    texts.lineRss,
    texts.lineCache,
    texts.columnEvents,
  ];
  return element('table', {
    children: [
      element('thead', {
        children: [
          element('tr', {
            children: headings.map((text) => element('th', { text, attributes: { scope: 'col' } })),
          }),
        ],
      }),
      element('tbody', { children: rows }),
    ],
  });
}
