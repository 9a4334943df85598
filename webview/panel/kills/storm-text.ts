import { displayBytes } from '../../../src/core/units/display.js';
import { fill } from '../../dom.js';
import { type PageLanguage, wholeNumber } from '../language.js';
import { type Cell, cellsOf } from './cells.js';
import type { Storm } from './storms.js';

/** When and where as for its newest kill, then what it comes to. */
export function stormCells(
  storm: Storm,
  language: PageLanguage,
): { readonly time: Cell; readonly container: Cell; readonly summary: Cell } {
  const { time, container } = cellsOf(storm.newest, language);
  const text = stormText(storm, language);
  const freed = displayBytes(storm.freedBytes, language.locale);
  const after = storm.freedBytes > 0 ? ` · ${language.texts.columnFreed} ${freed}` : '';
  return {
    time,
    container,
    summary: {
      text,
      after,
      title: `${text}${after}\n${language.texts.stormHint}`,
    },
  };
}

/** How long a storm lasts, as a person says it; never `0 s`. */
export function stormLength(ms: number, locale: string): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return `${wholeNumber(seconds, locale)} s`;
  const minutes = Math.floor(seconds / 60);
  return seconds % 60 === 0
    ? `${wholeNumber(minutes, locale)} min`
    : `${wholeNumber(minutes, locale)} min ${seconds % 60} s`;
}

/** `37 kills in 12 s, 10 with a full report`. */
export function stormText({ count, full, lastsMs }: Storm, { texts, locale }: PageLanguage): string {
  const length = stormLength(lastsMs, locale);
  return full === 0
    ? fill(texts.stormBare, wholeNumber(count, locale), length)
    : fill(texts.stormFull, wholeNumber(count, locale), length, wholeNumber(full, locale));
}
