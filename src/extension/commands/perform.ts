import * as vscode from 'vscode';
import type { Lab } from '../../lab/types.js';
import { isSandbox } from '../present/connection.js';
import { kubectlApply } from '../present/kubectl.js';
import { type Injection, inPlace } from '../present/review.js';
import { confirmInject } from '../settings.js';
import { tellFailure } from './failures.js';
import type { CommandHost } from './host.js';
import { isRefused, judge, mayInject } from './injection-gate.js';
import { review } from './review.js';

/**
 * The one way to inject: checks what guards the cluster, asks where the settings want it, injects, and shows the kills where a
 * limit will be passed.
 *
 * @param isReviewed the user has just read what will happen and said so.
 */
export async function perform(
  host: CommandHost,
  lab: Lab,
  injections: readonly Injection[],
  isReviewed: boolean,
): Promise<void> {
  if (isRefused(host, lab, injections)) return;
  if (!isReviewed && !(await isWanted(host, lab, injections))) return;
  if (!(await mayInject(host, lab, injections))) return;
  if (injections.some(({ forecast }) => forecast?.outcome === 'exceeds')) await host.panel.reveal('kills');
  for (const injection of injections) await injectOne(host, lab, injection);
}

/** Puts the command that would do the same onto the clipboard. */
export async function copyCommand(
  host: CommandHost,
  lab: Lab,
  injections: readonly Injection[],
): Promise<void> {
  const context = lab.connection.get().context ?? '';
  const command = kubectlApply(injections.map(inPlace), context, host.session.choice?.kubeconfigPath ?? null);
  if (command === null) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t(
        'The name of the context or the path of the kubeconfig holds characters that cannot be pasted safely.',
      ),
    );
    return;
  }
  await vscode.env.clipboard.writeText(command);
  vscode.window.setStatusBarMessage(`$(clippy) ${vscode.l10n.t('The kubectl command is copied')}`, 5_000);
}

async function injectOne(host: CommandHost, lab: Lab, injection: Injection): Promise<void> {
  const { name } = injection.object.metadata;
  const key = `${injection.namespace}/${name}`;
  const context = lab.connection.get().context ?? '';
  const run = (await host.runs()).begin(lab, injection);
  host.panel.watchOwn(key);
  try {
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Podstress: injecting {0} into {1}', name, context),
      },
      () => lab.inject(injection.object, { replace: injection.replaces, file: injection.file }),
    );
    host.own.started(lab, key);
    host.log.info(`Injected ${key} into the context ${context}`);
    run.injected();
  } catch (error) {
    run.discard();
    await tellFailure(host, vscode.l10n.t('{0} was not injected into {1}', name, context), error);
  }
}

async function isWanted(host: CommandHost, lab: Lab, injections: readonly Injection[]): Promise<boolean> {
  const wanted = confirmInject();
  const connection = lab.connection.get();
  if (wanted === 'never' || (wanted === 'outsideSandbox' && isSandbox(connection))) return true;
  const input = {
    injections,
    connection,
    engine: lab.engine.get(),
    cautions: judge(lab, injections).cautions,
    offers: [],
  };
  const answer = await review(input, host.language);
  if (answer === 'back' || answer === 'cancel') return false;
  if (answer.value.action === 'copy') await copyCommand(host, lab, injections);
  return answer.value.action === 'inject';
}
