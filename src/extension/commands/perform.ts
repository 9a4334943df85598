import * as vscode from 'vscode';
import type { StressChaos } from '../../core/kubernetes/objects.js';
import type { Lab } from '../../lab/types.js';
import { targetsText } from '../lens/model.js';
import { isSandbox } from '../present/connection.js';
import { engineText } from '../present/errors.js';
import { type Forecast, forecastText } from '../present/forecast.js';
import type { Targets } from '../present/targets.js';
import { confirmInject } from '../settings.js';
import { tellFailure } from './failures.js';
import type { CommandHost } from './host.js';

/** An experiment that is ready to be sent, with what is known of its effect. */
export interface Injection {
  readonly object: StressChaos;
  readonly namespace: string;
  readonly targets: Targets | null;
  readonly forecast: Forecast | null;
  /** An experiment of that name is there and will be replaced. */
  readonly replaces: boolean;
}

/** Asks where the settings want it, injects, and shows the kills where the limit will be passed. */
export async function perform(host: CommandHost, lab: Lab, injection: Injection): Promise<void> {
  const { name } = injection.object.metadata;
  if (!(await confirmed(host, lab, injection))) return;
  const key = `${injection.namespace}/${name}`;
  const context = lab.connection.get().context ?? '';
  host.panel.watchOwn(key);
  if (injection.forecast?.outcome === 'exceeds') await host.panel.reveal('kills');
  try {
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Podstress: injecting {0} into {1}', name, context),
      },
      () => lab.inject(injection.object, { replace: injection.replaces }),
    );
    host.own.started(lab, key);
    host.log.info(`Injected ${key} into the context ${context}`);
  } catch (error) {
    await tellFailure(host, vscode.l10n.t('{0} was not injected into {1}', name, context), error);
  }
}

async function confirmed(host: CommandHost, lab: Lab, injection: Injection): Promise<boolean> {
  const wanted = confirmInject();
  const connection = lab.connection.get();
  if (wanted === 'never' || (wanted === 'outsideSandbox' && isSandbox(connection))) return true;
  const { language } = host;
  const context = connection.context ?? '';
  const inject = injection.replaces ? vscode.l10n.t('Replace and Inject') : vscode.l10n.t('Inject');
  const lines = [
    vscode.l10n.t('Context: {0}', context),
    vscode.l10n.t('Namespace: {0}', injection.namespace),
    vscode.l10n.t(
      'Acts on: {0}',
      injection.targets === null
        ? vscode.l10n.t('what the selector hits')
        : `${targetsText(injection.targets, language)}${namesOf(injection.targets)}`,
    ),
    vscode.l10n.t('Engine: {0}', engineText(lab.engine.get(), language)),
  ];
  if (injection.forecast !== null) lines.push('', forecastText(injection.forecast, language));
  if (injection.replaces) {
    lines.push('', vscode.l10n.t('The experiment of that name that is there now is stopped first.'));
  }
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Inject {0} into {1}?', injection.object.metadata.name, context),
    { modal: true, detail: lines.join('\n') },
    inject,
  );
  return chosen === inject;
}

/** The question names at most so many Pods. */
const MAX_NAMES = 5;

/** The candidates' names in brackets: ` (a, b, …)`. */
function namesOf({ candidates }: Targets): string {
  if (candidates.length === 0) return '';
  const names = candidates.slice(0, MAX_NAMES).map(({ pod }) => `${pod.namespace}/${pod.name}`);
  return ` (${[...names, ...(candidates.length > MAX_NAMES ? ['…'] : [])].join(', ')})`;
}
