import { displayBytes, displayExact } from '../../../src/core/units/display.js';
import type { KillRow } from '../../../src/protocol/panel/kills.js';
import type { PanelTexts } from '../../../src/protocol/panel/texts.js';
import { fill } from '../../dom.js';
import type { PageLanguage } from '../language.js';
import type { SearchTexts } from './filter.js';

export const COLUMNS = ['time', 'container', 'victim', 'freed', 'adj', 'cause', 'evidence'] as const;
export type Column = (typeof COLUMNS)[number];

/** The last word of a Pod's name tells it from its siblings; a longer one is not kept whole, characters. */
const MAX_TAIL = 12;

/** What stands in a cell: plain text, a quieter part before and after it, and what it says on hover. */
export interface Cell {
  readonly before?: string;
  readonly text: string;
  /** The text's own end, which is never cut off. */
  readonly tail?: string;
  readonly after?: string;
  readonly title?: string;
  /** Nothing is known: drawn quietly. */
  readonly unknown?: boolean;
}

/** All cells of a row. Everything in them is text from a kernel or a cluster. */
export function cellsOf(row: KillRow, language: PageLanguage): Readonly<Record<Column, Cell>> {
  return {
    time: timeCell(row, language),
    container: containerCell(row, language),
    victim: victimCell(row, language),
    freed: freedCell(row, language),
    adj: adjCell(row),
    cause: causeCell(row, language),
    evidence: evidenceCell(row, language),
  };
}

/** The column's heading. */
export function headingOf(column: Column, texts: PanelTexts): string {
  switch (column) {
    case 'time':
      return texts.columnTime;
    case 'container':
      return texts.columnContainer;
    case 'victim':
      return texts.columnVictim;
    case 'freed':
      return texts.columnFreed;
    case 'adj':
      return texts.columnAdj;
    case 'cause':
      return texts.columnCause;
    case 'evidence':
      return texts.columnEvidence;
  }
}

/** Formats are dear to make, and thousands of rows share few limits. */
const causeTexts = new WeakMap<PageLanguage, Map<string, string>>();

function causeTextOf(row: KillRow, language: PageLanguage): string {
  let texts = causeTexts.get(language);
  if (texts === undefined) {
    texts = new Map();
    causeTexts.set(language, texts);
  }
  const key = `${row.constraint} ${row.limitBytes}`;
  const text = texts.get(key) ?? causeCell(row, language).text;
  if (texts.size < 1000) texts.set(key, text);
  return text;
}

/** What the filter looks at: what the row shows, and the names that the kernel and the API have for it. */
export function searchTextsOf(row: KillRow, language: PageLanguage): SearchTexts {
  const cause = causeTextOf(row, language);
  const evidence = evidenceCell(row, language);
  const lower = (...texts: readonly (string | null | undefined)[]) => texts.join(' ').toLowerCase();
  return {
    ns: lower(row.namespace),
    pod: lower(row.pod ?? containerCell(row, language).text),
    container: lower(row.container),
    victim: lower(row.victim?.comm ?? language.texts.unknownVictim, row.victim?.pid.toString()),
    cause: lower(cause, row.constraint),
    node: lower(row.node),
    evidence: lower(evidence.text, row.evidence),
  };
}

/** By locale. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** The wall clock to the millisecond, as storms need it. */
function timeCell(row: KillRow, { locale }: PageLanguage): Cell {
  let clock = clocks.get(locale);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat(locale, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      hourCycle: 'h23',
    });
    clocks.set(locale, clock);
  }
  return { text: clock.format(new Date(row.time)), title: `${row.time} · ${row.node}` };
}

function containerCell(row: KillRow, { texts }: PageLanguage): Cell {
  if (row.pod === null) {
    const text =
      row.candidates > 1 ? fill(texts.oneOfContainers, String(row.candidates)) : texts.unknownContainer;
    return { text, unknown: true, title: row.node };
  }
  const before = row.namespace === null ? '' : `${row.namespace} / `;
  const after = row.container === null ? '' : ` / ${row.container}`;
  const tailStart = Math.max(row.pod.lastIndexOf('-'), row.pod.length - MAX_TAIL, 0);
  return {
    before,
    text: row.pod.slice(0, tailStart),
    tail: row.pod.slice(tailStart),
    after,
    title: `${before}${row.pod}${after}\n${texts.rowHint}`,
  };
}

function victimCell(row: KillRow, { texts }: PageLanguage): Cell {
  if (row.victim === null) return { text: texts.unknownVictim, unknown: true };
  const pid = ` (${row.victim.pid})`;
  const group = row.group ? ` · ${texts.groupKill}` : '';
  return {
    text: row.victim.comm,
    after: pid + group,
    title: `${row.victim.comm} · ${fill(texts.pid, String(row.victim.pid))}${group}`,
  };
}

function freedCell({ victim }: KillRow, { texts, locale }: PageLanguage): Cell {
  const bytes = victim?.anonBytes ?? null;
  if (bytes === null) return { text: '—', unknown: true };
  return {
    text: displayBytes(bytes, locale, true),
    title: fill(texts.exactBytes, displayExact(bytes, locale)),
  };
}

function adjCell({ victim }: KillRow): Cell {
  const adj = victim?.oomScoreAdj ?? null;
  return adj === null ? { text: '—', unknown: true } : { text: String(adj) };
}

function causeCell(row: KillRow, { texts, locale }: PageLanguage): Cell {
  switch (row.constraint) {
    case 'memcg':
      return row.limitBytes === null
        ? { text: texts.causeMemcgUnknown }
        : {
            text: fill(texts.causeMemcg, displayBytes(row.limitBytes, locale)),
            title: texts.causeMemcgHint,
          };
    case 'global':
      return { text: texts.causeGlobal };
    case 'cpuset':
      return { text: texts.causeCpuset };
    case 'mempolicy':
      return { text: texts.causeMempolicy };
    case null:
      return { text: texts.causeUnknown, unknown: true };
  }
}

function evidenceCell({ evidence }: KillRow, { texts }: PageLanguage): Cell {
  switch (evidence) {
    case 'full':
      return { text: texts.evidenceFull, title: texts.evidenceFullHint };
    case 'bare':
      return { text: texts.evidenceBare, title: texts.evidenceBareHint };
    case 'counted':
      return { text: texts.evidenceCounted, title: texts.evidenceCountedHint };
  }
}
