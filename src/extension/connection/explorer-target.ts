import * as vscode from 'vscode';
import type { Lab, PodView } from '../../lab/types.js';
import { Commands } from '../contributions.js';
import { shortName } from '../present/connection-status.js';
import { explorerPod } from './kubernetes-extension.js';

/**
 * The Pod of our connection that a row of the Kubernetes extension's tree stands for; null where the argument is no such
 * row. `elsewhere`: the Pod is not in the context in use, which the user is told; the tree may well show another
 * cluster, and a Pod of the same name in the wrong one must not be stressed.
 */
export async function explorerTarget(lab: Lab, argument: unknown): Promise<PodView | 'elsewhere' | null> {
  const wanted = await explorerPod(argument);
  if (wanted === null) return null;
  const connection = lab.connection.get();
  const context = connection.context ?? '';
  const own = connection.phase === 'live' || connection.phase === 'stale' ? connection.namespace : undefined;
  const namespace = wanted.namespace ?? own ?? 'default';
  const pod = lab.pods.get().find((one) => one.name === wanted.name && one.namespace === namespace);
  const uid = pod?.pod.metadata.uid;
  if (pod !== undefined && (wanted.uid === null || uid === undefined || wanted.uid === uid)) return pod;
  void tellElsewhere(`${namespace}/${wanted.name}`, context);
  return 'elsewhere';
}

async function tellElsewhere(pod: string, context: string): Promise<void> {
  const choose = vscode.l10n.t('Choose Context…');
  const chosen = await vscode.window.showErrorMessage(
    vscode.l10n.t(
      'Podstress sees no Pod {0} in the context {1}. Does the Kubernetes extension show another cluster?',
      pod,
      shortName(context),
    ),
    choose,
  );
  if (chosen === choose) await vscode.commands.executeCommand(Commands.chooseContext);
}
