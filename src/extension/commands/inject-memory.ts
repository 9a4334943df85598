import * as vscode from 'vscode';
import { parseRuntimeSize, parseWebhookSize } from '../../core/units/size.js';
import type { Lab } from '../../lab/types.js';
import { nodeMemoryOf } from '../lens/model.js';
import { containerStress, stressesOnly } from '../present/container-stress.js';
import {
  type Ask,
  forecastTargets,
  forecastText,
  headRoomText,
  type NodeMemory,
} from '../present/forecast.js';
import type { Language } from '../present/localizer.js';
import { selectTargets, type Targets } from '../present/targets.js';
import { connected } from './failures.js';
import type { CommandHost } from './host.js';
import { perform } from './perform.js';
import {
  askDuration,
  chooseTargets,
  type StressTargets,
  targetsTitle,
  tellNotExact,
} from './stress-targets.js';

const DEFAULT_SIZE = '50MiB';
const { Info: INFO, Warning: WARNING } = vscode.InputBoxValidationSeverity;

/** Asks for size and duration and stresses the containers that were clicked or selected, or one that is picked. */
export async function injectMemory(host: CommandHost, clicked: unknown, selected: unknown): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const chosen = await chooseTargets(host, lab, clicked, selected);
  if (chosen === null) return;
  const title = vscode.l10n.t('Memory stress for {0}', targetsTitle(chosen));
  const size = await askSize(host, lab, chosen, title);
  if (size === undefined) return;
  const duration = await askDuration(title, '2/2');
  if (duration === undefined) return;
  const object = containerStress({ targets: chosen, stressors: { memory: { workers: 1, size } }, duration });
  if (!stressesOnly(object, chosen)) return tellNotExact();
  const namespace = chosen[0].pod.namespace;
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

function askSize(
  host: CommandHost,
  lab: Lab,
  chosen: StressTargets,
  title: string,
): Thenable<string | undefined> {
  const [only, ...others] = chosen;
  return vscode.window
    .showInputBox({
      title: `${title} (1/2)`,
      prompt:
        others.length === 0
          ? vscode.l10n.t(
              'How much memory to add, e.g. 50MiB. {0}',
              headRoomText(only.container, host.language),
            )
          : vscode.l10n.t('How much memory to add to each of them, e.g. 50MiB'),
      value: DEFAULT_SIZE,
      ignoreFocusOut: true,
      validateInput: (text) =>
        validateSize(text.trim(), chosen, nodeMemoryOf(lab.agents.get()), host.language),
    })
    .then((text) => text?.trim());
}

/** Refuses what Chaos Mesh would refuse or what would allocate nothing; otherwise shows the forecast as it is typed. */
function validateSize(
  text: string,
  chosen: StressTargets,
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
  const targets: Targets = {
    candidates: chosen.map(({ pod, container }) => ({ pod, containers: [container] })),
    atLeast: chosen.length,
    atMost: chosen.length,
  };
  const told = forecastTargets(askOf(text), targets, nodeMemory);
  if (told === null) return undefined;
  const message =
    runs.kind === 'percent'
      ? `${vscode.l10n.t('{0} % of the node’s memory', runs.percent)} · ${forecastText(told, language)}`
      : forecastText(told, language);
  return { message, severity: told.outcome === 'exceeds' ? WARNING : INFO };
}

function askOf(size: string): Ask {
  const parsed = parseRuntimeSize(size);
  return {
    workers: 1,
    totalBytes: parsed.kind === 'bytes' ? parsed.bytes : null,
    nodePercent: parsed.kind === 'percent' ? parsed.percent : null,
  };
}
