import type { KillCounts, PanelStatus } from '../../src/protocol/panel/types.js';
import { element, fill } from '../dom.js';
import { type Button, createButton } from '../toolkit.js';
import type { CellLanguage } from './cells.js';
import type { KillList } from './kill-list.js';

export interface HeaderOptions {
  readonly language: CellLanguage;
  onPause(): void;
  onClear(): void;
}

/** The line above the kills: who streams since when, how many kills by evidence, Pause and Clear. */
export class Header {
  readonly element: HTMLElement;
  readonly #language: CellLanguage;
  readonly #connection = element('div', { className: 'connection' });
  readonly #counts = element('div', { className: 'counts' });
  readonly #pause: Button;
  readonly #clear: Button;

  constructor({ language, onPause, onClear }: HeaderOptions) {
    this.#language = language;
    this.#pause = createButton({ label: language.texts.pause, onClick: onPause });
    this.#clear = createButton({ label: language.texts.clear, onClick: onClear });
    this.element = element('header', {
      children: [
        this.#connection,
        this.#counts,
        element('div', { className: 'buttons', children: [this.#pause.element, this.#clear.element] }),
      ],
    });
  }

  drawStatus(status: PanelStatus): void {
    const items = [statusItem(status, this.#language), ...nodeItems(status, this.#language)];
    this.#connection.replaceChildren(...items.filter((item) => item !== null));
  }

  drawCounts(list: KillList, counts: KillCounts, dropped: number): void {
    const { texts, locale } = this.#language;
    const number = new Intl.NumberFormat(locale);
    const total = counts.full + counts.bare + counts.counted;
    const items = [
      element('span', {
        className: 'total',
        text: total === 1 ? texts.countKill : fill(texts.countKills, number.format(total)),
        ...(dropped > 0 ? { title: fill(texts.countDropped, number.format(dropped)) } : {}),
      }),
    ];
    const kinds = [
      ['full', texts.evidenceFull, texts.evidenceFullHint],
      ['bare', texts.evidenceBare, texts.evidenceBareHint],
      ['counted', texts.evidenceCounted, texts.evidenceCountedHint],
    ] as const;
    for (const [kind, text, title] of kinds) {
      if (counts[kind] === 0) continue;
      items.push(
        element('span', {
          className: `count evidence-${kind}`,
          text: `${number.format(counts[kind])} ${text}`,
          title,
        }),
      );
    }
    this.#counts.replaceChildren(...(total === 0 ? [] : items));
    this.#pause.setLabel(
      !list.paused
        ? texts.pause
        : list.waiting === 0
          ? texts.resume
          : fill(texts.resumeNew, number.format(list.waiting)),
    );
    this.#pause.setDisabled(total === 0 && !list.paused);
    this.#clear.setDisabled(total === 0);
  }
}

function statusItem(status: PanelStatus, language: CellLanguage): HTMLElement | null {
  const { texts } = language;
  const words = {
    none: null,
    connecting: texts.phaseConnecting,
    live: texts.phaseLive,
    stale: fill(texts.phaseStale, clock(status.since, language)),
    failed: texts.phaseFailed,
  }[status.phase];
  if (words === null) return null;
  const text = status.context === null ? words : `${status.context} · ${words}`;
  return dotted(status.phase === 'live' ? 'live' : status.phase, text, status.detail);
}

/** The nodes that stream in one item, and each that does not in one of its own. */
function nodeItems(status: PanelStatus, language: CellLanguage): HTMLElement[] {
  const { texts, locale } = language;
  const items: HTMLElement[] = [];
  const live = status.nodes.filter(({ state }) => state === 'live');
  const first = live[0];
  if (first !== undefined) {
    const since =
      live
        .map(({ since: at }) => at)
        .sort()
        .at(-1) ?? first.since;
    const text =
      live.length === 1
        ? fill(texts.nodeLive, first.node, clock(since, language))
        : fill(texts.nodesLive, new Intl.NumberFormat(locale).format(live.length), clock(since, language));
    items.push(dotted('live', text, live.map(({ node }) => node).join('\n')));
  }
  for (const node of status.nodes) {
    if (node.state === 'connecting')
      items.push(dotted('connecting', fill(texts.nodeConnecting, node.node), node.detail));
    if (node.state === 'lost') {
      items.push(dotted('failed', fill(texts.nodeLost, node.node, clock(node.since, language)), node.detail));
    }
    if (node.state === 'live' && node.kernelLog === false) {
      items.push(dotted('stale', fill(texts.nodeCountsOnly, node.node), null));
    }
    if (node.lost > 0) {
      const lost = new Intl.NumberFormat(locale).format(node.lost);
      items.push(dotted('stale', fill(texts.nodeGaps, node.node, lost), null));
    }
  }
  return items;
}

function dotted(kind: string, text: string, title: string | null): HTMLElement {
  return element('span', {
    className: `state ${kind}`,
    ...(title === null ? {} : { title }),
    children: [
      element('span', { className: 'dot', attributes: { 'aria-hidden': 'true' } }),
      element('span', { text }),
    ],
  });
}

function clock(time: string | null, { locale }: CellLanguage): string {
  if (time === null) return '';
  return new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' }).format(new Date(time));
}
