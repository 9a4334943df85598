import * as vscode from 'vscode';
import type { Lab, LabErrorKind } from '../../lab/types.js';
import { commandOf } from '../connection/steps.js';
import { Commands } from '../contributions.js';
import { connectionSteps, stepText } from '../present/connection-status.js';
import { failureText, labErrorKind, nextStep } from '../present/errors.js';
import type { Language } from '../present/localizer.js';
import { messageOf } from '../session.js';
import type { TalkingHost } from './host.js';

/** The lab when it is live; otherwise tells why it is not, with a next step, and gives null. */
export async function connected(host: TalkingHost): Promise<Lab | null> {
  const { session, language } = host;
  const lab = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Podstress: connecting') },
    () => session.ready(),
  );
  if (lab !== null) return lab;
  const state = session.state;
  const why =
    state.phase === 'failed'
      ? `${failureText(state.failure, language)} ${state.detail}`
      : vscode.l10n.t('The cluster did not answer in time.');
  const steps = connectionSteps(state).map((step) => ({ title: stepText(step, language), step }));
  const chosen = await vscode.window.showErrorMessage(why, ...steps);
  if (chosen !== undefined) {
    const { command, arguments: args = [] } = commandOf(chosen.step);
    await vscode.commands.executeCommand(command, ...args);
  }
  return null;
}

/** Tells that an action failed: what, the server's own text, and what to do next. */
export async function tellFailure(
  host: TalkingHost,
  what: string,
  error: unknown,
  step: (kind: LabErrorKind | null, language: Language) => string = nextStep,
): Promise<void> {
  host.log.error(`${what}: ${messageOf(error)}`);
  const kind = labErrorKind(error);
  const log = vscode.l10n.t('Show Log');
  const reconnect = vscode.l10n.t('Reconnect');
  const lost = kind === 'unreachable' || kind === 'not-connected' || kind === 'not-found';
  const chosen = await vscode.window.showErrorMessage(
    `${what}: ${messageOf(error)} ${step(kind, host.language)}`,
    ...(lost ? [reconnect] : []),
    log,
  );
  if (chosen === log) host.log.show(true);
  if (chosen === reconnect) await vscode.commands.executeCommand(Commands.reconnect);
}
