import * as vscode from 'vscode';
import type { ChosenConnection } from '../connection/source.js';
import { Commands, Settings } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import type { Objects } from '../objects.js';
import { messageOf } from '../session.js';
import type { AgentSetup, CommandHost } from './host.js';

type Actions = typeof import('./actions.js');

export interface RegisterHost extends CommandHost {
  /** Loads what looks into Pods when first called. */
  objects(): Promise<Objects>;
  /** Loads what installs the agent when first called. */
  agentSetup(): Promise<AgentSetup>;
}

/** Registers every command of package.json. */
export function registerCommands(host: RegisterHost, chosen: ChosenConnection): DisposableList {
  const scope = new DisposableList();
  const command = (id: string, run: (argument: unknown, selected: unknown) => Promise<unknown>) => {
    scope.add(
      vscode.commands.registerCommand(id, (argument: unknown, selected: unknown) =>
        guarded(host, id, () => run(argument, selected)),
      ),
    );
  };
  const action = (
    id: string,
    run: (actions: Actions, argument: unknown, selected: unknown) => Promise<unknown>,
  ) => command(id, async (argument, selected) => run(await import('./actions.js'), argument, selected));
  action(Commands.inject, ({ inject }, argument, selected) => inject(host, argument, selected));
  action(Commands.injectStress, ({ injectStress }, clicked, selected) =>
    injectStress(host, clicked, selected, null),
  );
  action(Commands.injectMemory, ({ injectMemory }, clicked, selected) =>
    injectMemory(host, clicked, selected),
  );
  action(Commands.injectCpu, ({ injectCpu }, clicked, selected) => injectCpu(host, clicked, selected));
  action(Commands.stop, ({ stop }, clicked, selected) => stop(host, clicked, selected));
  action(Commands.pause, ({ pause }, clicked, selected) => pause(host, clicked, selected));
  action(Commands.resume, ({ resume }, clicked, selected) => resume(host, clicked, selected));
  action(Commands.injectAgain, ({ injectAgain }, clicked, selected) => injectAgain(host, clicked, selected));
  action(Commands.explainHang, ({ explainHang }, clicked, selected) => explainHang(host, clicked, selected));
  action(Commands.previewTargets, ({ previewTargets }, argument) => previewTargets(host, argument));
  action(Commands.openManifest, ({ openManifest }, clicked, selected) =>
    openManifest(host, clicked, selected),
  );
  action(Commands.revealTargets, ({ revealTargets }, clicked, selected) =>
    revealTargets(host, clicked, selected),
  );
  command(Commands.showExperimentYaml, async (clicked, selected) =>
    (await host.objects()).showExperiment(clicked, selected),
  );
  action(Commands.dryRun, ({ dryRun }, argument) => dryRun(host, argument));
  command(Commands.installAgent, async () => (await host.agentSetup()).install());
  command(Commands.removeAgent, async () => (await host.agentSetup()).remove());
  action(Commands.groupPods, ({ groupPods }) => groupPods(host));
  action(Commands.sortPods, ({ sortPods }) => sortPods(host));
  action(Commands.filterPods, ({ filterPods }) => filterPods(host));
  command(Commands.clearPodsFilter, async () => host.arrangement.narrow(''));
  action(Commands.copyName, ({ copyName }, clicked, selected) => copyName(host, clicked, selected));
  action(Commands.pin, ({ pin }, clicked, selected) => pin(host, clicked, selected));
  action(Commands.unpin, ({ unpin }, clicked, selected) => unpin(host, clicked, selected));
  action(Commands.revealPod, ({ revealPod }, argument) => revealPod(host, argument));
  command(Commands.reconnect, () => host.session.restart());
  action(Commands.chooseContext, ({ chooseContext }) => chooseContext({ ...host, chosen }));
  command(Commands.chooseKubeconfig, chooseKubeconfig);
  command(Commands.showKills, async () => {
    await host.panel.reveal('kills');
  });
  const look = (id: string, act: (objects: Objects, argument: unknown) => Promise<void>) =>
    command(id, async (argument) => act(await host.objects(), argument));
  look(Commands.followLogs, (objects, argument) => objects.followLogs(argument));
  look(Commands.openLog, (objects, argument) => objects.openLog(argument));
  look(Commands.previousLog, (objects, argument) => objects.openPreviousLog(argument));
  look(Commands.openShell, (objects, argument) => objects.openShell(argument));
  look(Commands.describePod, (objects, argument) => objects.describe(argument));
  look(Commands.showYaml, (objects, argument) => objects.showYaml(argument));
  look(Commands.refreshDocument, (objects, argument) => objects.refreshDocument(argument));
  action(Commands.openMemoryPanel, ({ openPanel }, clicked, selected) => openPanel(host, clicked, selected));
  command(Commands.showRuns, async () => (await host.runs()).show());
  command(Commands.openPanelInEditor, async () => host.panel.openInEditor());
  command(Commands.showLog, async () => host.log.show());
  return scope;
}

/** Nothing a command does wrong may end silently: it is logged and said. */
async function guarded(host: CommandHost, id: string, run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    host.log.error(error instanceof Error ? error : String(error));
    const log = vscode.l10n.t('Show Log');
    const chosen = await vscode.window.showErrorMessage(
      vscode.l10n.t('{0} failed: {1}', id, messageOf(error)),
      log,
    );
    if (chosen === log) host.log.show(true);
    return undefined;
  }
}

/** Lets the user pick the kubeconfig's file and writes it to the user's settings; the session reconnects by itself. */
async function chooseKubeconfig(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose the kubeconfig that Podstress shall use'),
    openLabel: vscode.l10n.t('Use'),
    canSelectMany: false,
  });
  const path = chosen?.[0]?.fsPath;
  if (path === undefined) return;
  await vscode.workspace
    .getConfiguration()
    .update(Settings.kubeconfig, path, vscode.ConfigurationTarget.Global);
}
