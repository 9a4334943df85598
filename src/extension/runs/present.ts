import type { RunRecord } from '../../core/experiment/record.js';
import { displayBytes, displayShare } from '../../core/units/display.js';
import { isSingular } from '../../core/units/plural.js';
import { highestPeak, killsIn, restartsIn } from '../../lab/runs/report/figures.js';
import { formatSpan } from '../present/experiments.js';
import type { Language } from '../present/localizer.js';
import { plain } from '../present/plain.js';

/** A run in a list: its name, when and where, and what it came to. */
export interface RunItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

export function runItem(record: RunRecord, language: Language): RunItem {
  const { l10n, locale } = language;
  const when = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const sums = [
    outcomeText(record, language),
    peakText(record, language),
    formatSpan(record.duration, language),
  ];
  return {
    label: `${iconOf(record)} ${plain(record.key.slice(record.key.indexOf('/') + 1))}`,
    description: l10n.t('{0} in {1}', when.format(new Date(record.startedAt)), plain(record.cluster.context)),
    detail: sums.filter((text) => text !== null).join(' · '),
  };
}

/** What a run came to, in a few words. */
export function outcomeText(record: RunRecord, { l10n, locale }: Language): string {
  if (record.end === 'failed' || record.injectedAfter === null) return l10n.t('not injected');
  const kills = killsIn(record);
  if (kills > 0)
    return isSingular(kills, locale) ? l10n.t('{0} OOM kill', kills) : l10n.t('{0} OOM kills', kills);
  const restarts = restartsIn(record);
  if (restarts > 0) {
    return isSingular(restarts, locale) ? l10n.t('{0} restart', restarts) : l10n.t('{0} restarts', restarts);
  }
  return isWatched(record) ? l10n.t('survived') : l10n.t('no kill seen');
}

function peakText(record: RunRecord, { l10n, locale }: Language): string | null {
  const peak = highestPeak(record);
  if (peak === null) return null;
  const { limitBytes } = peak.target;
  const size =
    limitBytes === null ? displayBytes(peak.bytes, locale) : displayShare(peak.bytes, limitBytes, locale);
  return l10n.t('working set at most {0}', size);
}

function iconOf(record: RunRecord): string {
  if (record.injectedAfter === null) return '$(circle-slash)';
  if (killsIn(record) > 0) return '$(flame)';
  if (restartsIn(record) > 0) return '$(warning)';
  return isWatched(record) ? '$(pass)' : '$(question)';
}

function isWatched({ targets }: RunRecord): boolean {
  return targets.length > 0 && targets.every(({ killsWatched }) => killsWatched);
}
