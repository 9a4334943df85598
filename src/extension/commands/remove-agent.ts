import * as vscode from 'vscode';
import type { AgentRemoval, Lab } from '../../lab/types.js';
import { withAbort } from './abort.js';
import { connected, tellFailure } from './failures.js';
import type { TalkingHost } from './host.js';
import { stepText } from './install-agent.js';
import { tellMissing } from './missing-rights.js';

/** Says what would be deleted, asks, deletes it and waits until it is gone. */
export async function removeAgent(host: TalkingHost): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const context = lab.connection.get().context ?? '';
  try {
    const { owner, missing } = await withAbort(
      vscode.l10n.t('Podstress: asking what you may do in {0}', context),
      async (signal) => ({
        owner: await lab.agentInstaller.owner(signal),
        missing: await lab.agentInstaller.missingRights('remove', signal),
      }),
    );
    if (owner !== 'ours') {
      await tellNotOurs(owner, context);
      return;
    }
    if (missing !== null) {
      await tellMissing(vscode.l10n.t('You may not remove the agent from {0}.', context), missing);
      return;
    }
    if (await agreed(context)) await removeNow(host, lab, context);
  } catch (error) {
    await tellFailure(host, vscode.l10n.t('The agent was not removed from {0}', context), error);
  }
}

async function tellNotOurs(owner: 'other' | 'none', context: string): Promise<void> {
  if (owner === 'none') {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('{0} has no agent that Podstress has installed.', context),
    );
    return;
  }
  await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} has an agent that Podstress did not install.', context),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Change or remove it as it was installed, e.g. with “kubectl delete -k”. Podstress leaves it alone.',
      ),
    },
  );
}

async function agreed(context: string): Promise<boolean> {
  const remove = vscode.l10n.t('Remove Agent');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Remove the agent from {0}?', context),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Deletes the DaemonSet podstress/podstress-agent with its Pods, and the namespace podstress unless others use it. Memory samples and named OOM kills end; stress that the agent runs is ended.',
      ),
    },
    remove,
  );
  return chosen === remove;
}

/** Removes without asking; tells how it went. */
export async function removeNow(host: TalkingHost, lab: Lab, context: string): Promise<void> {
  try {
    const removal = await withAbort(
      vscode.l10n.t('Podstress: removing the agent from {0}', context),
      (signal, report) => lab.agentInstaller.remove((step) => report(stepText(step)), signal),
    );
    const said = removalText(removal, context);
    host.log.info(said);
    void vscode.window.showInformationMessage(said);
  } catch (error) {
    await tellFailure(host, vscode.l10n.t('The agent was not removed from {0}', context), error);
  }
}

function removalText({ kept }: AgentRemoval, context: string): string {
  switch (kept) {
    case null:
      return vscode.l10n.t('The agent was removed from {0}; nothing of it is left.', context);
    case 'not-ours':
      return vscode.l10n.t(
        'The agent was removed from {0}. The namespace podstress stays: others have set parts of it.',
        context,
      );
    case 'in-use':
      return vscode.l10n.t(
        'The agent was removed from {0}. The namespace podstress stays: other Pods run in it.',
        context,
      );
  }
}
