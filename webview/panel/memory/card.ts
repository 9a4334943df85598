import type { Chart, ChartHead, ChartMark, ChartPoints } from '../../../src/protocol/panel/memory.js';
import { element, fill } from '../../dom.js';
import { clock, type PageLanguage } from '../language.js';
import { ChartData, type Line } from './chart-data.js';
import { Legend } from './legend.js';
import type { Palette } from './palette.js';
import { Plot, type PlotSize, type PlotStyle } from './plot.js';
import type { SharedRange, TimeRange } from './range.js';
import { chartTable } from './table.js';

export interface CardOptions {
  readonly chart: Chart;
  readonly language: PageLanguage;
  readonly range: SharedRange;
  palette(): Palette;
  style(): PlotStyle;
  extent(): TimeRange;
  /** The canvas has got a place to draw, or another. */
  onResize(card: ChartCard): void;
  onSelect(key: string): void;
  onUnpin(podKey: string): void;
}

/** CSS pixels. */
const MIN_HEIGHT = 90;

/** One container's chart with its name, its numbers and its canvas, or its table. */
export class ChartCard {
  readonly element: HTMLElement;
  readonly data = new ChartData();
  /** What is out of sight is not drawn; until that is known, everything is. */
  isSeen = true;
  readonly #options: CardOptions;
  readonly #name: HTMLButtonElement;
  readonly #state = element('span', { className: 'chart-state' });
  readonly #legend: Legend;
  readonly #canvas = element('div', { className: 'canvas' });
  readonly #table = element('div', { className: 'chart-table' });
  /** Null until there is a place to draw that is seen. */
  #plot: Plot | null = null;
  #size: PlotSize | null = null;
  #head: ChartHead;
  #marks: readonly ChartMark[];
  #cursor = -1;

  constructor(options: CardOptions) {
    this.#options = options;
    const { chart, language, onSelect, onUnpin } = options;
    const { texts } = language;
    this.#head = chart;
    this.#marks = chart.marks;
    this.data.append(chart.points);
    this.#legend = new Legend(language);
    const name = `${chart.pod} / ${chart.container}`;
    this.#name = element('button', {
      className: 'chart-name',
      title: `${chart.namespace} / ${name}`,
      attributes: { type: 'button', 'aria-pressed': 'false' },
      children: [
        element('span', { className: 'pod', text: chart.pod.slice(0, tailStart(chart.pod)) }),
        element('span', { className: 'tail', text: chart.pod.slice(tailStart(chart.pod)) }),
        element('span', { className: 'quiet', text: ` / ${chart.container}` }),
      ],
    });
    this.#name.addEventListener('click', () => onSelect(chart.key));
    const unpin = element('button', {
      className: 'icon close',
      text: '×',
      title: texts.unpin,
      attributes: { type: 'button', 'aria-label': `${texts.unpin}: ${name}` },
    });
    unpin.addEventListener('click', () => onUnpin(`${chart.namespace}/${chart.pod}`));
    this.element = element('section', {
      className: 'chart',
      attributes: { 'aria-label': fill(texts.chartLabel, name) },
      children: [
        element('div', { className: 'chart-head', children: [this.#name, this.#state, unpin] }),
        this.#legend.element,
        this.#canvas,
        this.#table,
      ],
    });
    new ResizeObserver(([entry]) => this.#fit(entry)).observe(this.#canvas);
    this.#canvas.addEventListener('dblclick', () => options.range.follow());
  }

  take(head: ChartHead): void {
    this.#head = head;
  }

  append(points: ChartPoints): void {
    this.data.append(points);
  }

  mark(marks: readonly ChartMark[]): void {
    this.#marks = marks;
  }

  /** Draws what there is now. */
  draw(selected: string | null, asTable: boolean): void {
    const isSelected = this.#head.key === selected;
    this.element.classList.toggle('selected', isSelected);
    this.element.classList.toggle('as-table', asTable);
    this.#name.setAttribute('aria-pressed', String(isSelected));
    this.#drawState();
    this.#drawLegend();
    if (asTable)
      this.#table.replaceChildren(chartTable(this.data, this.#marks, this.#shown(), this.#options.language));
    else this.#drawPlot();
  }

  destroy(): void {
    this.#plot?.destroy();
    this.element.remove();
  }

  #shown(): TimeRange {
    const { from, to } = this.#options.extent();
    return this.#options.range.resolve(from, to);
  }

  #drawLegend(): void {
    const lines: readonly Line[] = this.#options.style().showParts
      ? ['workingSet', 'usage', 'rss', 'cache']
      : ['workingSet', 'usage'];
    this.#legend.draw(this.#head, this.data, this.#marks, lines, this.#cursor);
  }

  /** Anything that keeps the numbers from being live is said. */
  #drawState(): void {
    const { language } = this.#options;
    const { texts } = language;
    const { state, source, sampledAt, isStale, isStressed } = this.#head;
    const words: string[] = [];
    let kind = '';
    if (state === null) {
      words.push(texts.podGone);
      kind = 'stale';
    } else if (source === null) {
      words.push(texts.notMeasured);
      kind = 'stale';
    } else if (isStale) {
      words.push(fill(texts.staleSince, clock(sampledAt, language)));
      kind = 'stale';
    } else {
      if (state !== 'Running') words.push(state);
      if (isStressed) words.push(texts.underStress);
      if (source !== 'agent') words.push(source);
    }
    const text = words.join(' · ');
    if (this.#state.textContent !== text) this.#state.textContent = text;
    this.#state.className = `chart-state ${kind}`;
  }

  #drawPlot(): void {
    if (this.#size === null) return;
    if (this.#plot !== null) {
      this.#plot.draw(this.#size);
      return;
    }
    const { language, range, palette, style, extent } = this.#options;
    this.#plot = new Plot(this.#canvas, this.#size, {
      data: this.data,
      locale: language.locale,
      range,
      palette,
      style,
      extent,
      head: () => this.#head,
      marks: () => this.#marks,
      onCursor: (index) => {
        this.#cursor = index;
        this.#drawLegend();
      },
    });
  }

  #fit(entry: ResizeObserverEntry | undefined): void {
    const { width, height } = entry?.contentRect ?? { width: 0, height: 0 };
    if (width === 0) return;
    this.#size = { width: Math.floor(width), height: Math.max(MIN_HEIGHT, Math.floor(height)) };
    this.#options.onResize(this);
  }
}

/** Where the last word of a Pod's name begins, which tells it from its siblings. */
function tailStart(name: string): number {
  return Math.max(name.lastIndexOf('-'), name.length - 12, 0);
}
