import * as vscode from 'vscode';
import { containerStress, stressesOnly } from '../present/container-stress.js';
import { selectTargets } from '../present/targets.js';
import { connected } from './failures.js';
import type { CommandHost } from './host.js';
import { perform } from './perform.js';
import { askDuration, chooseTargets, targetsTitle, tellNotExact } from './stress-targets.js';

/** More workers than this are a slip of the finger. */
const MOST_WORKERS = 1024;

/** Asks for workers, load and duration and keeps the processors of the containers busy that were clicked or selected. */
export async function injectCpu(host: CommandHost, clicked: unknown, selected: unknown): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const chosen = await chooseTargets(host, lab, clicked, selected);
  if (chosen === null) return;
  const title = vscode.l10n.t('CPU stress for {0}', targetsTitle(chosen));
  const workers = await askWhole(
    `${title} (1/3)`,
    vscode.l10n.t('How many workers in each container: one keeps at most one core busy'),
    1,
    MOST_WORKERS,
  );
  if (workers === null) return;
  const load = await askWhole(
    `${title} (2/3)`,
    vscode.l10n.t('Load of each worker in percent of a core'),
    100,
    100,
  );
  if (load === null) return;
  const duration = await askDuration(title, '3/3');
  if (duration === undefined) return;
  const object = containerStress({ targets: chosen, stressors: { cpu: { workers, load } }, duration });
  if (!stressesOnly(object, chosen)) return tellNotExact();
  const namespace = chosen[0].pod.namespace;
  const key = `${namespace}/${object.metadata.name}`;
  await perform(host, lab, {
    object,
    namespace,
    targets: selectTargets(object.spec, namespace, lab.pods.get()),
    forecast: null,
    replaces: lab.experiments.get().some((experiment) => experiment.key === key),
  });
}

/** A whole number from 1 to `most`; null where the user changed their mind. */
async function askWhole(title: string, prompt: string, value: number, most: number): Promise<number | null> {
  const isWhole = (text: string) => /^[0-9]{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= most;
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    value: String(value),
    ignoreFocusOut: true,
    validateInput: (typed) =>
      isWhole(typed.trim()) ? undefined : vscode.l10n.t('Write a whole number from 1 to {0}.', most),
  });
  return text === undefined ? null : Number(text.trim());
}
