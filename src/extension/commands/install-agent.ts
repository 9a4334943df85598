import * as vscode from 'vscode';
import type { AgentInstallStep, AgentLevel, AgentPlan, Lab } from '../../lab/types.js';
import { Settings, Views } from '../contributions.js';
import { labErrorKind } from '../present/errors.js';
import { levelText } from '../present/nodes.js';
import { messageOf } from '../session.js';
import { agentImage } from '../settings.js';
import { withAbort } from './abort.js';
import type { AgentManifests } from './agent-manifest.js';
import { connected, tellFailure } from './failures.js';
import type { TalkingHost } from './host.js';
import { tellMissing } from './missing-rights.js';
import { removeNow } from './remove-agent.js';

const LEVELS: readonly AgentLevel[] = ['counters', 'kernel-log', 'stress'];

/** A reference as container runtimes take it: NAME[:TAG][@DIGEST], no blanks. */
const IMAGE = /^[a-zA-Z0-9][\w./:@-]{0,254}$/;

/** Asks what the agent shall be allowed, shows what would be applied, asks again, applies it and waits for it. */
export async function installAgent(host: TalkingHost, manifests: AgentManifests): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const context = lab.connection.get().context ?? '';
  const what = vscode.l10n.t('The agent was not installed into {0}', context);
  try {
    if (!(await mayInstall(host, lab, context))) return;
    const level = await pickLevel(host, context);
    if (level === undefined) return;
    const image = await askImage();
    if (image === undefined) return;
    const plan = lab.agentInstaller.plan(level, await manifests.read(level), image);
    const { label, explanation } = levelText(level, host.language);
    await manifests.show(plan, [label, explanation]);
    if (!(await agreed(host, lab, plan, context))) return;
    await install(host, lab, plan, context);
  } catch (error) {
    await tellFailure(host, what, error);
  }
}

/** False, with the reason told, where somebody else's agent is there or rights are missing. */
async function mayInstall(host: TalkingHost, lab: Lab, context: string): Promise<boolean> {
  const { owner, missing } = await withAbort(
    vscode.l10n.t('Podstress: asking what you may do in {0}', context),
    async (signal) => ({
      owner: await lab.agentInstaller.owner(signal),
      missing: await lab.agentInstaller.missingRights('install', signal),
    }),
  );
  if (missing !== null) {
    await tellMissing(vscode.l10n.t('You may not install the agent into {0}.', context), missing);
    return false;
  }
  if (owner !== 'other') return true;
  host.log.warn('The DaemonSet podstress/podstress-agent was not installed by Podstress');
  await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} has an agent that Podstress did not install.', context),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Change or remove it as it was installed, e.g. with “kubectl delete -k”. Podstress leaves it alone.',
      ),
    },
  );
  return false;
}

async function pickLevel(host: TalkingHost, context: string): Promise<AgentLevel | undefined> {
  const items = LEVELS.map((level) => ({ level, ...levelText(level, host.language) }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Install Agent into {0}: what may it do?', context),
    placeHolder: vscode.l10n.t('The least that answers your question is the best'),
    ignoreFocusOut: true,
  });
  return picked?.level;
}

/** The image, kept in the user's settings; null: the one that the manifests name. */
async function askImage(): Promise<string | undefined> {
  const before = agentImage();
  const answer = await vscode.window.showInputBox({
    title: vscode.l10n.t('Install Agent: its image'),
    prompt: vscode.l10n.t(
      'No image is published yet: build deploy/Dockerfile and push it where the nodes can pull from. A sandbox takes podstress-agent:0.1.0.',
    ),
    value: before === '' ? DEFAULT_IMAGE : before,
    ignoreFocusOut: true,
    validateInput: (text) =>
      IMAGE.test(text.trim())
        ? null
        : vscode.l10n.t('An image reference, e.g. registry.example/podstress-agent:0.1.0'),
  });
  const image = answer?.trim();
  if (image !== undefined && image !== before && image !== DEFAULT_IMAGE) {
    const settings = vscode.workspace.getConfiguration();
    await settings.update(Settings.agentImage, image, vscode.ConfigurationTarget.Global);
  }
  return image;
}

const DEFAULT_IMAGE = 'podstress-agent:0.1.0';

/** The manifests stay in view, and can be scrolled, while this is asked. */
async function agreed(host: TalkingHost, lab: Lab, plan: AgentPlan, context: string): Promise<boolean> {
  const { label } = levelText(plan.level, host.language);
  const nodes = lab.nodes.get().length;
  const reach =
    nodes === 1
      ? vscode.l10n.t('{0} · {1} · 1 node', label, plan.image)
      : vscode.l10n.t('{0} · {1} · up to {2} nodes', label, plan.image, nodes);
  const install = vscode.l10n.t('Install');
  const items: vscode.QuickPickItem[] = [
    {
      label: install,
      description: reach,
      detail: vscode.l10n.t(
        'Applies the manifests in the editor server-side, then waits until every agent answers.',
      ),
    },
    { label: vscode.l10n.t('Cancel'), detail: vscode.l10n.t('Nothing is changed.') },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Install what the editor shows into {0}?', context),
    placeHolder: vscode.l10n.t('Read the manifests, then decide'),
    ignoreFocusOut: true,
  });
  return picked?.label === install;
}

async function install(host: TalkingHost, lab: Lab, plan: AgentPlan, context: string): Promise<void> {
  host.log.info(`Installing the agent (${plan.level}, ${plan.image}) into ${context}`);
  try {
    await apply(lab, plan, context);
    const { nodes } = await withAbort(
      vscode.l10n.t('Podstress: installing the agent into {0}', context),
      (signal, report) => lab.agentInstaller.ready((step) => report(stepText(step)), signal),
    );
    const { label } = levelText(plan.level, host.language);
    const said =
      nodes === 1
        ? vscode.l10n.t('The agent runs on the node of {0} and answers: {1}.', context, label)
        : vscode.l10n.t('The agent runs on {0} nodes of {1} and answers: {2}.', nodes, context, label);
    host.log.info(said);
    const show = vscode.l10n.t('Show Nodes');
    void vscode.window.showInformationMessage(said, show).then((chosen) => {
      if (chosen === show) void vscode.commands.executeCommand(`${Views.nodes}.focus`);
    });
  } catch (error) {
    await offerCleanUp(host, lab, context, error);
  }
}

/** Applies; where others have set fields to something else, asks whether to take them over. */
async function apply(lab: Lab, plan: AgentPlan, context: string): Promise<void> {
  const applying = (force: boolean): Promise<void> =>
    withAbort(vscode.l10n.t('Podstress: installing the agent into {0}', context), (signal, report) =>
      lab.agentInstaller.apply(plan, { force, onStep: (step) => report(stepText(step)) }, signal),
    );
  try {
    await applying(false);
  } catch (error) {
    if (labErrorKind(error) !== 'already-exists') throw error;
    const takeOver = vscode.l10n.t('Take Over');
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t('Somebody else has set parts of the agent’s objects in {0}.', context),
      { modal: true, detail: messageOf(error) },
      takeOver,
    );
    if (chosen !== takeOver) throw error;
    await applying(true);
  }
}

/** A failed or cancelled install must not stay behind unseen. */
async function offerCleanUp(host: TalkingHost, lab: Lab, context: string, error: unknown): Promise<void> {
  const what = vscode.l10n.t('The agent was not installed into {0}', context);
  host.log.error(`${what}: ${messageOf(error)}`);
  const remove = vscode.l10n.t('Remove What Was Applied');
  const log = vscode.l10n.t('Show Log');
  const chosen = await vscode.window.showErrorMessage(`${what}: ${messageOf(error)}`, remove, log);
  if (chosen === remove) await removeNow(host, lab, context);
  if (chosen === log) host.log.show(true);
}

/** What is being done now, for the progress notification. */
export function stepText(step: AgentInstallStep): string {
  switch (step.kind) {
    case 'applying':
      return vscode.l10n.t('applying {0} {1}', step.object.kind, step.object.name);
    case 'removing':
      return vscode.l10n.t('removing {0} {1}', step.object.kind, step.object.name);
    case 'waiting':
      return vscode.l10n.t('{0} of {1} agents run, {2} answer', step.available, step.nodes, step.answering);
  }
}
