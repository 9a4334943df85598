import type { PanelAction, PanelStatus } from '../../src/protocol/panel/status.js';
import { element, fill } from '../dom.js';
import { createButton } from '../toolkit.js';
import type { PageLanguage } from './language.js';

/** Why there are no kills to see, and what to do next. */
interface StatePage {
  readonly key: string;
  readonly title: string;
  readonly text: string;
  /** The first is the one to try first. */
  readonly actions: readonly { readonly label: string; readonly action: PanelAction }[];
}

/** The page that stands where no kill is listed. */
export class EmptyState {
  readonly element = element('section', { className: 'empty' });
  readonly #language: PageLanguage;
  readonly #onAction: (action: PanelAction) => void;
  #drawn = '';

  constructor(language: PageLanguage, onAction: (action: PanelAction) => void) {
    this.#language = language;
    this.#onAction = onAction;
  }

  draw(status: PanelStatus): void {
    const page = pageOf(status, this.#language);
    const key = `${page.key} ${page.text}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    const buttons = page.actions.map(
      ({ label, action }, index) =>
        createButton({ label, primary: index === 0, onClick: () => this.#onAction(action) }).element,
    );
    this.element.dataset['state'] = page.key;
    this.element.replaceChildren(
      element('div', { className: 'picture', attributes: { 'aria-hidden': 'true' } }),
      element('h2', { text: page.title }),
      element('p', { text: page.text }),
      element('div', { className: 'buttons', children: buttons }),
    );
  }
}

function pageOf(status: PanelStatus, { texts }: PageLanguage): StatePage {
  const reconnect = { label: texts.reconnect, action: 'reconnect' } as const;
  const log = { label: texts.showLog, action: 'show-log' } as const;
  const context = status.context ?? '';
  switch (status.phase) {
    case 'none':
      return {
        key: 'none',
        title: texts.noneTitle,
        text: texts.noneText,
        actions: [{ label: texts.noneAction, action: 'connect' }],
      };
    case 'connecting':
      return { key: 'connecting', title: texts.connectingTitle, text: texts.connectingText, actions: [] };
    case 'failed': {
      const choose = { label: texts.chooseKubeconfig, action: 'choose-kubeconfig' } as const;
      const first = status.nextStep === choose.action ? [choose, reconnect] : [reconnect, choose];
      const actions = [...first, log];
      return { key: 'failed', title: texts.failedTitle, text: status.detail ?? '', actions };
    }
    default:
  }
  if (status.nodes.some(({ state }) => state === 'live')) {
    return {
      key: 'no-kills',
      title: texts.emptyTitle,
      text: fill(texts.emptyText, context),
      actions: [{ label: texts.emptyAction, action: 'show-pods' }],
    };
  }
  if (status.nodes.some(({ state }) => state === 'connecting')) {
    return {
      key: 'agent-connecting',
      title: texts.agentConnectingTitle,
      text: texts.agentConnectingText,
      actions: [],
    };
  }
  return {
    key: 'no-agent',
    title: texts.agentTitle,
    text: fill(texts.agentText, context),
    actions: [{ label: texts.installAgentAction, action: 'install-agent' }, reconnect, log],
  };
}
