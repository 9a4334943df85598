import * as vscode from 'vscode';
import { durationMs } from '../../core/units/duration.js';
import type { ContainerView, Lab, PodView } from '../../lab/types.js';
import { explorerTarget } from '../connection/explorer-target.js';
import type { StressTarget } from '../present/container-stress.js';
import { headRoomText } from '../present/forecast.js';
import type { CommandHost } from './host.js';
import { nodesOf } from './tree-nodes.js';

export type StressTargets = readonly [StressTarget, ...StressTarget[]];

const DEFAULT_DURATION = '5m';

/**
 * The containers to stress: those clicked or selected (of a Pod among several its first one, as Chaos Mesh would take), the
 * one picked of a single Pod, or one of a Pod that is picked. Null where the user changed their mind.
 */
export async function chooseTargets(
  host: CommandHost,
  lab: Lab,
  clicked: unknown,
  selected: unknown,
): Promise<StressTargets | null> {
  const theirs = await explorerTarget(lab, clicked);
  if (theirs === 'elsewhere') return null;
  const nodes = theirs === null && clicked !== undefined ? nodesOf(host, clicked, selected) : [];
  const chosen = nodes.filter(({ kind }) => kind === 'pod' || kind === 'container');
  if (chosen.length > 1) {
    const targets = new Map<string, StressTarget>();
    for (const node of chosen) {
      const pod = host.pods.pod(node);
      const name = node.kind === 'container' ? node.container : pod?.containers[0]?.name;
      const container = pod?.containers.find((one) => one.name === name);
      if (pod !== undefined && container !== undefined)
        targets.set(`${pod.key}/${container.name}`, { pod, container });
    }
    const [first, ...others] = targets.values();
    return first === undefined ? null : [first, ...others];
  }
  const [node] = chosen;
  const pod = theirs ?? (node === undefined ? await pickPod(lab) : host.pods.pod(node));
  if (pod === undefined) return null;
  const container =
    node?.kind === 'container'
      ? pod.containers.find(({ name }) => name === node.container)
      : await pickContainer(host, pod);
  return container === undefined ? null : [{ pod, container }];
}

/** `web-1/app`, or how many there are. */
export function targetsTitle(targets: StressTargets): string {
  const [{ pod, container }] = targets;
  return targets.length === 1
    ? `${pod.name}/${container.name}`
    : vscode.l10n.t('{0} containers', targets.length);
}

/** Tells that one object cannot stress what was selected without stressing more. */
export function tellNotExact(): void {
  void vscode.window.showErrorMessage(
    vscode.l10n.t(
      'One experiment has the same container names for all of its Pods, so this selection would stress more than was selected. Select containers of one name.',
    ),
  );
}

/** @param step what the title says of the steps, e.g. `2/2`. */
export function askDuration(title: string, step: string): Thenable<string | undefined> {
  return vscode.window
    .showInputBox({
      title: `${title} (${step})`,
      prompt: vscode.l10n.t('For how long, e.g. 30s, 5m or 1h30m. The stress ends by itself then.'),
      value: DEFAULT_DURATION,
      ignoreFocusOut: true,
      validateInput: (text) => validateDuration(text.trim()),
    })
    .then((text) => text?.trim());
}

async function pickPod(lab: Lab): Promise<PodView | undefined> {
  const picked = await vscode.window.showQuickPick(
    lab.pods.get().map((pod) => ({ label: pod.name, description: pod.namespace, pod })),
    { placeHolder: vscode.l10n.t('Which Pod?'), matchOnDescription: true },
  );
  return picked?.pod;
}

async function pickContainer(host: CommandHost, pod: PodView): Promise<ContainerView | undefined> {
  if (pod.containers.length <= 1) return pod.containers[0];
  const picked = await vscode.window.showQuickPick(
    pod.containers.map((container) => ({
      label: container.name,
      description: headRoomText(container, host.language),
      container,
    })),
    { placeHolder: vscode.l10n.t('Which container of {0}?', pod.name) },
  );
  return picked?.container;
}

function validateDuration(text: string): string | undefined {
  const milliseconds = durationMs(text);
  if (milliseconds !== null && milliseconds > 0) return undefined;
  return vscode.l10n.t('Write a duration as 30s, 5m or 1h30m.');
}
