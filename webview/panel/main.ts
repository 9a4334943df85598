import 'uplot/dist/uPlot.min.css';
import './page.css';
import './tabs.css';
import './state-page.css';
import './facts.css';
import './kills/grid.css';
import './kills/kills.css';
import './memory/memory.css';
import { PANEL_PROTOCOL_VERSION, type PanelMessage } from '../../src/protocol/panel/messages.js';
import { isHostMessage } from '../../src/protocol/panel/validate.js';
import { registerToolkit } from '../toolkit.js';
import { PanelPage } from './page.js';
import { type StateKeeper, ViewState } from './view-state.js';

declare function acquireVsCodeApi(): StateKeeper & { postMessage(message: PanelMessage): void };

/** Waits for the first snapshot, then hands every message that is one of the protocol's to the page. */
function start(root: HTMLElement): void {
  registerToolkit();
  const host = acquireVsCodeApi();
  const state = new ViewState(host);
  const send = (message: PanelMessage) => host.postMessage(message);
  let page: PanelPage | null = null;
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!isHostMessage(data)) return;
    if (page !== null) page.take(data);
    else if (data.type === 'snapshot') page = new PanelPage({ root, snapshot: data, state, send });
  });
  send({ type: 'ready', version: PANEL_PROTOCOL_VERSION });
}

const root = document.getElementById('panel');
if (root !== null) start(root);
