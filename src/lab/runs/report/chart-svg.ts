import type { Element } from 'hast';
import { s } from 'hastscript';
import type { Chart, ChartMark, Curve } from './model.js';
import { clustered, type Scale, scaleOf } from './scale.js';
import { printable } from './texts.js';

const WIDTH = 960;
const PLOT_HEIGHT = 256;
const LEFT = 76;
const RIGHT = 16;
/** A row of signs above the curves. */
const ROW = 15;
const BOTTOM = 30;
/** Marks nearer than this stand on each other, units of the picture. */
const MARK_WIDTH = 14;

/** The chart as an SVG element: no script, no style of its own, coloured by classes. */
export function chartSvg(chart: Chart, id: string): Element {
  const scale = scaleOf(chart);
  const rows = chart.marks.some(({ isSecond }) => isSecond) ? 4 : 2;
  const place = placing(scale, rows * ROW + 6);
  const inside = chart.lines.filter(({ bytes }) => bytes <= scale.top);
  return s(
    'svg.chart',
    { viewBox: `0 0 ${WIDTH} ${place.bottom + BOTTOM}`, role: 'img', ariaLabelledBy: [`${id}-title`] },
    s('title', { id: `${id}-title` }, printable(chart.label)),
    s(
      'g.gaps',
      chart.gaps.map((gap) => gapBand(gap, place)),
    ),
    s('g.grid', [
      ...scale.levels.flatMap((level) => levelLine(level, place)),
      ...scale.moments.flatMap((at) => momentTick(at, place)),
    ]),
    s(
      'g.curves',
      chart.curves.flatMap((curve) => curvePaths(curve, chart, place)),
    ),
    s(
      'g.lines',
      inside.map(({ style, bytes }) => across(`line ${style}`, place.y(bytes))),
    ),
    s(
      'g.marks',
      clustered(chart.marks, MARK_WIDTH * place.msPerUnit).flatMap((mark) => markShape(mark, place)),
    ),
  );
}

interface Placing {
  readonly x: (ms: number) => number;
  readonly y: (bytes: number) => number;
  readonly msPerUnit: number;
  /** Where the curves' part begins and ends. */
  readonly top: number;
  readonly bottom: number;
}

function placing({ top: most, from, to }: Scale, top: number): Placing {
  const width = WIDTH - LEFT - RIGHT;
  const bottom = top + PLOT_HEIGHT;
  const x = (ms: number): number =>
    tenth(LEFT + (Math.min(Math.max(ms, from), to) - from) * (width / (to - from)));
  const y = (bytes: number): number => tenth(bottom - (Math.min(bytes, most) / most) * PLOT_HEIGHT);
  return { x, y, msPerUnit: (to - from) / width, top, bottom };
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function across(className: string, y: number): Element {
  return s('line', { className: className.split(' '), x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y });
}

function levelLine({ bytes, text }: Scale['levels'][number], place: Placing): Element[] {
  const y = place.y(bytes);
  return [
    across(bytes === 0 ? 'axis' : 'level', y),
    s('text.level', { x: LEFT - 8, y: y + 4, textAnchor: 'end' }, text),
  ];
}

function momentTick({ time, text }: Scale['moments'][number], place: Placing): Element[] {
  const x = place.x(time);
  const { bottom } = place;
  return [
    s('line.tick', { x1: x, x2: x, y1: bottom, y2: bottom + 4 }),
    s('text.moment', { x, y: bottom + 19, textAnchor: 'middle' }, text),
  ];
}

function gapBand({ from, to }: Chart['gaps'][number], place: Placing): Element {
  const x = place.x(from);
  const width = Math.max(2, tenth(place.x(to) - x));
  return s('rect.gap', { x, y: place.top, width, height: PLOT_HEIGHT }, s('title', 'not known'));
}

/** A curve is broken where a gap lies, or where a value is missing. */
function curvePaths(curve: Curve, { gaps }: Chart, place: Placing): Element[] {
  const pieces = piecesOf(curve, gaps);
  const line = pieces
    .map((piece) => `M${piece.map(({ time, bytes }) => `${place.x(time)} ${place.y(bytes)}`).join('L')}`)
    .join('');
  if (line === '') return [];
  const stroke = s('path', { className: ['curve', curve.style], d: line });
  if (curve.style !== 'first') return [stroke];
  const floor = place.y(0);
  const area = pieces
    .map((piece) => {
      const [first] = piece;
      const last = piece.at(-1);
      if (first === undefined || last === undefined) return '';
      const above = piece.map(({ time, bytes }) => `L${place.x(time)} ${place.y(bytes)}`).join('');
      return `M${place.x(first.time)} ${floor}${above}L${place.x(last.time)} ${floor}Z`;
    })
    .join('');
  return [s('path.area', { d: area }), stroke];
}

interface Point {
  readonly time: number;
  readonly bytes: number;
}

function piecesOf({ times, values }: Curve, gaps: Chart['gaps']): readonly (readonly Point[])[] {
  const pieces: Point[][] = [[]];
  for (const [index, time] of times.entries()) {
    const bytes = values[index] ?? null;
    const before = times[index - 1];
    const isBroken =
      before !== undefined && gaps.some(({ from, to }) => to > from && before <= from + 1 && time >= to - 1);
    if (bytes === null || isBroken) pieces.push([]);
    if (bytes !== null) pieces.at(-1)?.push({ time, bytes });
  }
  return pieces.filter(({ length }) => length > 0);
}

const SIGNS = { inject: '▶', stop: '■', kill: '✕', restart: '↻', probe: '!' } as const;
const NAMES = {
  inject: 'injected',
  stop: 'stopped',
  kill: 'OOM kill',
  restart: 'restart',
  probe: 'probe failed',
} as const;

/** The sign of a kind of mark and what it is called. */
export function markLegend(kind: ChartMark['kind']): { readonly sign: string; readonly name: string } {
  return { sign: SIGNS[kind], name: NAMES[kind] };
}

function markShape({ kind, time, count, isSecond }: ChartMark, place: Placing): Element[] {
  const x = place.x(time);
  // What happens often has a row of its own below what happens once.
  const y = ROW * ((isSecond ? 2 : 0) + (kind === 'kill' ? 1 : 0) + 1);
  const many = count > 1 ? `${SIGNS[kind]}${count}` : SIGNS[kind];
  const classes = [kind, ...(isSecond ? ['of-second'] : [])];
  return [
    s('line', { className: ['mark', ...classes], x1: x, x2: x, y1: y + 5, y2: place.bottom }),
    s(
      'text',
      { className: ['sign', ...classes], x, y, textAnchor: 'middle' },
      s('title', count > 1 ? `${count} × ${NAMES[kind]}` : NAMES[kind]),
      many,
    ),
  ];
}
