import * as vscode from 'vscode';
import type { Lab } from '../../lab/types.js';
import { canPause } from '../present/experiments.js';
import { chooseExperiments, type ExperimentQuestion } from './experiment-choice.js';
import { connected, tellFailure } from './failures.js';
import type { CommandHost } from './host.js';

/** What is done to one experiment, and how it is told. */
interface Act {
  readonly doing: string;
  readonly failed: string;
  run(lab: Lab): Promise<void>;
}

/** Takes the stress of experiments away and keeps them; their durations go on. */
export function pause(host: CommandHost, argument: unknown, selected: unknown): Promise<void> {
  const question = {
    offers: canPause,
    none: vscode.l10n.t('No experiment can be paused here.'),
    question: vscode.l10n.t('Which experiments should pause?'),
  };
  return actOnChosen(host, argument, selected, question, (key) => ({
    doing: vscode.l10n.t('Podstress: pausing {0}', key),
    failed: vscode.l10n.t('{0} was not paused', key),
    run: (lab) => lab.pause(key),
  }));
}

/** Stresses the containers of paused experiments again. */
export function resume(host: CommandHost, argument: unknown, selected: unknown): Promise<void> {
  const question: ExperimentQuestion = {
    offers: ({ phase }) => phase === 'paused',
    none: vscode.l10n.t('No experiment is paused here.'),
    question: vscode.l10n.t('Which experiments should go on?'),
  };
  return actOnChosen(host, argument, selected, question, (key) => ({
    doing: vscode.l10n.t('Podstress: resuming {0}', key),
    failed: vscode.l10n.t('{0} was not resumed', key),
    run: (lab) => lab.resume(key),
  }));
}

async function actOnChosen(
  host: CommandHost,
  argument: unknown,
  selected: unknown,
  question: ExperimentQuestion,
  actOf: (key: string) => Act,
): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const keys = await chooseExperiments(host, lab, argument, selected, question);
  await Promise.all(keys.map((key) => act(host, lab, actOf(key))));
}

async function act(host: CommandHost, lab: Lab, { doing, failed, run }: Act): Promise<void> {
  try {
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: doing }, () =>
      run(lab),
    );
    host.log.info(doing);
  } catch (error) {
    await tellFailure(host, failed, error);
  }
}
