import type { MemoryDelta, MemorySnapshot } from '../../../src/protocol/panel/memory.js';
import type { PanelMessage } from '../../../src/protocol/panel/messages.js';
import { element } from '../../dom.js';
import { createButton } from '../../toolkit.js';
import type { PageLanguage } from '../language.js';
import type { ViewState } from '../view-state.js';
import { type CardOptions, ChartCard } from './card.js';
import { onThemeChange, type Palette, readPalette } from './palette.js';
import { SharedRange, type TimeRange } from './range.js';
import { MemoryToolbar } from './toolbar.js';

/** So long charts are drawn in one frame, ms; the others follow in the next. */
const FRAME_BUDGET_MS = 10;
/** Charts so near to what is seen are drawn too. */
const NEAR = '200px';

export interface MemoryPartOptions {
  readonly language: PageLanguage;
  readonly state: ViewState;
  send(message: PanelMessage): void;
}

/** The curves of the containers that are watched, small multiples that move together. */
export class MemoryPart {
  readonly element: HTMLElement;
  readonly #options: MemoryPartOptions;
  readonly #cards = new Map<string, ChartCard>();
  readonly #grid = element('div', { className: 'charts' });
  readonly #empty = element('div', { className: 'empty' });
  readonly #range: SharedRange;
  readonly #toolbar: MemoryToolbar;
  #palette: Palette = readPalette();
  readonly #sight: IntersectionObserver;
  /** What is seen and not drawn as it is now. */
  readonly #due = new Set<ChartCard>();
  #selected: string | null = null;
  #frame: number | null = null;

  constructor(options: MemoryPartOptions) {
    this.#options = options;
    const { language, state, send } = options;
    this.#range = new SharedRange(state.value.window, () => {
      state.change({ window: this.#range.window, still: this.#range.still });
      this.draw();
    });
    if (state.value.still !== null) this.#range.zoomTo(state.value.still);
    this.#toolbar = new MemoryToolbar({
      language,
      range: this.#range,
      state,
      onStyle: () => this.draw(),
      onPin: () => send({ type: 'action', action: 'pin-pods' }),
    });
    const pin = createButton({
      label: language.texts.pinPods,
      primary: true,
      onClick: () => send({ type: 'action', action: 'pin-pods' }),
    });
    this.#empty.append(
      element('h2', { text: language.texts.memoryEmptyTitle }),
      element('p', { text: language.texts.memoryEmptyText }),
      element('div', { className: 'buttons', children: [pin.element] }),
    );
    this.element = element('section', {
      className: 'memory',
      attributes: { 'aria-label': language.texts.tabMemory },
      children: [this.#toolbar.element, this.#grid, this.#empty],
    });
    this.#sight = new IntersectionObserver((entries) => this.#look(entries), {
      root: this.element,
      rootMargin: NEAR,
    });
    this.#grid.addEventListener('keydown', (event) => this.#onKey(event));
    this.#grid.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
    onThemeChange(() => {
      this.#palette = readPalette();
      this.draw();
    });
  }

  get isEmpty(): boolean {
    return this.#cards.size === 0;
  }

  reset({ charts, selected }: MemorySnapshot): void {
    for (const key of this.#cards.keys()) this.#remove(key);
    for (const chart of charts) this.#add(new ChartCard(this.#cardOptions(chart)), chart.key);
    this.#selected = selected;
    this.draw();
  }

  take(delta: MemoryDelta): void {
    if (delta.heads !== undefined) this.#takeHeads(delta);
    for (const [key, points] of Object.entries(delta.points ?? {})) this.#cards.get(key)?.append(points);
    for (const [key, marks] of Object.entries(delta.marks ?? {})) this.#cards.get(key)?.mark(marks);
    if (delta.selected !== undefined) this.#selected = delta.selected;
    this.draw();
  }

  /** Draws what is seen from the next frame on, however often it is asked. */
  draw(): void {
    for (const card of this.#cards.values()) this.#due.add(card);
    this.#schedule();
  }

  #schedule(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#drawFrame();
    });
  }

  #drawFrame(): void {
    this.element.classList.toggle('is-empty', this.isEmpty);
    this.#toolbar.draw();
    const { asTable } = this.#options.state.value;
    const until = performance.now() + FRAME_BUDGET_MS;
    for (const card of this.#due) {
      if (!card.isSeen) continue;
      if (performance.now() > until) {
        this.#schedule();
        return;
      }
      this.#due.delete(card);
      card.draw(this.#selected, asTable);
    }
  }

  /** What comes into sight is drawn, if it has changed since it was. */
  #look(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      for (const card of this.#cards.values()) if (card.element === target) card.isSeen = isIntersecting;
    }
    this.#schedule();
  }

  #takeHeads({ heads = [] }: MemoryDelta): void {
    const keys = new Set(heads.map(({ key }) => key));
    for (const key of this.#cards.keys()) if (!keys.has(key)) this.#remove(key);
    const noPoints = { times: [], workingSet: [], usage: [], rss: [], cache: [] };
    for (const head of heads) {
      const known = this.#cards.get(head.key);
      known?.take(head);
      if (known === undefined) {
        this.#add(new ChartCard(this.#cardOptions({ ...head, points: noPoints, marks: [] })), head.key);
      }
    }
    const inOrder = heads.map(({ key }) => this.#cards.get(key)?.element).filter((one) => one !== undefined);
    if (inOrder.some((one, index) => this.#grid.children[index] !== one)) this.#grid.append(...inOrder);
  }

  #add(card: ChartCard, key: string): void {
    this.#cards.set(key, card);
    this.#grid.append(card.element);
    this.#sight.observe(card.element);
  }

  #remove(key: string): void {
    const card = this.#cards.get(key);
    if (card === undefined) return;
    this.#sight.unobserve(card.element);
    this.#due.delete(card);
    this.#cards.delete(key);
    card.destroy();
  }

  #cardOptions(chart: CardOptions['chart']): CardOptions {
    const { language, send, state } = this.#options;
    return {
      chart,
      language,
      range: this.#range,
      palette: () => this.#palette,
      style: () => state.value,
      extent: () => this.#extent(),
      onResize: (card) => {
        this.#due.add(card);
        this.#schedule();
      },
      onSelect: (key) => send({ type: 'select', key }),
      onUnpin: (pod) => send({ type: 'unpin', pod }),
    };
  }

  /** From the first to the last point of all charts, s since 1970. */
  #extent(): TimeRange {
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    for (const { data } of this.#cards.values()) {
      from = Math.min(from, data.times[0] ?? from);
      to = Math.max(to, data.lastTime ?? to);
    }
    const now = Date.now() / 1000;
    return Number.isFinite(from) && Number.isFinite(to) ? { from, to } : { from: now - 60, to: now };
  }

  #shown(): TimeRange {
    const { from, to } = this.#extent();
    return this.#range.resolve(from, to);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target instanceof HTMLTableElement) return;
    const shown = this.#shown();
    switch (event.key) {
      case 'ArrowLeft':
        this.#range.pan(-0.2, shown);
        break;
      case 'ArrowRight':
        this.#range.pan(0.2, shown);
        break;
      case '+':
      case '=':
        this.#range.zoom(0.5, shown);
        break;
      case '-':
        this.#range.zoom(2, shown);
        break;
      case '0':
      case 'Escape':
        this.#range.follow();
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  /** With Ctrl (or a pinch) the wheel zooms, with Shift (or sideways) it pans, otherwise it scrolls as always. */
  #onWheel(event: WheelEvent): void {
    const over = event.target instanceof Element ? event.target.closest<HTMLElement>('.u-over') : null;
    if (over === null) return;
    const box = over.getBoundingClientRect();
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (event.ctrlKey) {
      this.#range.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.#shown(), (event.clientX - box.left) / box.width);
    } else if (sideways !== 0) {
      this.#range.pan(sideways / box.width, this.#shown());
    } else {
      return;
    }
    event.preventDefault();
  }
}
