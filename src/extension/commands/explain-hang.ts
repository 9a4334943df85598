import * as vscode from 'vscode';
import type { ExperimentHang, ForceStep, Lab } from '../../lab/types.js';
import { DisposableList } from '../disposables.js';
import { formatSpan } from '../present/experiments.js';
import { forceStepText, hangReason, hangRows } from '../present/hang.js';
import { plain } from '../present/plain.js';
import { listen } from '../session.js';
import { chooseExperiments } from './experiment-choice.js';
import { connected, tellFailure } from './failures.js';
import type { CommandHost } from './host.js';

interface Item extends vscode.QuickPickItem {
  readonly step?: ForceStep;
  /** `namespace/pod/container`. */
  readonly target?: string;
}

/** Shows what holds a deletion, and takes the steps out of it that the user chooses, each after a question of its own. */
export async function explainHang(host: CommandHost, argument: unknown, selected: unknown): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const [key] = await chooseExperiments(host, lab, argument, selected, {
    offers: ({ hang }) => hang !== null,
    none: vscode.l10n.t('No deletion hangs.'),
    question: vscode.l10n.t('Which deletion should be explained?'),
  });
  if (key === undefined) return;
  for (;;) {
    const item = await pickStep(host, lab, key);
    if (item?.target !== undefined) {
      const [namespace = '', pod = ''] = item.target.split('/');
      return host.pods.reveal(namespace, pod);
    }
    if (item?.step === undefined) return;
    if (await confirmed(host, key, item.step)) await take(host, lab, key, item.step);
  }
}

/** Lists records, finalizers and steps as long as the list is open and the deletion hangs. */
async function pickStep(host: CommandHost, lab: Lab, key: string): Promise<Item | undefined> {
  const scope = new DisposableList();
  const pick = scope.add(vscode.window.createQuickPick<Item>());
  pick.title = vscode.l10n.t('Why {0} is still being deleted', plain(key));
  pick.matchOnDetail = true;
  pick.matchOnDescription = true;
  pick.keepScrollPosition = true;
  pick.ignoreFocusOut = true;
  try {
    return await new Promise<Item | undefined>((resolve) => {
      let drawn = '';
      scope.add(pick.onDidHide(() => resolve(undefined)));
      scope.add(
        pick.onDidAccept(() => {
          const [item] = pick.activeItems;
          if (item?.step !== undefined || item?.target !== undefined) resolve(item);
        }),
      );
      const draw = () => {
        const hang = lab.experiments.get().find((one) => one.key === key)?.hang ?? null;
        if (hang === null) return over(host, lab, key, () => resolve(undefined));
        const text = JSON.stringify(hang);
        pick.placeholder = headline(hang, host);
        if (text === drawn) return;
        drawn = text;
        pick.items = itemsOf(hang, host);
      };
      listen(scope, lab.experiments, draw);
      const clock = setInterval(draw, 1000);
      scope.defer(() => clearInterval(clock));
      pick.show();
    });
  } finally {
    scope.dispose();
  }
}

/** The deletion hangs no more: it is done, or goes on. */
function over(host: CommandHost, lab: Lab, key: string, close: () => void): void {
  const isGone = !lab.experiments.get().some((one) => one.key === key);
  const text = isGone
    ? vscode.l10n.t('{0} is gone.', plain(key))
    : vscode.l10n.t('The deletion of {0} does not hang.', plain(key));
  host.log.info(text);
  void vscode.window.showInformationMessage(text);
  close();
}

function headline(hang: ExperimentHang, { language }: CommandHost): string {
  const since = Date.parse(hang.since);
  const reason = hangReason(hang, language);
  return Number.isNaN(since)
    ? reason
    : vscode.l10n.t('For {0}: {1}', formatSpan(Date.now() - since, language), reason);
}

function itemsOf(hang: ExperimentHang, { language }: CommandHost): Item[] {
  const separator = (label: string): Item => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const controller = {
    true: vscode.l10n.t('Chaos Mesh’s controller is ready'),
    false: vscode.l10n.t('Chaos Mesh’s controller does not run'),
    null: vscode.l10n.t('Whether Chaos Mesh’s controller runs is not known'),
  }[`${hang.controllerReady}`];
  return [
    separator(vscode.l10n.t('what can be done, the harmless first')),
    ...hang.steps.map((step): Item => {
      const { title, brief, harmful } = forceStepText(step, language);
      return { label: `$(${harmful ? 'warning' : 'debug-rerun'}) ${title}`, detail: brief, step };
    }),
    separator(vscode.l10n.t('what holds it')),
    { label: `$(${hang.controllerReady === false ? 'error' : 'server-process'}) ${controller}` },
    ...hangRows(hang, language).map(
      (row): Item => ({
        label: `$(${row.held ? 'error' : 'pass'}) ${row.target}`,
        detail: row.state,
        target: row.target,
      }),
    ),
    ...hang.finalizers.map(
      (name): Item => ({
        label: `$(lock) ${plain(name)}`,
        description: vscode.l10n.t('finalizer'),
      }),
    ),
  ];
}

async function confirmed(host: CommandHost, key: string, step: ForceStep): Promise<boolean> {
  const { title, risk } = forceStepText(step, host.language);
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0}: {1}?', plain(key), title),
    { modal: true, detail: risk },
    title,
  );
  return chosen === title;
}

async function take(host: CommandHost, lab: Lab, key: string, step: ForceStep): Promise<void> {
  const { title } = forceStepText(step, host.language);
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: `Podstress: ${title}: ${plain(key)}` },
      () => lab.force(key, step),
    );
    host.log.info(`${title}: ${key}`);
  } catch (error) {
    await tellFailure(host, `${title}: ${plain(key)}`, error);
  }
}
