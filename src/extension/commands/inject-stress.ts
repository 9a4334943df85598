import * as vscode from 'vscode';
import type { StressChaos } from '../../core/kubernetes/objects.js';
import { freeName } from '../../core/stresschaos/free-name.js';
import { BEHAVIOUR, holdsIn, versionNumber } from '../../core/stresschaos/version.js';
import { writeStressChaos } from '../../core/stresschaos/write.js';
import type { EngineChoice, Lab } from '../../lab/types.js';
import { runWizard, type WizardStep } from '../input/wizard.js';
import { experimentOf, forecastOf, targetsOf } from '../lens/model.js';
import { worldOf } from '../lens/world.js';
import { containerStress, stressesOnly } from '../present/container-stress.js';
import type { Injection } from '../present/review.js';
import { askOf } from '../present/stress-choices.js';
import { connected } from './failures.js';
import type { CommandHost } from './host.js';
import { isRefused, judge } from './injection-gate.js';
import { copyCommand, perform } from './perform.js';
import { reviewInWizard } from './review.js';
import {
  FIRST_DRAFT,
  onlyContainer,
  type StressDraft,
  type StressKind,
  stressSteps,
} from './stress-steps.js';
import { clickedTargets, type StressTargets, tellNotExact } from './stress-targets.js';

/**
 * Asks step by step for a stress on what was clicked or selected, or on a container that is picked, and injects it, opens it as
 * a manifest or copies the command for it.
 *
 * @param kind null: it is asked for.
 */
export async function injectStress(
  host: CommandHost,
  clicked: unknown,
  selected: unknown,
  kind: StressKind | null,
): Promise<void> {
  const lab = await connected(host);
  if (lab === null) return;
  const found = await clickedTargets(host, lab, clicked, selected);
  if (found === null) return;
  const start = startOf(found, kind);
  if (start.targets !== null) {
    const probe = injectionOf(host, start, start.targets);
    if (!stressesOnly(probe.object, start.targets)) return tellNotExact();
    if (isRefused(host, lab, [probe])) return;
  }
  const known = {
    targets: start.targets !== null,
    pod: start.pod !== null,
    kind: kind !== null,
    ramps: canRamp(lab.engine.get()),
  };
  const steps = [...stressSteps(lab, known, host.language), reviewStep(host, lab)];
  const draft = await runWizard(steps, start, titleOf);
  if (draft === null || draft.targets === null) return;
  const injection = injectionOf(host, draft, draft.targets);
  if (draft.action === 'inject') return perform(host, lab, [injection], true);
  const unique = { ...injection, object: renamed(injection, lab) };
  if (draft.action === 'copy') return copyCommand(host, lab, [unique]);
  await openManifest(unique.object);
}

export function injectMemory(host: CommandHost, clicked: unknown, selected: unknown): Promise<void> {
  return injectStress(host, clicked, selected, 'memory');
}

export function injectCpu(host: CommandHost, clicked: unknown, selected: unknown): Promise<void> {
  return injectStress(host, clicked, selected, 'cpu');
}

type Found = Exclude<Awaited<ReturnType<typeof clickedTargets>>, null>;

function startOf(found: Found, kind: StressKind | null): StressDraft {
  const draft = { ...FIRST_DRAFT, kind };
  if (found === 'none') return draft;
  if ('pod' in found) return { ...draft, pod: found.pod, targets: onlyContainer(found.pod) };
  return { ...draft, targets: found };
}

function reviewStep(host: CommandHost, lab: Lab): WizardStep<StressDraft> {
  return {
    id: 'review',
    applies: () => true,
    async ask(draft, frame) {
      if (draft.targets === null) return { kind: 'cancel' };
      const injections = [injectionOf(host, draft, draft.targets)];
      if (isRefused(host, lab, injections)) return { kind: 'cancel' };
      const answer = await reviewInWizard(
        {
          injections,
          connection: lab.connection.get(),
          engine: lab.engine.get(),
          cautions: judge(lab, injections).cautions,
          offers: ['manifest'],
        },
        frame,
        host.language,
      );
      if (answer === 'back' || answer === 'cancel') return { kind: answer };
      const { action, step } = answer.value;
      return step === undefined ? { kind: 'next', state: { ...draft, action } } : { kind: 'visit', step };
    },
  };
}

/** What the draft would inject now. */
function injectionOf(host: CommandHost, draft: StressDraft, targets: StressTargets): Injection {
  const object = objectOf(draft, targets);
  const { name, namespace = targets[0].pod.namespace } = object.metadata;
  const world = worldOf(host.session);
  const { memory } = object.spec.stressors ?? {};
  const planned = {
    name,
    namespace,
    memory: memory === undefined ? null : askOf(memory.size ?? '', memory.workers),
    object,
  };
  return {
    object,
    namespace,
    targets: targetsOf(planned, world),
    forecast: forecastOf(planned, world),
    replaces: experimentOf(planned, world) !== undefined,
    file: null,
    text: null,
  };
}

function objectOf(
  { kind, size, workers, load, duration, ramp }: StressDraft,
  targets: StressTargets,
): StressChaos {
  const stressors =
    kind === 'cpu'
      ? { cpu: { workers, load } }
      : {
          memory: {
            workers,
            ...(size !== null && { size }),
            ...(ramp !== '' && { options: ['--time', ramp] }),
          },
        };
  return containerStress({ targets, stressors, duration });
}

/** The object under a name that no experiment of its namespace has. */
function renamed({ object, namespace }: Injection, lab: Lab): StressChaos {
  const taken = lab.experiments
    .get()
    .filter((experiment) => experiment.key.startsWith(`${namespace}/`))
    .map(({ key }) => key.slice(namespace.length + 1));
  return {
    ...object,
    metadata: { ...object.metadata, name: freeName(object.metadata.name, new Set(taken)) },
  };
}

async function openManifest(object: StressChaos): Promise<void> {
  const document = await vscode.workspace.openTextDocument({
    language: 'yaml',
    content: writeStressChaos(object),
  });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
}

/** Memory that grows slowly is memStress', which Chaos Mesh runs from 2.2 on, and the agents'. */
function canRamp(engine: EngineChoice): boolean {
  return engine.kind !== 'chaos-mesh' || holdsIn(BEHAVIOUR.memStress, versionNumber(engine.version));
}

function titleOf({ kind, targets, pod }: StressDraft): string {
  const what = targets === null ? pod?.name : targetsTitle(targets);
  if (what === undefined) return vscode.l10n.t('Inject stress');
  if (kind === null) return vscode.l10n.t('Stress for {0}', what);
  return kind === 'memory'
    ? vscode.l10n.t('Memory stress for {0}', what)
    : vscode.l10n.t('CPU stress for {0}', what);
}

/** `web-1`, of a Pod with several containers `web-1/app`, or how many there are. */
function targetsTitle(targets: StressTargets): string {
  const [{ pod, container }] = targets;
  if (targets.length > 1) return vscode.l10n.t('{0} containers', targets.length);
  return pod.containers.length === 1 ? pod.name : `${pod.name}/${container.name}`;
}
