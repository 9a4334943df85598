import { displayBytes, displayExact } from '../../../src/core/units/display.js';
import type { Processes, ProcessRow } from '../../../src/protocol/panel/memory.js';
import { element, fill } from '../../dom.js';
import { type FactsPart, factsPart } from '../facts-table.js';
import { clock, type PageLanguage } from '../language.js';

/** More rows than this are not drawn; their number is said. */
const MAX_ROWS = 200;

/** The processes of the chosen container, the one that dies next first. */
export class ProcessesPart {
  readonly element: HTMLElement;
  readonly #language: PageLanguage;
  readonly #part: FactsPart;

  constructor(language: PageLanguage) {
    this.#language = language;
    const { texts } = language;
    this.#part = factsPart('processes', [
      ['rank', texts.columnRank, texts.rankHint],
      ['comm', texts.columnProcess],
      ['number', texts.columnPid, texts.pidHint],
      ['number minor', texts.columnContainerPid, texts.containerPidHint],
      ['number', texts.columnRss],
      ['number', texts.columnShare],
      ['number minor', texts.columnSwap],
      ['number', 'oom_score_adj'],
      ['number minor', 'oom_score', texts.oomScoreHint],
    ]);
    this.element = this.#part.element;
    this.draw(null);
  }

  draw(processes: Processes | null): void {
    const { texts, locale } = this.#language;
    this.#part.caption.replaceChildren(...this.#captionOf(processes));
    this.#part.table.hidden = processes === null || processes.rows.length === 0;
    const rows = processes?.rows ?? [];
    this.#part.table.setAttribute('aria-rowcount', String(rows.length + 1));
    this.#part.body.replaceChildren(
      ...rows.slice(0, MAX_ROWS).map((row) => this.#row(row)),
      ...(rows.length > MAX_ROWS
        ? [
            element('tr', {
              children: [
                element('td', {
                  className: 'quiet',
                  text: fill(
                    texts.moreProcesses,
                    new Intl.NumberFormat(locale).format(rows.length - MAX_ROWS),
                  ),
                  attributes: { colspan: '9' },
                }),
              ],
            }),
          ]
        : []),
    );
  }

  #captionOf(processes: Processes | null): readonly Node[] {
    const { texts, locale } = this.#language;
    if (processes === null) return [element('span', { text: texts.nothingChosen })];
    const name = processes.key.slice(processes.key.indexOf('/') + 1).replace('/', ' / ');
    const parts = [element('strong', { text: name })];
    if (processes.problem !== null) {
      parts.push(element('span', { className: 'problem', text: processes.problem }));
    } else if (processes.at === null) {
      parts.push(element('span', { text: texts.readingProcesses }));
    } else {
      const by =
        processes.limitBytes === null
          ? texts.rankedByNode
          : fill(texts.rankedByLimit, displayBytes(processes.limitBytes, locale));
      parts.push(
        element('span', { text: by, title: texts.rankHint }),
        element('span', { text: fill(texts.readAt, clock(processes.at, this.#language)) }),
      );
    }
    return parts;
  }

  #row(row: ProcessRow): HTMLElement {
    const { texts, locale } = this.#language;
    const bytes = (value: number) => ({
      text: displayBytes(value, locale, true),
      title: fill(texts.bytes, displayExact(value, locale)),
    });
    const rank =
      row.rank === null
        ? { text: texts.neverDies, title: texts.neverDiesHint }
        : row.rank === 1
          ? { text: texts.diesNext, title: fill(texts.badness, displayExact(row.badness ?? 0, locale)) }
          : { text: String(row.rank), title: fill(texts.badness, displayExact(row.badness ?? 0, locale)) };
    const share =
      row.percentOfLimit === null
        ? '—'
        : fill(
            texts.percent,
            new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(row.percentOfLimit),
          );
    return element('tr', {
      className: `${row.rank === 1 ? 'next' : ''}${row.isStress ? ' stress' : ''}`,
      children: [
        element('td', { className: 'rank', ...rank }),
        element('th', {
          className: 'comm',
          title: row.command === '' ? row.comm : row.command,
          attributes: { scope: 'row' },
          children: [
            element('span', { text: row.comm }),
            element('span', { className: 'quiet', text: row.command === '' ? '' : `  ${row.command}` }),
          ],
        }),
        element('td', { className: 'number', text: String(row.pid) }),
        element('td', { className: 'number minor', text: String(row.containerPid) }),
        element('td', { className: 'number', ...bytes(row.rssBytes) }),
        element('td', { className: 'number', text: share }),
        element('td', { className: 'number minor', ...bytes(row.swapBytes) }),
        element('td', { className: 'number', text: String(row.oomScoreAdj) }),
        element('td', {
          className: 'number minor quiet',
          text: row.oomScore === null ? '—' : String(row.oomScore),
        }),
      ],
    });
  }
}
