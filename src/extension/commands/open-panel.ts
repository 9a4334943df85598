import * as vscode from 'vscode';
import { displayBytes } from '../../core/units/display.js';
import type { PodView } from '../../lab/types.js';
import { experimentOf, targetsOf } from '../lens/model.js';
import { worldOf } from '../lens/world.js';
import { isExperimentNode } from './experiment-choice.js';
import { isTargetNode, podKeysOf } from './experiment-pods.js';
import { connected } from './failures.js';
import type { CommandHost } from './host.js';
import { chooseManifest, isManifestArgument, type ManifestArgument } from './manifest-choice.js';
import { nodesOf } from './tree-nodes.js';

/**
 * Shows the curves of the Pods that were clicked, or of those picked from a list where nothing was.
 * @param selection all selected rows of the tree, where several are.
 */
export async function openPanel(host: CommandHost, argument: unknown, selection: unknown): Promise<void> {
  if (isManifestArgument(argument)) return openForManifest(host, argument);
  if (isTargetNode(argument)) return host.panel.pin([argument.target.split('/').slice(0, 2).join('/')]);
  if (isExperimentNode(argument)) return openForExperiment(host, argument.experiment);
  const clicked = clickedPods(host, argument, selection);
  if (clicked.length > 0) return host.panel.pin(clicked);
  const lab = await connected(host);
  if (lab === null) return;
  const picked = await vscode.window.showQuickPick(
    lab.pods.get().map((pod) => item(pod, host)),
    {
      canPickMany: true,
      matchOnDescription: true,
      placeHolder: vscode.l10n.t('Whose memory should the panel show?'),
    },
  );
  if (picked === undefined) return;
  if (picked.length === 0) await host.panel.reveal('memory');
  else await host.panel.pin(picked.map(({ key }) => key));
}

async function openForExperiment(host: CommandHost, key: string): Promise<void> {
  const lab = await connected(host);
  const pods = lab === null ? [] : podKeysOf(lab, [key]);
  if (pods.length === 0) await host.panel.reveal('memory');
  else await host.panel.pin(pods);
}

/** The Pods that the experiment of a manifest stresses, or those that it would stress. */
async function openForManifest(host: CommandHost, argument: ManifestArgument): Promise<void> {
  const choice = await chooseManifest(host, argument);
  if (choice === null || (await connected(host)) === null) return;
  const manifest = choice.read();
  const world = worldOf(host.session);
  const experiment = manifest === null ? undefined : experimentOf(manifest, world);
  const stressed = world.pods.filter(({ experiments }) => experiments.includes(experiment?.key ?? ''));
  const targets = manifest === null ? null : targetsOf(manifest, world);
  const pods = stressed.length > 0 ? stressed : (targets?.candidates ?? []).map(({ pod }) => pod);
  if (pods.length === 0) await host.panel.reveal('memory');
  else await host.panel.pin(pods.map(({ key }) => key));
}

function clickedPods(host: CommandHost, argument: unknown, selection: unknown): readonly string[] {
  const nodes = argument === undefined ? [] : nodesOf(host, argument, selection);
  const keys = nodes.map((node) => host.pods.pod(node)?.key).filter((key) => key !== undefined);
  return [...new Set(keys)];
}

function item(pod: PodView, { language }: CommandHost): vscode.QuickPickItem & { readonly key: string } {
  const { workingSetBytes } = pod;
  return {
    key: pod.key,
    label: pod.name,
    description: pod.namespace,
    ...(workingSetBytes === null ? {} : { detail: displayBytes(workingSetBytes, language.locale) }),
  };
}
