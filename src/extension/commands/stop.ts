import * as vscode from 'vscode';
import type { ExperimentView, Lab } from '../../lab/types.js';
import { experimentText, isActive } from '../present/experiments.js';
import type { ExperimentNode } from '../views/experiments-view.js';
import { connected, tellFailure } from './failures.js';
import type { CommandHost } from './host.js';
import { nodesOf } from './tree-nodes.js';

/** Stops the experiment that is named, or those of the Pods that were clicked or selected, or the one picked from a list. */
export async function stop(host: CommandHost, argument: unknown, selected: unknown): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const keys = typeof argument === 'string' ? [argument] : await chosenKeys(host, lab, argument, selected);
  await Promise.all(keys.map((key) => stopOne(host, lab, key)));
}

async function stopOne(host: CommandHost, lab: Lab, key: string): Promise<void> {
  const context = lab.connection.get().context ?? '';
  try {
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Podstress: stopping {0} in {1}', key, context),
      },
      () => lab.stop(key),
    );
    host.log.info(`Stopped ${key}`);
  } catch (error) {
    await tellFailure(host, vscode.l10n.t('{0} was not stopped in {1}', key, context), error);
  }
}

async function chosenKeys(
  host: CommandHost,
  lab: Lab,
  argument: unknown,
  selected: unknown,
): Promise<readonly string[]> {
  const active = lab.experiments.get().filter(isActive);
  const clicked = nodeKeys(host, argument, selected);
  const offered = clicked === null ? active : active.filter(({ key }) => clicked.includes(key));
  if (offered.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No experiment is running here.'));
    return [];
  }
  if (offered.length === 1 && clicked !== null) return offered.map(({ key }) => key);
  const picked = await vscode.window.showQuickPick(
    offered.map((experiment) => item(experiment, host)),
    {
      canPickMany: true,
      placeHolder: vscode.l10n.t('Which experiments should stop?'),
    },
  );
  return picked?.map(({ label }) => label) ?? [];
}

function item(experiment: ExperimentView, host: CommandHost): vscode.QuickPickItem {
  return { label: experiment.key, description: experimentText(experiment, Date.now(), host.language) };
}

/** The experiments that the tree's nodes stand for; null where the argument is none. */
function nodeKeys(host: CommandHost, argument: unknown, selected: unknown): readonly string[] | null {
  if (typeof argument !== 'object' || argument === null || !('kind' in argument)) return null;
  if (argument.kind === 'experiment') return [(argument as ExperimentNode).key];
  return [
    ...new Set(nodesOf(host, argument, selected).flatMap((node) => host.pods.pod(node)?.experiments ?? [])),
  ];
}
