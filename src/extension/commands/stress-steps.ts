import * as vscode from 'vscode';
import type { Lab, PodView } from '../../lab/types.js';
import { type Answer, ask, type Row } from '../input/ask.js';
import type { StepFrame, StepOutcome, WizardStep } from '../input/wizard.js';
import { nodeMemoryOf } from '../lens/model.js';
import type { StressTarget } from '../present/container-stress.js';
import { headRoomText } from '../present/forecast.js';
import type { Language } from '../present/localizer.js';
import type { ReviewAction } from '../present/review.js';
import { sizeChoices } from '../present/size-choices.js';
import {
  type Choice,
  durationChoices,
  loadChoices,
  rampChoices,
  typedDuration,
  typedLoad,
  typedRamp,
  typedSize,
  typedWorkers,
  workerChoices,
} from '../present/stress-choices.js';
import type { StressTargets } from './stress-targets.js';

export type StressKind = 'memory' | 'cpu';

/** What the wizard knows so far; null: not answered yet. */
export interface StressDraft {
  readonly pod: PodView | null;
  readonly targets: StressTargets | null;
  readonly kind: StressKind | null;
  readonly size: string | null;
  readonly workers: number;
  /** Percent of a core. */
  readonly load: number;
  readonly duration: string;
  /** Empty: all at once. */
  readonly ramp: string;
  readonly action: ReviewAction | null;
}

export const FIRST_DRAFT: StressDraft = {
  pod: null,
  targets: null,
  kind: null,
  size: null,
  workers: 1,
  load: 100,
  duration: '5m',
  ramp: '',
  action: null,
};

/** What is known before the first question is not asked. */
export interface Known {
  readonly targets: boolean;
  readonly pod: boolean;
  readonly kind: boolean;
  /** False: Chaos Mesh here is too old to let memory grow slowly. */
  readonly ramps: boolean;
}

/** The questions before the review, in order. */
export function stressSteps(lab: Lab, known: Known, language: Language): readonly WizardStep<StressDraft>[] {
  const memory = ({ kind }: StressDraft) => kind === 'memory';
  const cpu = ({ kind }: StressDraft) => kind === 'cpu';
  return [
    podStep(lab, !known.targets && !known.pod),
    containerStep(!known.targets, language),
    kindStep(!known.kind),
    step('size', memory, (draft, frame) => askSize(lab, draft, frame, language)),
    step(
      'workers',
      () => true,
      (draft, frame) => {
        const size = memory(draft) ? draft.size : null;
        return askTyped(
          frame,
          vscode.l10n.t('How many workers in each container?'),
          workerChoices(size, language),
          (text) => typedWorkers(text, size, language),
          draft.workers,
        ).then((answer) => outcome(answer, (workers) => ({ ...draft, workers })));
      },
    ),
    step('load', cpu, (draft, frame) =>
      askTyped(
        frame,
        vscode.l10n.t('How much of a core shall each worker take, in percent?'),
        loadChoices(language),
        (text) => typedLoad(text, language),
        draft.load,
      ).then((answer) => outcome(answer, (load) => ({ ...draft, load }))),
    ),
    step(
      'duration',
      () => true,
      (draft, frame) =>
        askTyped(
          frame,
          vscode.l10n.t('For how long, e.g. 90s or 2h?'),
          durationChoices(Date.now(), language),
          (text) => typedDuration(text, Date.now(), language),
          draft.duration,
        ).then((answer) => outcome(answer, (duration) => ({ ...draft, duration }))),
    ),
    step(
      'ramp',
      (draft) => memory(draft) && known.ramps,
      (draft, frame) => {
        const world = { size: draft.size ?? '', duration: draft.duration, language };
        return askTyped(
          frame,
          vscode.l10n.t('How long shall the memory take to grow, e.g. 90s?'),
          rampChoices(world),
          (text) => typedRamp(text, world),
          draft.ramp,
        ).then((answer) => outcome(answer, (ramp) => ({ ...draft, ramp })));
      },
    ),
  ];
}

/** What a wizard's step makes of an answer. */
export function outcome<T>(answer: Answer<T>, into: (value: T) => StressDraft): StepOutcome<StressDraft> {
  if (answer === 'back' || answer === 'cancel') return { kind: answer };
  return { kind: 'next', state: into(answer.value) };
}

function step(
  id: string,
  applies: (draft: StressDraft) => boolean,
  askIt: (draft: StressDraft, frame: StepFrame) => Promise<StepOutcome<StressDraft>>,
): WizardStep<StressDraft> {
  return { id, applies, ask: askIt };
}

function podStep(lab: Lab, asked: boolean): WizardStep<StressDraft> {
  return step(
    'pod',
    () => asked,
    async (draft, frame) => {
      const rows = lab.pods
        .get()
        .map((pod): Row<PodView> => ({ label: pod.name, description: pod.namespace, value: pod }));
      const active = rows.find(({ value }) => value?.key === draft.pod?.key);
      const answer = await ask(frame, { placeholder: vscode.l10n.t('Which Pod?'), rows, active });
      return outcome(answer, (pod) => ({ ...draft, pod, targets: onlyContainer(pod) }));
    },
  );
}

function containerStep(asked: boolean, language: Language): WizardStep<StressDraft> {
  const several = ({ pod }: StressDraft) => asked && pod !== null && pod.containers.length > 1;
  return step('container', several, async (draft, frame) => {
    const { pod } = draft;
    const rows = (pod === null ? [] : pod.containers).map(
      (container): Row<StressTarget> => ({
        label: container.name,
        description: headRoomText(container, language),
        value: pod === null ? null : { pod, container },
      }),
    );
    const before = draft.targets?.[0].container.name;
    const active = rows.find(({ label }) => label === before) ?? rows[0];
    const placeholder = vscode.l10n.t('Which container of {0}?', pod?.name ?? '');
    return outcome(await ask(frame, { placeholder, rows, active }), (target) => ({
      ...draft,
      targets: [target],
    }));
  });
}

/** The targets where the Pod leaves nothing to choose. */
export function onlyContainer(pod: PodView): StressTargets | null {
  const [container, ...others] = pod.containers;
  return container === undefined || others.length > 0 ? null : [{ pod, container }];
}

function kindStep(asked: boolean): WizardStep<StressDraft> {
  return step(
    'kind',
    () => asked,
    async (draft, frame) => {
      const rows: Row<StressKind>[] = [
        {
          label: `$(pulse) ${vscode.l10n.t('Memory')}`,
          detail: vscode.l10n.t('Takes memory, up to the limit or over it'),
          value: 'memory',
        },
        {
          label: '$(dashboard) CPU',
          detail: vscode.l10n.t('Keeps processors busy'),
          value: 'cpu',
        },
      ];
      const active = rows.find(({ value }) => value === draft.kind) ?? rows[0];
      const answer = await ask(frame, {
        placeholder: vscode.l10n.t('What shall be stressed?'),
        rows,
        active,
      });
      return outcome(answer, (kind) => ({ ...draft, kind }));
    },
  );
}

async function askSize(
  lab: Lab,
  draft: StressDraft,
  frame: StepFrame,
  language: Language,
): Promise<StepOutcome<StressDraft>> {
  const { targets } = draft;
  if (targets === null) return { kind: 'back' };
  const world = { targets, nodeMemory: nodeMemoryOf(lab.agents.get()), language };
  const [only, ...others] = targets;
  const placeholder =
    others.length === 0
      ? vscode.l10n.t('How much memory, e.g. 50MiB? {0}', headRoomText(only.container, language))
      : vscode.l10n.t('How much memory in each of them, e.g. 50MiB?');
  const answer = await askTyped(
    frame,
    placeholder,
    sizeChoices(world),
    (text) => typedSize(text, world),
    draft.size,
  );
  return outcome(answer, (size) => ({ ...draft, size }));
}

/** Offers the choices, and what is typed as one more; Enter takes the answer of before, else the first that does no harm. */
function askTyped<T>(
  frame: StepFrame,
  placeholder: string,
  choices: readonly Choice<T>[],
  typed: (text: string) => Choice<T>,
  before: T | null,
): Promise<Answer<T>> {
  const rows = choices.map(rowOf);
  const active = rows.find(({ value }) => value !== null && value === before);
  const others = before === null || active !== undefined ? rows : [rowOf(typed(String(before))), ...rows];
  return ask(frame, {
    placeholder,
    rows: others,
    active:
      active ??
      (before === null ? (rows[choices.findIndex(({ warns }) => warns !== true)] ?? rows[0]) : others[0]),
    typed: (text) => rowOf(typed(text)),
  });
}

function rowOf<T>({ label, description, detail, warns, value }: Choice<T>): Row<T> {
  const icon = value === null ? '$(error) ' : warns === true ? '$(warning) ' : '';
  return {
    label: `${icon}${label}`,
    ...(description !== undefined && { description }),
    ...(detail !== undefined && { detail }),
    value,
  };
}
