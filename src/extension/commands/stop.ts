import * as vscode from 'vscode';
import type { Lab } from '../../lab/types.js';
import { Commands } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import { isActive } from '../present/experiments.js';
import { stopText } from '../present/stop-report.js';
import { listen } from '../session.js';
import { chooseExperiments } from './experiment-choice.js';
import { connected, tellFailure } from './failures.js';
import type { CommandHost } from './host.js';

/** How long the status bar says that a stop went well, ms. */
const TOLD_MS = 8000;
/** How long after a stop that failed it may take until the reason is told, ms. */
const HANG_TOLD_MS = 5000;

/** Stops the experiment that is named, or those of the Pods that were clicked or selected, or the one picked from a list. */
export async function stop(host: CommandHost, argument: unknown, selected: unknown): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const keys = await chooseExperiments(host, lab, argument, selected, {
    offers: isActive,
    none: vscode.l10n.t('No experiment is running here.'),
    question: vscode.l10n.t('Which experiments should stop?'),
  });
  await Promise.all(keys.map((key) => stopOne(host, lab, key)));
}

async function stopOne(host: CommandHost, lab: Lab, key: string): Promise<void> {
  const context = lab.connection.get().context ?? '';
  try {
    const report = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Podstress: stopping {0} in {1}', key, context),
      },
      () => lab.stop(key),
    );
    const { text, kind } = stopText(key, report, host.language);
    host.log.info(text);
    if (kind === 'clean') vscode.window.setStatusBarMessage(`$(check) ${text}`, TOLD_MS);
    else if (kind === 'unknown') void vscode.window.showInformationMessage(text);
    else await tellLeft(text);
  } catch (error) {
    const what = vscode.l10n.t('{0} was not stopped in {1}', key, context);
    if (!(await hangs(lab, key))) return tellFailure(host, what, error);
    host.log.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    await vscode.commands.executeCommand(Commands.explainHang, key);
  }
}

/** Whether its deletion hangs: what holds it is told a moment after the stop has given up. */
async function hangs(lab: Lab, key: string): Promise<boolean> {
  const find = () => lab.experiments.get().find((one) => one.key === key);
  const scope = new DisposableList();
  const told = new Promise<void>((resolve) => {
    listen(scope, lab.experiments, () => {
      const view = find();
      if (view?.phase !== 'stopping' || view.hang !== null) resolve();
    });
    const patience = setTimeout(resolve, HANG_TOLD_MS);
    scope.defer(() => clearTimeout(patience));
  });
  await told;
  scope.dispose();
  return (find()?.hang ?? null) !== null;
}

async function tellLeft(text: string): Promise<void> {
  const panel = vscode.l10n.t('Memory panel');
  const chosen = await vscode.window.showWarningMessage(text, panel);
  if (chosen === panel) await vscode.commands.executeCommand(Commands.openMemoryPanel);
}
