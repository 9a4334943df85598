import type { ExperimentPhase, ExperimentView } from '../../lab/types.js';
import { arrivalText, isArrivalTroubled } from './arrivals.js';
import { hangReason } from './hang.js';
import type { Language } from './localizer.js';
import { plain } from './plain.js';

/** Ends a duration's text at two units: `42 s`, `3 min 5 s`, `1 h`, `2 h 30 min`. */
export function formatSpan(milliseconds: number, { l10n }: Language): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  if (hours > 0) return minutes > 0 ? l10n.t('{0} h {1} min', hours, minutes) : l10n.t('{0} h', hours);
  if (minutes > 0) return rest > 0 ? l10n.t('{0} min {1} s', minutes, rest) : l10n.t('{0} min', minutes);
  return l10n.t('{0} s', rest);
}

const MINUTE_MS = 60_000;

const PHASE_ICONS: Readonly<Record<ExperimentPhase, string>> = {
  injecting: '$(loading~spin)',
  running: '$(circle-filled)',
  paused: '$(debug-pause)',
  finished: '$(pass)',
  failed: '$(error)',
  stopping: '$(loading~spin)',
};

/** The phase of an experiment and what became of its stress as its lens says it, with a codicon in front. */
export function experimentText(experiment: ExperimentView, now: number, language: Language): string {
  const icon = isTroubled(experiment) ? '$(warning)' : PHASE_ICONS[experiment.phase];
  const arrived = isStressing(experiment) ? arrivalText(experiment, language) : null;
  const phase = phaseText(experiment, now, language);
  return `${icon}\u00a0${arrived === null ? phase : `${phase} · ${arrived}`}`;
}

/** Whether stress is, or should be, in its containers. */
export function isStressing({ phase }: ExperimentView): boolean {
  return phase === 'running' || phase === 'injecting' || phase === 'failed';
}

/** Whether it says of itself that it runs, and its stress is not what was asked for. */
export function isTroubled(experiment: ExperimentView): boolean {
  return experiment.phase === 'running' && isArrivalTroubled(experiment);
}

/** The phase of an experiment in words: `Running 42 s of 1 h`. */
export function phaseText(experiment: ExperimentView, now: number, language: Language): string {
  const { l10n } = language;
  switch (experiment.phase) {
    case 'injecting':
      return experiment.targets > 0
        ? l10n.t('Injecting {0}/{1}', experiment.injected, experiment.targets)
        : l10n.t('Injecting…');
    case 'running':
      return runningText(experiment, now, language);
    case 'paused':
      return l10n.t('Paused');
    case 'finished':
      return l10n.t('Finished');
    case 'failed':
      return experiment.detail === null ? l10n.t('Failed') : l10n.t('Failed: {0}', plain(experiment.detail));
    case 'stopping':
      return stoppingText(experiment, now, language);
  }
}

/** True while the cluster still acts on it, so that Stop has a point. */
export function isActive({ phase }: ExperimentView): boolean {
  return phase !== 'finished' && phase !== 'stopping';
}

export function canPause({ phase }: ExperimentView): boolean {
  return phase === 'running' || phase === 'injecting';
}

/** How long an experiment still goes on: `42 s left`, above a minute in minutes; null where that is not known or over. */
export function remainingText(
  { phase, endsAt }: ExperimentView,
  now: number,
  language: Language,
): string | null {
  const ends = Date.parse(endsAt ?? '');
  if (Number.isNaN(ends) || ends <= now || phase === 'finished' || phase === 'stopping') return null;
  const left = ends - now;
  const span = left < MINUTE_MS ? left : Math.ceil(left / MINUTE_MS) * MINUTE_MS;
  return language.l10n.t('{0} left', formatSpan(span, language));
}

function stoppingText({ hang }: ExperimentView, now: number, language: Language): string {
  const { l10n } = language;
  if (hang === null) return l10n.t('Stopping…');
  const since = Date.parse(hang.since);
  const reason = hangReason(hang, language);
  if (Number.isNaN(since)) return l10n.t('Stopping: {0}', reason);
  return l10n.t('Stopping for {0}: {1}', formatSpan(now - since, language), reason);
}

function runningText(experiment: ExperimentView, now: number, language: Language): string {
  const { l10n } = language;
  const started = Date.parse(experiment.startedAt ?? '');
  if (Number.isNaN(started)) return l10n.t('Running');
  const elapsed = formatSpan(now - started, language);
  const ends = experiment.endsAt === null ? Number.NaN : Date.parse(experiment.endsAt);
  if (Number.isNaN(ends)) return l10n.t('Running {0}', elapsed);
  return l10n.t(
    'Running {0} of {1}',
    elapsed,
    formatSpan(Math.round((ends - started) / 1000) * 1000, language),
  );
}
