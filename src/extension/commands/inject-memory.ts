import * as vscode from 'vscode';
import { durationMs } from '../../core/units/duration.js';
import { parseRuntimeSize, parseWebhookSize } from '../../core/units/size.js';
import type { ContainerView, Lab, PodView } from '../../lab/types.js';
import { explorerTarget } from '../connection/explorer-target.js';
import { nodeMemoryOf } from '../lens/model.js';
import {
  type Ask,
  forecastTargets,
  forecastText,
  headRoomText,
  type NodeMemory,
} from '../present/forecast.js';
import type { Language } from '../present/localizer.js';
import { memoryStress } from '../present/memory-stress.js';
import { selectTargets } from '../present/targets.js';
import type { PodsNode } from '../views/pods-model.js';
import { connected } from './failures.js';
import type { CommandHost } from './host.js';
import { perform } from './perform.js';

const DEFAULT_SIZE = '50MiB';
const DEFAULT_DURATION = '5m';
const { Info: INFO, Warning: WARNING } = vscode.InputBoxValidationSeverity;

/** Asks for size and duration and stresses one container: the one clicked, or one of the Pod's, or one picked. */
export async function injectMemory(host: CommandHost, argument: unknown): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const target = await chooseTarget(host, lab, argument);
  if (target === null) return;
  const title = vscode.l10n.t('Memory stress for {0}/{1}', target.pod.name, target.container.name);
  const size = await askSize(host, lab, target, title);
  if (size === undefined) return;
  const duration = await askDuration(title);
  if (duration === undefined) return;
  const object = memoryStress({ pod: target.pod, container: target.container.name, size, duration });
  const namespace = target.pod.namespace;
  const targets = selectTargets(object.spec, namespace, lab.pods.get());
  const key = `${namespace}/${object.metadata.name}`;
  await perform(host, lab, {
    object,
    namespace,
    targets,
    forecast: targets === null ? null : forecastTargets(askOf(size), targets, nodeMemoryOf(lab.agents.get())),
    replaces: lab.experiments.get().some((experiment) => experiment.key === key),
  });
}

interface Target {
  readonly pod: PodView;
  readonly container: ContainerView;
}

async function chooseTarget(host: CommandHost, lab: Lab, argument: unknown): Promise<Target | null> {
  const theirs = await explorerTarget(lab, argument);
  if (theirs === 'elsewhere') return null;
  const clicked = theirs === null ? nodeOf(argument) : null;
  const pod = theirs ?? (clicked === null ? await pickPod(lab) : host.pods.pod(clicked));
  if (pod === undefined) return null;
  const container =
    clicked?.kind === 'container'
      ? pod.containers.find(({ name }) => name === clicked.container)
      : await pickContainer(host, pod);
  return container === undefined ? null : { pod, container };
}

async function pickPod(lab: Lab): Promise<PodView | undefined> {
  const picked = await vscode.window.showQuickPick(
    lab.pods.get().map((pod) => ({ label: pod.name, description: pod.namespace, pod })),
    { placeHolder: vscode.l10n.t('Which Pod?'), matchOnDescription: true },
  );
  return picked?.pod;
}

async function pickContainer(host: CommandHost, pod: PodView): Promise<ContainerView | undefined> {
  if (pod.containers.length <= 1) return pod.containers[0];
  const picked = await vscode.window.showQuickPick(
    pod.containers.map((container) => ({
      label: container.name,
      description: headRoomText(container, host.language),
      container,
    })),
    { placeHolder: vscode.l10n.t('Which container of {0}?', pod.name) },
  );
  return picked?.container;
}

function askSize(host: CommandHost, lab: Lab, target: Target, title: string): Thenable<string | undefined> {
  return vscode.window
    .showInputBox({
      title: `${title} (1/2)`,
      prompt: vscode.l10n.t(
        'How much memory to add, e.g. 50MiB. {0}',
        headRoomText(target.container, host.language),
      ),
      value: DEFAULT_SIZE,
      ignoreFocusOut: true,
      validateInput: (text) =>
        validateSize(text.trim(), target, nodeMemoryOf(lab.agents.get()), host.language),
    })
    .then((text) => text?.trim());
}

function askDuration(title: string): Thenable<string | undefined> {
  return vscode.window
    .showInputBox({
      title: `${title} (2/2)`,
      prompt: vscode.l10n.t('For how long, e.g. 30s, 5m or 1h30m. The stress ends by itself then.'),
      value: DEFAULT_DURATION,
      ignoreFocusOut: true,
      validateInput: (text) => validateDuration(text.trim()),
    })
    .then((text) => text?.trim());
}

/** Refuses what Chaos Mesh would refuse or what would allocate nothing; otherwise shows the forecast as it is typed. */
function validateSize(
  text: string,
  { pod, container }: Target,
  nodeMemory: NodeMemory,
  language: Language,
): string | vscode.InputBoxValidationMessage | undefined {
  const runs = parseRuntimeSize(text);
  if (parseWebhookSize(text).kind === 'error' || runs.kind === 'error' || /\s/.test(text)) {
    return vscode.l10n.t('Write a size as 50MiB, 1GiB, or 25% of the node’s memory.');
  }
  if ((runs.kind === 'bytes' ? runs.bytes : runs.percent) <= 0) {
    return vscode.l10n.t('A size of nothing would stress nothing.');
  }
  const targets = { candidates: [{ pod, containers: [container] }], atLeast: 1, atMost: 1 };
  const told = forecastTargets(askOf(text), targets, nodeMemory);
  if (told === null) return undefined;
  const message =
    runs.kind === 'percent'
      ? `${vscode.l10n.t('{0} % of the node’s memory', runs.percent)} · ${forecastText(told, language)}`
      : forecastText(told, language);
  return { message, severity: told.outcome === 'exceeds' ? WARNING : INFO };
}

function validateDuration(text: string): string | undefined {
  const milliseconds = durationMs(text);
  if (milliseconds !== null && milliseconds > 0) return undefined;
  return vscode.l10n.t('Write a duration as 30s, 5m or 1h30m.');
}

function askOf(size: string): Ask {
  const parsed = parseRuntimeSize(size);
  return {
    workers: 1,
    totalBytes: parsed.kind === 'bytes' ? parsed.bytes : null,
    nodePercent: parsed.kind === 'percent' ? parsed.percent : null,
  };
}

function nodeOf(argument: unknown): Extract<PodsNode, { kind: 'pod' | 'container' }> | null {
  if (typeof argument !== 'object' || argument === null || !('kind' in argument) || !('id' in argument)) {
    return null;
  }
  const node = argument as PodsNode;
  return node.kind === 'pod' || node.kind === 'container' ? node : null;
}
