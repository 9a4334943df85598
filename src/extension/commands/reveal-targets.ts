import * as vscode from 'vscode';
import { chooseExperiments } from './experiment-choice.js';
import { isTargetNode, podKeysOf } from './experiment-pods.js';
import { connected } from './failures.js';
import type { CommandHost } from './host.js';

/** How long the Pods stand out, ms. */
const STANDS_OUT_MS = 10_000;

/** Shows the Pods that an experiment acts on in the Pods tree, or the one of the container that was clicked. */
export async function revealTargets(host: CommandHost, argument: unknown, selected: unknown): Promise<void> {
  if (isTargetNode(argument)) {
    const [namespace = '', pod = ''] = argument.target.split('/');
    return host.pods.reveal(namespace, pod);
  }
  const lab = await connected(host);
  if (lab === null) return;
  const keys = await chooseExperiments(host, lab, argument, selected, {
    offers: () => true,
    none: vscode.l10n.t('There is no experiment in this cluster.'),
    question: vscode.l10n.t('Which experiment?'),
  });
  const pods = podKeysOf(lab, keys);
  if (pods.length === 0) {
    if (keys.length > 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('It acts on no Pod that is there now.'));
    }
    return;
  }
  if (pods.length === 1) {
    const [namespace = '', pod = ''] = (pods[0] ?? '').split('/');
    return host.pods.reveal(namespace, pod);
  }
  await host.pods.highlight(pods);
  setTimeout(() => void host.pods.highlight([]), STANDS_OUT_MS);
}
