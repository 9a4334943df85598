import * as vscode from 'vscode';
import type { Lab } from '../../lab/types.js';
import { plain } from '../present/plain.js';
import { type Restart, restartedTargets, restartText } from '../present/restarts.js';
import { chooseExperiments } from './experiment-choice.js';
import { connected, tellFailure } from './failures.js';
import type { CommandHost, TalkingHost } from './host.js';
import { isRefused } from './injection-gate.js';

/** Asks whether to inject again after a restart, and does so; gives true where that is never to be asked again. */
export async function askReinject(host: TalkingHost, lab: Lab, restart: Restart): Promise<boolean> {
  const again = vscode.l10n.t('Inject Again');
  const never = vscode.l10n.t('Never for This Experiment');
  const chosen = await vscode.window.showWarningMessage(restartText(restart, host.language), again, never);
  if (chosen === again) await reinject(host, lab, restart.key);
  return chosen === never;
}

/** Brings the stress of experiments back into containers that were restarted from under it. */
export async function injectAgain(host: CommandHost, argument: unknown, selected: unknown): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const keys = await chooseExperiments(host, lab, argument, selected, {
    offers: (experiment) => restartedTargets(experiment).length > 0,
    none: vscode.l10n.t('No container was restarted from under an experiment here.'),
    question: vscode.l10n.t('Which experiments should be injected again?'),
  });
  await Promise.all(keys.map((key) => reinject(host, lab, key)));
}

async function reinject(host: TalkingHost, lab: Lab, key: string): Promise<void> {
  const name = plain(key);
  const object = lab.experiments.get().find((experiment) => experiment.key === key)?.object;
  const namespace = key.slice(0, key.indexOf('/'));
  // Rules, Pods and trust may have changed since it was injected.
  if (object !== undefined && isRefused(host, lab, [{ object, namespace }])) return;
  try {
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Podstress: injecting {0} again', name),
      },
      () => lab.reinject(key),
    );
  } catch (error) {
    await tellFailure(host, vscode.l10n.t('{0} was not injected again', name), error);
  }
}
