import { createHash } from 'node:crypto';
import type { Element, ElementContent, Root } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { h, s } from 'hastscript';
import { chartSvg, markLegend } from './chart-svg.js';
import type { Block, Cell, Chart, Column, Inline, Report, Tile, Tone } from './model.js';
import { REPORT_STYLE } from './style.js';
import { bytesText, printable } from './texts.js';

const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✕', unknown: '?' };

/**
 * The report as one HTML file that needs nothing else: no script, no resource from anywhere. Built as a tree and
 * serialised, so that no text of a stranger can become markup.
 */
export function reportHtml(report: Report): string {
  const hash = createHash('sha256').update(REPORT_STYLE).digest('base64');
  const root: Root = {
    type: 'root',
    children: [
      { type: 'doctype' },
      h(
        'html',
        { lang: 'en' },
        h(
          'head',
          h('meta', { charSet: 'utf-8' }),
          h('meta', {
            httpEquiv: 'Content-Security-Policy',
            content: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
          }),
          h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
          h('meta', { name: 'color-scheme', content: 'light dark' }),
          h('meta', { name: 'referrer', content: 'no-referrer' }),
          h('title', printable(report.title)),
          h('style', REPORT_STYLE),
        ),
        h(
          'body',
          h('main', [headOf(report), ...sectionsOf(report.blocks), h('footer', printable(report.footer))]),
        ),
      ),
    ],
  };
  return `${toHtml(root)}\n`;
}

function headOf({ title, badge }: Report): Element {
  return h('header', h('h1', printable(title)), badge === null ? [] : badgeOf(badge.tone, badge.text));
}

/** A heading and what follows it stay together, on paper too. */
function sectionsOf(blocks: readonly Block[]): Element[] {
  const sections: Element[] = [];
  let current: Element | null = null;
  for (const [index, block] of blocks.entries()) {
    if (block.kind === 'heading' || current === null) {
      current = h('section');
      sections.push(current);
    }
    current.children.push(...blockOf(block, `b${index}`));
  }
  return sections;
}

function blockOf(block: Block, id: string): ElementContent[] {
  switch (block.kind) {
    case 'heading':
      return [h('h2', cellOf(block.cell))];
    case 'paragraph':
      return [h('p', cellOf(block.cell))];
    case 'tiles':
      return [h('div.tiles', block.tiles.map(tileOf))];
    case 'facts':
      return [
        h(
          'dl',
          block.rows.map(([term, cell]) => h('div', h('dt', term), h('dd', cellOf(cell)))),
        ),
      ];
    case 'table':
      return [tableOf(block)];
    case 'chart':
      return [h('figure', chartSvg(block.chart, id), legendOf(block.chart))];
    case 'code':
      return [h('details', h('summary', block.title), h('pre', h('code', shownCode(block.text))))];
  }
}

function tileOf({ label, value, note, tone }: Tile): Element {
  return h(
    'div',
    { className: ['tile', ...(tone === null ? [] : [tone])] },
    h('div.label', label),
    h('div.value', value),
    h('div.note', note ?? ''),
  );
}

function tableOf({ caption, columns, rows, isFolded }: Extract<Block, { kind: 'table' }>): Element {
  const table = h(
    'div.scroll',
    h(
      'table',
      h('caption', caption),
      h(
        'thead',
        h(
          'tr',
          columns.map((column) => h('th', { scope: 'col', className: classOf(column) }, column.title)),
        ),
      ),
      h(
        'tbody',
        rows.map((row) =>
          h(
            'tr',
            row.map((cell, index) => h('td', { className: classOf(columns[index]) }, cellOf(cell))),
          ),
        ),
      ),
    ),
  );
  return isFolded === true ? h('details', h('summary', caption), table) : table;
}

function classOf(column: Column | undefined): string[] | null {
  return column?.isNumber === true ? ['number'] : column?.isShort === true ? ['short'] : null;
}

function legendOf(chart: Chart): Element {
  const marks = [...new Set(chart.marks.map(({ kind }) => kind))];
  return h('figcaption', [
    ...chart.curves.map(({ name, style }) => legendItem(`curve ${style}`, printable(name))),
    ...chart.lines.map(({ name, style, bytes }) =>
      legendItem(`line ${style}`, `${name} ${bytesText(bytes)}`),
    ),
    ...marks.map((kind) => {
      const { sign, name } = markLegend(kind);
      return h('span.item', h('span', { className: ['sign', kind] }, sign), ` ${name}`);
    }),
    ...(chart.gaps.length === 0 ? [] : [h('span.item', h('span.swatch.gap'), ' not known')]),
    h('span.item.axis', 'time from the injection'),
  ]);
}

function legendItem(style: string, text: string): Element {
  const line = s('svg.swatch', { viewBox: '0 0 22 10', ariaHidden: 'true' }, [
    s('line', { className: style.split(' '), x1: 1, x2: 21, y1: 5, y2: 5 }),
  ]);
  return h('span.item', [line, ` ${text}`]);
}

function cellOf(cell: Cell): ElementContent[] {
  return cell.map(inlineOf);
}

function inlineOf(part: Inline): ElementContent {
  if (typeof part === 'string') return { type: 'text', value: printable(part) };
  switch (part.kind) {
    case 'name':
      return h('span.name', { dir: 'ltr' }, printable(part.text));
    case 'strong':
      return h('strong', printable(part.text));
    case 'badge':
      return badgeOf(part.tone, part.text);
  }
}

function badgeOf(tone: Tone, text: string): Element {
  return h('span', { className: ['badge', tone] }, [
    h('span', { ariaHidden: 'true' }, SIGNS[tone]),
    ` ${printable(text)}`,
  ]);
}

/** Lines stay lines; whatever else controls a terminal or the direction of writing does not pass. */
function shownCode(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.replaceAll('\t', '    ').replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, '\u{fffd}'))
    .join('\n');
}
