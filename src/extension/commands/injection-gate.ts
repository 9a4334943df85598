import * as vscode from 'vscode';
import {
  type Caution,
  judgeInjection,
  type PlannedExperiment,
  type SafetyVerdict,
} from '../../core/experiment/safety.js';
import type { Lab } from '../../lab/types.js';
import { plain } from '../present/plain.js';
import { cautionText, refusalText } from '../present/refusals.js';
import { type Injection, inPlace } from '../present/review.js';
import { selectionNodes } from '../present/targets.js';
import { messageOf } from '../session.js';
import { injectionRules } from '../settings.js';
import type { CommandHost, TalkingHost } from './host.js';
import { tellMissing } from './missing-rights.js';

/** As much of an injection as is judged. */
type Place = Pick<Injection, 'object' | 'namespace'>;

/** What the rules say of these injections now. */
export function judge(lab: Lab, injections: readonly Place[]): SafetyVerdict {
  const engine = lab.engine.get();
  return judgeInjection({
    trusted: vscode.workspace.isTrusted,
    context: lab.connection.get().context ?? '',
    experiments: injections.map(planned),
    pods: lab.pods.get(),
    nodes: selectionNodes(lab.nodes.get()),
    chaosMeshNamespace: engine.kind === 'chaos-mesh' ? (engine.installation?.namespace ?? null) : null,
    rules: injectionRules(),
  });
}

/** Tells why it does not happen; false where nothing speaks against it. */
export function isRefused(host: TalkingHost, lab: Lab, injections: readonly Place[]): boolean {
  const [refusal] = judge(lab, injections).refusals;
  if (refusal === undefined && host.session.lab === lab) return false;
  const why =
    refusal === undefined
      ? vscode.l10n.t('Another cluster was chosen meanwhile: nothing was injected.')
      : refusalText(refusal, host.language);
  host.log.warn(`Not injected: ${why}`);
  void vscode.window.showErrorMessage(why);
  return true;
}

/**
 * Whether the injections may go out: nothing refuses them, the user types the name of all that is protected, and the rights are
 * there. Everything else has told why.
 */
export async function mayInject(
  host: CommandHost,
  lab: Lab,
  injections: readonly Injection[],
): Promise<boolean> {
  const typed = new Set<string>();
  if (isRefused(host, lab, injections) || !(await hasRights(host, lab, injections))) return false;
  for (;;) {
    // Pods, settings and trust may change while somebody types.
    if (isRefused(host, lab, injections)) return false;
    const open = judge(lab, injections).cautions.find((caution) => !typed.has(keyOf(caution)));
    if (open === undefined) return true;
    if (!(await typesName(host, open))) return false;
    typed.add(keyOf(open));
  }
}

function planned({ object, namespace }: Place): PlannedExperiment {
  return { spec: object.spec, namespace };
}

function keyOf({ code, name }: Caution): string {
  return `${code} ${name}`;
}

async function typesName(host: CommandHost, caution: Caution): Promise<boolean> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Protected: {0}', plain(caution.name)),
    prompt: cautionText(caution, host.language),
    placeHolder: plain(caution.name),
    ignoreFocusOut: true,
    validateInput: (typed) =>
      typed.trim() === caution.name.trim()
        ? undefined
        : {
            message: cautionText(caution, host.language),
            severity: vscode.InputBoxValidationSeverity.Warning,
          },
  });
  return text?.trim() === caution.name.trim();
}

/** Asks the cluster what the user may do; where it does not say, it will say so when the experiment is created. */
async function hasRights(host: CommandHost, lab: Lab, injections: readonly Injection[]): Promise<boolean> {
  const context = plain(lab.connection.get().context ?? '');
  const signal = AbortSignal.timeout(RIGHTS_PATIENCE_MS);
  try {
    const asked = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Podstress: asking what you may do in {0}', context),
      },
      () =>
        Promise.all(injections.map((injection) => lab.missingExperimentRights(inPlace(injection), signal))),
    );
    const missing = asked.find((one) => one !== null);
    if (missing == null) return true;
    await tellMissing(vscode.l10n.t('You may not inject this into {0}.', context), missing);
    return false;
  } catch (error) {
    host.log.warn(`Rights could not be asked for: ${messageOf(error)}`);
    return true;
  }
}

/** A cluster that takes longer to say what one may do will say it when it is done, ms. */
const RIGHTS_PATIENCE_MS = 5_000;
