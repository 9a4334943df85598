import { markLegend } from './chart-svg.js';
import type { Chart, ChartMark, Curve } from './model.js';
import { clustered, type Scale, scaleOf } from './scale.js';
import { bytesText, printable } from './texts.js';

const WIDTH = 72;
const HEIGHT = 12;
const MARGIN = 10;
/** A cell filled from below, by eighths. */
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** The chart in characters of one width, for places that draw no pictures. */
export function chartText(chart: Chart): string {
  const scale = scaleOf(chart);
  const curves = chart.curves.filter(({ style }) => style !== 'minor');
  const blocks = curves.flatMap((curve, index) => [
    ...(curves.length > 1 ? [printable(curve.name)] : []),
    ...picture(curve, chart, scale, index === 1),
    ...(index === curves.length - 1 ? timeLines(scale) : []),
  ]);
  const kinds = [...new Set(chart.marks.map(({ kind }) => kind))];
  const legend = [
    ...(curves.length === 1 ? ['█ working set'] : []),
    ...chart.lines.map(({ name, style, bytes }) => `${lineSign(style)} ${name} ${bytesText(bytes)}`),
    ...kinds.map((kind) => `${markLegend(kind).sign} ${markLegend(kind).name}`),
    ...(chart.gaps.length === 0 ? [] : ['░ not known']),
  ];
  return [...blocks, '', legend.join('   ')].map((line) => line.trimEnd()).join('\n');
}

function picture(curve: Curve, chart: Chart, scale: Scale, isSecond: boolean): string[] {
  const columns = peaks(curve, scale, chart.gaps);
  const column = (time: number): number =>
    Math.min(WIDTH - 1, Math.max(0, Math.floor(((time - scale.from) / (scale.to - scale.from)) * WIDTH)));
  const unknown = new Set(
    chart.gaps.flatMap(({ from, to }) =>
      range(column(from), column(to)).filter((at) => columns[at] === null),
    ),
  );
  const rows = range(0, HEIGHT - 1).map((row) => {
    const floor = ((HEIGHT - 1 - row) / HEIGHT) * scale.top;
    const ceiling = ((HEIGHT - row) / HEIGHT) * scale.top;
    const line = chart.lines.find(({ bytes }) => bytes > floor && bytes <= ceiling);
    const cells = columns.map((bytes, at) => {
      const filled = bytes === null ? 0 : Math.round(((bytes - floor) / (ceiling - floor)) * 8);
      const cell = EIGHTHS[Math.min(8, Math.max(0, filled))] ?? ' ';
      if (cell !== ' ') return cell;
      if (line !== undefined) return lineSign(line.style);
      return unknown.has(at) ? '░' : ' ';
    });
    const label = row % 3 === 0 ? bytesText(ceiling) : '';
    return `${label.padStart(MARGIN)} ┤${cells.join('')}`;
  });
  const marks = chart.marks.filter((mark) => mark.isSecond === isSecond);
  return [markLine(marks, scale, column), ...rows];
}

function markLine(marks: readonly ChartMark[], scale: Scale, column: (time: number) => number): string {
  const cells = Array.from({ length: WIDTH }, () => ' ');
  const near = (scale.to - scale.from) / WIDTH;
  for (const { kind, time, count } of clustered(marks, near * 4)) {
    const text = `${markLegend(kind).sign}${count > 1 ? count : ''}`;
    const start = Math.min(column(time), WIDTH - text.length);
    for (const [index, sign] of [...text].entries()) cells[start + index] = sign;
  }
  return `${' '.repeat(MARGIN + 2)}${cells.join('')}`;
}

function timeLines(scale: Scale): string[] {
  const ticks = Array.from({ length: WIDTH }, () => '─');
  const labels = Array.from({ length: WIDTH + 12 }, () => ' ');
  for (const { time, text } of scale.moments) {
    const at = Math.min(WIDTH - 1, Math.floor(((time - scale.from) / (scale.to - scale.from)) * WIDTH));
    ticks[at] = '┬';
    const isFree = labels.slice(Math.max(0, at - 1), at + text.length + 1).every((sign) => sign === ' ');
    if (isFree) for (const [index, sign] of [...text].entries()) labels[at + index] = sign;
  }
  const indent = ' '.repeat(MARGIN + 1);
  return [`${indent}└${ticks.join('')}`, `${indent} ${labels.join('')}`];
}

/** The highest value of each column; one without a point goes on from the one before, but not over a gap. Null: no value. */
function peaks({ times, values }: Curve, { from, to }: Scale, gaps: Chart['gaps']): (number | null)[] {
  const columns = Array.from({ length: WIDTH }, (): number | null => null);
  let last = -1;
  let lastTime = from;
  for (const [index, time] of times.entries()) {
    const bytes = values[index] ?? null;
    const at = Math.floor(((time - from) / (to - from)) * WIDTH);
    if (bytes === null || at < 0) continue;
    const column = Math.min(WIDTH - 1, at);
    const before = last === -1 ? null : (columns[last] ?? null);
    const isGap = gaps.some((gap) => gap.to > lastTime && gap.from < time);
    if (last !== -1 && !isGap) for (const between of range(last + 1, column - 1)) columns[between] = before;
    columns[column] = Math.max(columns[column] ?? 0, bytes);
    last = column;
    lastTime = time;
  }
  return columns;
}

function lineSign(style: 'limit' | 'request'): string {
  return style === 'limit' ? '╌' : '┄';
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
