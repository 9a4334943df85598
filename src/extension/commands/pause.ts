import * as vscode from 'vscode';
import { canPause } from '../present/experiments.js';
import { chooseExperiments } from './experiment-choice.js';
import { connected, tellFailure } from './failures.js';
import type { CommandHost } from './host.js';

/** Takes the stress of experiments away and keeps them; their durations go on. */
export async function pause(host: CommandHost, argument: unknown, selected: unknown): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const keys = await chooseExperiments(host, lab, argument, selected, {
    offers: canPause,
    none: vscode.l10n.t('No experiment can be paused here.'),
    question: vscode.l10n.t('Which experiments should pause?'),
  });
  await Promise.all(
    keys.map((key) =>
      act(host, {
        doing: vscode.l10n.t('Podstress: pausing {0}', key),
        failed: vscode.l10n.t('{0} was not paused', key),
        run: () => lab.pause(key),
      }),
    ),
  );
}

/** Stresses the containers of paused experiments again. */
export async function resume(host: CommandHost, argument: unknown, selected: unknown): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const keys = await chooseExperiments(host, lab, argument, selected, {
    offers: ({ phase }) => phase === 'paused',
    none: vscode.l10n.t('No experiment is paused here.'),
    question: vscode.l10n.t('Which experiments should go on?'),
  });
  await Promise.all(
    keys.map((key) =>
      act(host, {
        doing: vscode.l10n.t('Podstress: resuming {0}', key),
        failed: vscode.l10n.t('{0} was not resumed', key),
        run: () => lab.resume(key),
      }),
    ),
  );
}

async function act(
  host: CommandHost,
  { doing, failed, run }: { readonly doing: string; readonly failed: string; run(): Promise<void> },
): Promise<void> {
  try {
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: doing }, run);
    host.log.info(doing);
  } catch (error) {
    await tellFailure(host, failed, error);
  }
}
