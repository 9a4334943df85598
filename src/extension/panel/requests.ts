import * as vscode from 'vscode';
import type { PanelAction } from '../../protocol/panel/status.js';
import { Commands, Views } from '../contributions.js';
import type { Session } from '../session.js';
import type { PageHost, PageRequest } from './page-host.js';

/** What a page's requests lead to. */
export interface RequestContext {
  readonly session: Session;
  revealPod(namespace: string, pod: string): Promise<void>;
}

/** Does what a page asks for. */
export async function perform(request: PageRequest, _page: PageHost, context: RequestContext): Promise<void> {
  switch (request.type) {
    case 'reveal-pod':
      return context.revealPod(request.namespace, request.pod);
    case 'action':
      return act(request.action, context.session);
    default:
      return;
  }
}

async function act(action: PanelAction, session: Session): Promise<void> {
  switch (action) {
    case 'connect':
      return session.open();
    case 'reconnect':
      return run(Commands.reconnect);
    case 'choose-kubeconfig':
      return run(Commands.chooseKubeconfig);
    case 'show-pods':
      return run(`${Views.pods}.focus`);
    case 'install-agent':
      return run(Commands.installAgent);
    case 'show-log':
      return run(Commands.showLog);
    case 'pin-pods':
      return run(Commands.openMemoryPanel);
    case 'open-in-editor':
      return run(Commands.openPanelInEditor);
  }
}

async function run(command: string): Promise<void> {
  await vscode.commands.executeCommand(command);
}
