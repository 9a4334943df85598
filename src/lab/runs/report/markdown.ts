import type { BlockContent, PhrasingContent, Root, RootContent, Table } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';
import { chartText } from './chart-text.js';
import type { Block, Cell, Inline, Report, Tone } from './model.js';
import { printable } from './texts.js';

/** Drawn alike by GitHub, GitLab and VS Code. */
const SIGNS: Readonly<Record<Tone, string>> = { good: '✅', bad: '❌', unknown: '❔' };

/**
 * The report as GitHub Flavored Markdown. Built as a tree and serialised: a stranger's text is code, or escaped, and stays
 * one line. Charts are drawn in characters, as GitHub shows no embedded pictures.
 */
export function reportMarkdown(report: Report): string {
  const root: Root = {
    type: 'root',
    children: [...headOf(report), ...report.blocks.flatMap(blockOf), ...footerOf(report)],
  };
  return toMarkdown(root, {
    extensions: [gfmTableToMarkdown({ tablePipeAlign: false })],
    fences: true,
    bullet: '-',
    rule: '-',
  });
}

function headOf({ title, badge }: Report): RootContent[] {
  const verdict: RootContent[] =
    badge === null
      ? []
      : [
          {
            type: 'paragraph',
            children: [{ type: 'strong', children: [text(`${SIGNS[badge.tone]} ${badge.text}`)] }],
          },
        ];
  return [{ type: 'heading', depth: 1, children: [text(title)] }, ...verdict];
}

function footerOf({ footer }: Report): RootContent[] {
  return [{ type: 'thematicBreak' }, { type: 'paragraph', children: [text(footer)] }];
}

function blockOf(block: Block): BlockContent[] {
  switch (block.kind) {
    case 'heading':
      return [{ type: 'heading', depth: 2, children: cellOf(block.cell) }];
    case 'paragraph':
      return [{ type: 'paragraph', children: cellOf(block.cell) }];
    case 'tiles':
      return [
        table(
          block.tiles.map(({ label }) => ({ title: label })),
          [
            block.tiles.map(
              ({ value, tone }): Cell => [
                ...(tone === 'bad' || tone === 'unknown' ? [`${SIGNS[tone]} `] : []),
                { kind: 'strong', text: value },
              ],
            ),
            block.tiles.map(({ note }): Cell => [note ?? '']),
          ],
        ),
      ];
    case 'facts':
      return [
        table(
          [{ title: '' }, { title: '' }],
          block.rows.map(([term, cell]): Cell[] => [[term], cell]),
        ),
      ];
    case 'table':
      // What is folded away on a page would be in the way here; the JSON record has it.
      return block.isFolded === true ? [] : [table(block.columns, block.rows)];
    case 'chart':
      return [{ type: 'code', lang: 'text', value: chartText(block.chart) }];
    case 'code':
      return [
        { type: 'heading', depth: 2, children: [text(block.title)] },
        { type: 'code', lang: block.language, value: shownCode(block.text) },
      ];
  }
}

function table(
  columns: readonly { readonly title: string; readonly isNumber?: boolean }[],
  rows: readonly (readonly Cell[])[],
): Table {
  const head = columns.map(({ title }): Cell => [title]);
  return {
    type: 'table',
    align: columns.map(({ isNumber }) => (isNumber === true ? 'right' : 'left')),
    children: [head, ...rows].map((row) => ({
      type: 'tableRow',
      children: row.map((cell) => ({ type: 'tableCell', children: cellOf(cell) })),
    })),
  };
}

function cellOf(cell: Cell): PhrasingContent[] {
  return cell.map(inlineOf);
}

function inlineOf(part: Inline): PhrasingContent {
  if (typeof part === 'string') return text(part);
  switch (part.kind) {
    case 'name': {
      const value = printable(part.text);
      // A code span of nothing would be markup of its own.
      return value.trim() === '' ? text('–') : { type: 'inlineCode', value };
    }
    case 'strong':
      return { type: 'strong', children: [text(part.text)] };
    case 'badge':
      return text(`${SIGNS[part.tone]} ${part.text}`);
  }
}

function text(value: string): PhrasingContent {
  return { type: 'text', value: printable(value) };
}

function shownCode(code: string): string {
  return code
    .split(/\r\n|\r|\n/)
    .map((line) => line.replaceAll('\t', '    ').replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, '\u{fffd}'))
    .join('\n')
    .trimEnd();
}
