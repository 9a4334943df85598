import './kills.css';
import './grid.css';
import './empty-state.css';
import { PANEL_PROTOCOL_VERSION, type PanelMessage } from '../../src/protocol/panel/types.js';
import { isHostMessage } from '../../src/protocol/panel/validate.js';
import { registerToolkit } from '../toolkit.js';
import { KillsPanel } from './panel.js';

declare function acquireVsCodeApi(): { postMessage(message: PanelMessage): void };

/** Waits for the first snapshot, then hands every message that is one of the protocol's to the panel. */
function start(root: HTMLElement): void {
  registerToolkit();
  const host = acquireVsCodeApi();
  const send = (message: PanelMessage) => host.postMessage(message);
  let panel: KillsPanel | null = null;
  window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!isHostMessage(data)) return;
    if (panel !== null) panel.take(data);
    else if (data.type === 'snapshot') panel = new KillsPanel(root, data, send);
  });
  send({ type: 'ready', version: PANEL_PROTOCOL_VERSION });
}

const root = document.getElementById('kills');
if (root !== null) start(root);
