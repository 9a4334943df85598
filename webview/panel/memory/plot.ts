import uPlot from 'uplot';
import { displayBytes } from '../../../src/core/units/display.js';
import type { ChartHead, ChartMark } from '../../../src/protocol/panel/memory.js';
import { clockFormat } from '../language.js';
import type { ChartData, Line } from './chart-data.js';
import { drawnMarks } from './marks.js';
import type { Palette } from './palette.js';
import type { SharedRange, TimeRange } from './range.js';
import { memoryRange, STEPS } from './scale.js';

/** Lines that are drawn, and how. */
export interface PlotStyle {
  readonly showParts: boolean;
  readonly fromZero: boolean;
}

export interface PlotOptions {
  readonly data: ChartData;
  readonly locale: string;
  readonly range: SharedRange;
  palette(): Palette;
  head(): ChartHead;
  marks(): readonly ChartMark[];
  style(): PlotStyle;
  /** The first and last time of all charts, s since 1970. */
  extent(): TimeRange;
  /** The place of the cursor, -1 without one. */
  onCursor(index: number): void;
}

const ORDER: readonly Line[] = ['workingSet', 'usage', 'rss', 'cache'];
/** All plots of the page move their cursors together. */
const SYNC = 'podstress';
const MARK_PX = 4;
/** Room that a count needs, CSS pixels. */
const COUNT_PX = 22;
/** The line of a mark must not hide the curve. */
const LINE_ALPHA = 0.45;

/** CSS pixels. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

/** One canvas: lines of a container's memory, its limit and request, and what happened to it. */
export class Plot {
  readonly #options: PlotOptions;
  readonly #uplot: uPlot;
  #size: PlotSize;

  /** Draws the data of now. */
  constructor(host: HTMLElement, size: PlotSize, options: PlotOptions) {
    this.#options = options;
    this.#size = size;
    this.#uplot = new uPlot(this.#settings(size), options.data.aligned(ORDER), (plot, init) => {
      host.append(plot.root);
      plot.batch(init);
    });
  }

  /** Draws the data of now at the range of now. */
  draw(size: PlotSize): void {
    const { data, style } = this.#options;
    const { showParts } = style();
    // At once, so that whoever draws many knows how long it took.
    this.#uplot.batch((plot: uPlot) => {
      if (size.width !== this.#size.width || size.height !== this.#size.height) plot.setSize(size);
      this.#size = size;
      for (const index of [3, 4]) {
        if (plot.series[index]?.show !== showParts) plot.setSeries(index, { show: showParts }, false);
      }
      plot.setData(data.aligned(ORDER), true);
    });
  }

  destroy(): void {
    this.#uplot.destroy();
  }

  #settings(size: PlotSize): uPlot.Options {
    const { palette, range, extent, style, locale } = this.#options;
    const isPart = (name: Line): boolean => name === 'rss' || name === 'cache';
    const line = (name: Line, width: number, fill: number): uPlot.Series => ({
      show: !isPart(name) || style().showParts,
      stroke: () => palette().lines[name],
      width,
      points: { show: false },
      spanGaps: false,
      ...(fill > 0 ? { fill: () => faded(palette().lines[name], fill) } : {}),
    });
    const axis: uPlot.Axis = {
      stroke: () => palette().text,
      font: `11px ${palette().fontFamily}`,
      grid: { stroke: () => palette().grid, width: 1 },
      ticks: { show: false },
    };
    return {
      ...size,
      padding: [10, 8, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: SYNC },
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
      },
      scales: {
        x: {
          time: true,
          range: () => {
            const all = extent();
            const { from, to } = range.resolve(all.from, all.to);
            return [from, to];
          },
        },
        y: {
          range: (_, low, high) => memoryRange(low, high, this.#options.head().limitBytes, style().fromZero),
        },
      },
      axes: [
        {
          ...axis,
          size: 24,
          space: 54,
          values: (_, splits, __, ___, step) => splits.map((time) => axisTime(time, step, locale)),
        },
        {
          ...axis,
          size: 58,
          space: (_, __, ___, ____, height) => Math.max(26, height / 6),
          incrs: [...STEPS],
          values: (_, splits) => splits.map((bytes) => displayBytes(bytes, locale)),
        },
      ],
      series: [
        {},
        line('workingSet', 2, 0.14),
        line('usage', 1, 0),
        line('rss', 1, 0.1),
        line('cache', 1, 0.1),
      ],
      hooks: {
        draw: [(plot) => this.#drawLimits(plot), (plot) => this.#drawMarks(plot)],
        setSelect: [(plot) => this.#zoom(plot)],
        setCursor: [(plot) => this.#options.onCursor(plot.cursor.idx ?? -1)],
      },
    };
  }

  #zoom(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 4) return;
    const from = plot.posToVal(left, 'x');
    const to = plot.posToVal(left + width, 'x');
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#options.range.zoomTo({ from, to });
  }

  #drawLimits(plot: uPlot): void {
    const { head, palette } = this.#options;
    const { limitBytes, requestBytes } = head();
    if (requestBytes !== null) horizontal(plot, requestBytes, palette().request, [2, 4]);
    if (limitBytes !== null) horizontal(plot, limitBytes, palette().limit, [6, 3]);
  }

  #drawMarks(plot: uPlot): void {
    const { marks, palette } = this.#options;
    const ratio = devicePixelRatio;
    const { ctx, bbox } = plot;
    const toX = (time: number): number => plot.valToPos(time, 'x');
    ctx.save();
    const drawn = drawnMarks(marks(), toX, bbox.width / ratio);
    for (const [index, { kind, x, count }] of drawn.entries()) {
      const at = bbox.left + x * ratio;
      const colors = palette();
      ctx.strokeStyle = colors.marks[kind];
      ctx.fillStyle = colors.marks[kind];
      ctx.lineWidth = ratio;
      ctx.globalAlpha = LINE_ALPHA;
      ctx.setLineDash(kind === 'kill' ? [] : [3 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.globalAlpha = 1;
      markHead(ctx, kind, at, bbox.top, MARK_PX * ratio);
      const room = (drawn[index + 1]?.x ?? bbox.width / ratio) - x;
      if (count > 1 && room > COUNT_PX) {
        ctx.font = `${11 * ratio}px ${colors.fontFamily}`;
        ctx.textAlign = 'left';
        ctx.textBaseline = 'top';
        ctx.fillText(`${count}`, at + MARK_PX * 1.5 * ratio, bbox.top);
      }
    }
    ctx.restore();
  }
}

/** The shape tells the kind where colours do not: a triangle falls, a square stops, two bars pause, a ring begins anew. */
function markHead(
  ctx: CanvasRenderingContext2D,
  kind: ChartMark['kind'],
  x: number,
  y: number,
  size: number,
): void {
  ctx.beginPath();
  switch (kind) {
    case 'kill':
      ctx.moveTo(x - size, y);
      ctx.lineTo(x + size, y);
      ctx.lineTo(x, y + size * 1.7);
      ctx.closePath();
      ctx.fill();
      return;
    case 'inject':
    case 'resume':
      ctx.moveTo(x - size, y);
      ctx.lineTo(x + size, y + size);
      ctx.lineTo(x - size, y + size * 2);
      ctx.closePath();
      ctx.fill();
      return;
    case 'pause':
      ctx.rect(x - size, y, size * 0.7, size * 2);
      ctx.rect(x + size * 0.3, y, size * 0.7, size * 2);
      ctx.fill();
      return;
    case 'stop':
      ctx.rect(x - size, y, size * 2, size * 2);
      ctx.fill();
      return;
    default:
      ctx.arc(x, y + size, size, 0, 2 * Math.PI);
      ctx.stroke();
  }
}

/** The wall clock, with seconds where the steps are shorter than a minute. */
function axisTime(time: number, step: number, locale: string): string {
  return clockFormat(locale, step < 60 ? 'medium' : 'short').format(new Date(time * 1000));
}

function horizontal(plot: uPlot, bytes: number, color: string, dash: readonly number[]): void {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(bytes, 'y', true);
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

/** The colour with so much of its strength. */
function faded(color: string, alpha: number): string {
  return `color-mix(in srgb, ${color} ${Math.round(alpha * 100)}%, transparent)`;
}
