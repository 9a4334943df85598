import type { ExperimentView } from '../../lab/types.js';
import { arrivalLines } from './arrivals.js';
import { phaseWord, placeOf } from './experiment-rows.js';
import { formatSpan, isTroubled, remainingText } from './experiments.js';
import { hangReason } from './hang.js';
import type { Language } from './localizer.js';
import type { Detail, Details } from './pod-details.js';

/** Everything that is known of an experiment, for its tooltip. */
export function experimentDetails(experiment: ExperimentView, now: number, language: Language): Details {
  const { l10n } = language;
  const { object, origin, detail, hang, startedAt, key } = experiment;
  const { mode, value, duration } = object.spec;
  const started = Date.parse(startedAt ?? '');
  const rows: readonly (readonly [string, string | null])[] = [
    [l10n.t('Phase'), phaseWord(experiment, language)],
    [
      l10n.t('Started'),
      Number.isNaN(started) ? null : l10n.t('{0} ago', formatSpan(now - started, language)),
    ],
    [l10n.t('Duration'), duration ?? l10n.t('until it is stopped')],
    [l10n.t('Ends'), remainingText(experiment, now, language)],
    [l10n.t('Containers'), l10n.t('{0} of {1} injected', experiment.injected, experiment.targets)],
    [l10n.t('Mode'), value === undefined ? mode : `${mode} ${value}`],
    [l10n.t('Engine'), experiment.engine === 'chaos-mesh' ? 'Chaos Mesh' : l10n.t('the node agents')],
    [
      l10n.t('Made by'),
      origin === null
        ? l10n.t('not with Podstress')
        : (origin.user ?? l10n.t('Podstress, by an unknown user')),
    ],
    [l10n.t('Manifest'), origin?.file ?? null],
    ...(object.status?.conditions ?? []).map(({ type, status, reason }): readonly [string, string] => [
      type,
      reason === undefined || reason === '' ? status : `${status}: ${reason}`,
    ]),
  ];
  return {
    title: placeOf(key)[1],
    subtitle: key,
    worries: [
      ...(hang === null ? [] : [l10n.t('Its deletion hangs: {0}', hangReason(hang, language))]),
      ...(detail === null ? [] : [detail]),
      ...(isTroubled(experiment) ? arrivalLines(experiment, language) : []),
    ],
    rows: rows.flatMap(([label, text]): Detail[] =>
      text === null ? [] : [{ label, value: text, from: '' }],
    ),
    note: '',
  };
}
