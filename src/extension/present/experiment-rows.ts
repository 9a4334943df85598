import type { Arrival, ExperimentPhase, ExperimentView } from '../../lab/types.js';
import { Items } from '../contributions.js';
import { arrivalText, isArrivalTroubled, stateText } from './arrivals.js';
import { canPause, isActive, isStressing, isTroubled, remainingText } from './experiments.js';
import { hangReason } from './hang.js';
import type { Language } from './localizer.js';
import { plain } from './plain.js';
import { shortPodName } from './pods.js';
import { restartedTargets } from './restarts.js';

/** One row of the Experiments view: an experiment, or a container that it acts on. */
export interface ExperimentRow {
  readonly label: string;
  readonly description: string;
  /** A codicon, and the theme's colour for it; null: the row's own. */
  readonly icon: { readonly id: string; readonly colour: string | null };
  /** Words for when-clauses. */
  readonly contextValue: string;
  /** The row as one sentence, for screen readers. */
  readonly sentence: string;
}

const WARNING = { id: 'warning', colour: 'list.warningForeground' } as const;
const ICONS: Readonly<Record<ExperimentPhase, ExperimentRow['icon']>> = {
  injecting: { id: 'loading~spin', colour: null },
  running: { id: 'pulse', colour: 'charts.green' },
  paused: { id: 'debug-pause', colour: null },
  finished: { id: 'pass', colour: null },
  failed: { id: 'error', colour: 'list.errorForeground' },
  stopping: { id: 'loading~spin', colour: null },
};

/** `mem-stress  58 min left · 49 of 50 MiB arrived · chaos-mesh`: nothing in it moves with each second. */
export function experimentRow(experiment: ExperimentView, now: number, language: Language): ExperimentRow {
  const { key, phase, hang } = experiment;
  const [namespace, name] = placeOf(key);
  const word = phaseWord(experiment, language);
  const words = [
    remainingText(experiment, now, language),
    isStressing(experiment) ? arrivalText(experiment, language) : null,
  ].filter((text) => text !== null);
  return {
    label: plain(name),
    // That it runs its icon says, and there is little room.
    description: [...(phase === 'running' ? [] : [word]), ...words, plain(namespace)].join(' · '),
    icon: isTroubled(experiment) || hang !== null ? WARNING : ICONS[phase],
    contextValue: contextOf(experiment),
    sentence: [language.l10n.t('Experiment {0}', plain(key)), word, ...words].join(', '),
  };
}

/** The row of one container that an experiment acts on. */
export function targetRow(experiment: ExperimentView, target: string, language: Language): ExperimentRow {
  const { l10n } = language;
  const arrival = experiment.arrivals.find((one) => one.target === target);
  const record = recordsOf(experiment).find(({ id }) => id === target);
  const stress = isStressing(experiment) && arrival !== undefined ? stateText(arrival, language) : null;
  const state =
    stress ?? (record === undefined ? l10n.t('not injected') : recordText(record.phase, language));
  const [namespace = '', pod = '', container = ''] = target.split('/');
  return {
    label: plain(`${shortPodName(pod, namespace)}/${container}`),
    description: state,
    icon: targetIcon(experiment, arrival, record?.phase ?? ''),
    contextValue: Items.target,
    sentence: `${plain(target)}, ${state}`,
  };
}

/** The containers that an experiment acts on (`namespace/pod/container`), by name. */
export function targetsOfExperiment(experiment: ExperimentView): readonly string[] {
  const targets = new Set([
    ...recordsOf(experiment).map(({ id }) => id),
    ...experiment.arrivals.map(({ target }) => target),
  ]);
  return [...targets].sort();
}

/** The phase in words that do not move with each second. */
export function phaseWord(experiment: ExperimentView, language: Language): string {
  const { l10n } = language;
  const { phase, detail, hang } = experiment;
  switch (phase) {
    case 'injecting':
      return experiment.targets > 0
        ? l10n.t('Injecting {0}/{1}', experiment.injected, experiment.targets)
        : l10n.t('Injecting…');
    case 'running':
      return l10n.t('Running');
    case 'paused':
      return l10n.t('Paused');
    case 'finished':
      return l10n.t('Finished');
    case 'failed':
      return detail === null ? l10n.t('Failed') : l10n.t('Failed: {0}', plain(detail));
    case 'stopping':
      return hang === null ? l10n.t('Stopping…') : l10n.t('Stopping: {0}', hangReason(hang, language));
  }
}

function contextOf(experiment: ExperimentView): string {
  const words: string[] = [Items.experiment];
  if (isActive(experiment)) words.push(Items.stressed);
  if (canPause(experiment)) words.push(Items.pausable);
  if (restartedTargets(experiment).length > 0) words.push(Items.restarted);
  if (experiment.phase === 'paused') words.push(Items.paused);
  if (experiment.hang !== null) words.push(Items.hanging);
  return words.join(' ');
}

function targetIcon(
  experiment: ExperimentView,
  arrival: Arrival | undefined,
  phase: string,
): ExperimentRow['icon'] {
  if (!isStressing(experiment)) {
    return isInjected(phase) ? { id: 'circle-filled', colour: null } : { id: 'circle-outline', colour: null };
  }
  if (arrival !== undefined && isArrivalTroubled({ ...experiment, arrivals: [arrival] })) return WARNING;
  if (arrival?.state === 'arrived') return { id: 'circle-filled', colour: 'charts.green' };
  if (arrival?.state === 'arriving') return { id: 'arrow-up', colour: null };
  return isInjected(phase) ? { id: 'circle-filled', colour: null } : { id: 'circle-outline', colour: null };
}

function recordText(phase: string, { l10n }: Language): string {
  if (isInjected(phase)) return l10n.t('injected');
  return phase === 'Not Injected' || phase.startsWith('Not Injected/')
    ? l10n.t('not injected')
    : plain(phase);
}

function isInjected(phase: string): boolean {
  return phase === 'Injected' || phase.startsWith('Injected/');
}

function recordsOf({ object }: ExperimentView) {
  return object.status?.experiment?.containerRecords ?? [];
}

/** Namespace and name. */
export function placeOf(key: string): readonly [namespace: string, name: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, Math.max(0, slash)), key.slice(slash + 1)];
}
