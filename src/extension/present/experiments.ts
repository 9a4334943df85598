import type { ExperimentPhase, ExperimentView } from '../../lab/types.js';
import type { Language } from './localizer.js';

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

const PHASE_ICONS: Readonly<Record<ExperimentPhase, string>> = {
  injecting: '$(loading~spin)',
  running: '$(circle-filled)',
  paused: '$(debug-pause)',
  finished: '$(pass)',
  failed: '$(error)',
  stopping: '$(loading~spin)',
};

/** The phase of an experiment as its lens says it, with a codicon in front. */
export function experimentText(experiment: ExperimentView, now: number, language: Language): string {
  return `${PHASE_ICONS[experiment.phase]}\u00a0${phaseText(experiment, now, language)}`;
}

/** The phase of an experiment in words: `Running 42 s of 1 h`. */
export function phaseText(experiment: ExperimentView, now: number, language: Language): string {
  const { l10n } = language;
  switch (experiment.phase) {
    case 'injecting':
      return experiment.targets > 0
        ? l10n.t('Injecting {0} of {1}', experiment.injected, experiment.targets)
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
      return l10n.t('Stopping…');
  }
}

/** True while the cluster still acts on it, so that Stop has a point. */
export function isActive(experiment: ExperimentView): boolean {
  return experiment.phase !== 'finished' && experiment.phase !== 'stopping';
}

function runningText(experiment: ExperimentView, now: number, language: Language): string {
  const { l10n } = language;
  const started = Date.parse(experiment.object.metadata.creationTimestamp ?? '');
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

/**
 * Keeps a stranger's text in one line, free of `$(icon)` syntax, which titles would draw, and of control characters and such as
 * turn the direction of writing.
 */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}')
    .replaceAll('$(', '$ (')
    .trim();
}
