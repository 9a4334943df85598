import { isSingular } from '../../src/core/units/plural.js';
import type { PanelAction, PanelStatus } from '../../src/protocol/panel/status.js';
import { element, fill } from '../dom.js';
import { clock, type PageLanguage, wholeNumber } from './language.js';

/** The line at the top: to what the page is connected, which nodes stream since when, and what is missing. */
export class Header {
  readonly element: HTMLElement;
  readonly #language: PageLanguage;
  readonly #connection = element('div', { className: 'connection' });
  readonly #onAction: (action: PanelAction) => void;

  constructor(language: PageLanguage, tabs: HTMLElement, onAction: (action: PanelAction) => void) {
    this.#language = language;
    this.#onAction = onAction;
    this.element = element('header', { children: [tabs, this.#connection] });
  }

  draw(status: PanelStatus): void {
    const items = [
      statusItem(status, this.#language),
      ...nodeItems(status, this.#language),
      missingItem(status, this.#language, this.#onAction),
    ];
    this.#connection.replaceChildren(...items.filter((item) => item !== null));
  }
}

/** Nodes without an agent in one item, with the way to mend it. */
function missingItem(
  { nodes }: PanelStatus,
  { texts, locale }: PageLanguage,
  onAction: (action: PanelAction) => void,
): HTMLElement | null {
  const missing = nodes.filter(({ state }) => state === 'missing');
  const [first] = missing;
  if (first === undefined) return null;
  const text =
    missing.length === 1
      ? fill(texts.nodeMissing, first.node)
      : fill(texts.nodesMissing, wholeNumber(missing.length, locale));
  const item = dotted('stale', text, missing.map(({ node }) => node).join('\n'));
  const install = element('button', {
    className: 'link',
    text: texts.installAgent,
    attributes: { type: 'button' },
  });
  install.addEventListener('click', () => onAction('install-agent'));
  item.append(install);
  return item;
}

function statusItem(status: PanelStatus, language: PageLanguage): HTMLElement | null {
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
function nodeItems(status: PanelStatus, language: PageLanguage): HTMLElement[] {
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
        : fill(texts.nodesLive, wholeNumber(live.length, locale), clock(since, language));
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
      const text = isSingular(node.lost, locale) ? texts.nodeGap : texts.nodeGaps;
      items.push(dotted('stale', fill(text, node.node, wholeNumber(node.lost, locale)), null));
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
