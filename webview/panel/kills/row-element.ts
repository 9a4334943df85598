import { displayBytes } from '../../../src/core/units/display.js';
import { element, fill } from '../../dom.js';
import type { PageLanguage } from '../language.js';
import { type Cell, COLUMNS, cellsOf } from './cells.js';
import type { GridRow, Storm } from './storms.js';

/** The cells of a row, each with its place among the columns. */
export function rowCells(row: GridRow, language: PageLanguage): readonly HTMLElement[] {
  if (row.kind === 'storm') return stormCells(row.storm, language);
  const cells = cellsOf(row.kill, language);
  return COLUMNS.map((column, index) => cellElement(column, index, cells[column]));
}

/** How long a storm lasts, as a person says it; never `0 s`. */
export function stormLength(ms: number, locale: string): string {
  const number = new Intl.NumberFormat(locale);
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return `${number.format(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return seconds % 60 === 0
    ? `${number.format(minutes)} min`
    : `${number.format(minutes)} min ${seconds % 60} s`;
}

/** `37 kills in 12 s, 10 with a full report`. */
export function stormText({ count, full, lastsMs }: Storm, { texts, locale }: PageLanguage): string {
  const number = new Intl.NumberFormat(locale);
  const length = stormLength(lastsMs, locale);
  return full === 0
    ? fill(texts.stormBare, number.format(count), length)
    : fill(texts.stormFull, number.format(count), length, number.format(full));
}

/** When and where as for its newest kill, then what it comes to over all further columns. */
function stormCells(storm: Storm, language: PageLanguage): readonly HTMLElement[] {
  const { time, container } = cellsOf(storm.newest, language);
  const freed = displayBytes(storm.freedBytes, language.locale);
  const summary = {
    text: stormText(storm, language),
    ...(storm.freedBytes > 0 ? { after: ` · ${language.texts.columnFreed} ${freed}` } : {}),
    title: language.texts.stormHint,
  };
  const last = cellElement('summary', 2, summary);
  last.setAttribute('aria-colspan', String(COLUMNS.length - 2));
  return [cellElement('time', 0, time), cellElement('container', 1, container), last];
}

function cellElement(column: string, index: number, cell: Cell): HTMLElement {
  const parts: Node[] = [];
  const quiet = (text: string | undefined) => {
    if (text !== undefined && text !== '') parts.push(element('span', { className: 'quiet', text }));
  };
  quiet(cell.before);
  parts.push(element('span', { text: cell.text }));
  if (cell.tail !== undefined) parts.push(element('span', { className: 'tail', text: cell.tail }));
  quiet(cell.after);
  return element('div', {
    className: `cell ${column}${cell.unknown === true ? ' unknown' : ''}`,
    attributes: { role: 'gridcell', 'aria-colindex': String(index + 1) },
    ...(cell.title === undefined ? {} : { title: cell.title }),
    children: parts,
  });
}
