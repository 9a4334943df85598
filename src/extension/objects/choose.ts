import * as vscode from 'vscode';
import type { ContainerRef, Lab, PodView } from '../../lab/types.js';
import type { CommandHost } from '../commands/host.js';
import type { PodsNode } from '../views/pods-model.js';

/** The Pod that was clicked, or the one picked from a list; null where nobody picked. */
export async function choosePod(host: CommandHost, lab: Lab, argument: unknown): Promise<PodView | null> {
  const clicked = isNode(argument) ? host.pods.pod(argument) : undefined;
  if (clicked !== undefined) return clicked;
  const pods = lab.pods.get();
  if (pods.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There is no Pod in this cluster that you can see.'),
    );
    return null;
  }
  const picked = await vscode.window.showQuickPick(
    pods.map((pod) => ({ label: pod.name, description: pod.namespace, detail: pod.phase, pod })),
    { placeHolder: vscode.l10n.t('Which Pod?'), matchOnDescription: true },
  );
  return picked?.pod ?? null;
}

/** The container that was clicked, the only one of the Pod, or the one picked from a list. */
export async function chooseContainer(
  host: CommandHost,
  lab: Lab,
  argument: unknown,
): Promise<ContainerRef | null> {
  const pod = await choosePod(host, lab, argument);
  if (pod === null) return null;
  const { namespace, name } = pod;
  const ref = (container: string): ContainerRef => ({ namespace, pod: name, container });
  if (isNode(argument) && 'container' in argument) return ref(argument.container);
  const [only, ...others] = pod.containers;
  if (only !== undefined && others.length === 0) return ref(only.name);
  const picked = await vscode.window.showQuickPick(
    pod.containers.map((container) => ({ label: container.name, description: container.state })),
    { placeHolder: vscode.l10n.t('Which container of {0}?', name) },
  );
  return picked === undefined ? null : ref(picked.label);
}

function isNode(argument: unknown): argument is PodsNode {
  return typeof argument === 'object' && argument !== null && 'kind' in argument && 'id' in argument;
}
