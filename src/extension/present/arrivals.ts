import { displayBytes, inUnit, unitFor } from '../../core/units/display.js';
import { isSingular } from '../../core/units/plural.js';
import type { Arrival, ArrivalState, ExperimentView } from '../../lab/types.js';
import type { Language } from './localizer.js';
import { plain } from './plain.js';

const WORST_FIRST: readonly ArrivalState[] = [
  'gone',
  'restarted',
  'absent',
  'respawning',
  'short',
  'arriving',
  'unknown',
  'arrived',
];
const TROUBLES: ReadonlySet<ArrivalState> = new Set(['gone', 'restarted', 'absent', 'respawning', 'short']);

/** Whether the stress is not what the manifest asked for in any of its targets. */
export function isArrivalTroubled({ arrivals }: ExperimentView): boolean {
  return arrivals.some(({ state }) => TROUBLES.has(state));
}

/**
 * What became of the stress in all targets in one line, the worst first; where it is not the same in all, with how many
 * of them it is so: `1 of 2: the container was restarted: the stress is gone · 1 of 2: 49 of 50 MiB arrived`.
 *
 * @returns null where nothing is injected, or nothing is known of any target.
 */
export function arrivalText({ arrivals }: ExperimentView, language: Language): string | null {
  if (arrivals.every(({ state }) => state === 'unknown')) return null;
  const groups = new Map<string, Arrival[]>();
  for (const arrival of inOrder(arrivals)) {
    const kind = `${arrival.state} ${arrival.reason}`;
    groups.set(kind, [...(groups.get(kind) ?? []), arrival]);
  }
  const texts = [...groups.values()].map((group) => {
    const text = stateText(sumOf(group), language);
    return group.length === arrivals.length
      ? text
      : language.l10n.t('{0} of {1}: {2}', group.length, arrivals.length, text);
  });
  return texts.join(' · ');
}

/** One line per target, the worst first: `hello-kubernetes/web/app: 49 of 50 MiB arrived`. */
export function arrivalLines({ arrivals }: ExperimentView, language: Language): readonly string[] {
  return inOrder(arrivals).map((arrival) => {
    const notes = [stateText(arrival, language), reinjectionText(arrival, language)];
    return `${plain(arrival.target)}: ${notes.filter((text) => text !== null).join(' · ')}`;
  });
}

/** What became of the stress in one target: `respawning: killed 7 times`. */
export function stateText(arrival: Arrival, language: Language): string {
  const { l10n } = language;
  switch (arrival.state) {
    case 'arriving':
    case 'arrived':
      return partText(arrival, language) ?? l10n.t('its stressors run');
    case 'short': {
      const part = partText(arrival, language);
      return part === null
        ? l10n.t('less arrived than asked for')
        : l10n.t('{0}, and it grows no more', part);
    }
    case 'respawning':
      return arrival.reason === 'exits'
        ? l10n.t('respawning: its stressors end by themselves')
        : killedText(arrival.stressorKills, language);
    case 'absent':
      return arrival.reason === 'ended'
        ? l10n.t('no stressor runs any more')
        : l10n.t('no stressor runs: it ended at once');
    case 'restarted':
      return restartedText(arrival, language);
    case 'gone':
      return arrival.reason === 'replaced'
        ? l10n.t('another Pod has its name now: the stress is gone')
        : l10n.t('the Pod is gone, and the stress with it');
    case 'unknown':
      return unknownText(arrival, language);
  }
}

function restartedText({ reason }: Arrival, { l10n }: Language): string {
  switch (reason) {
    case 'down':
      return l10n.t('the container has ended, and the stress with it');
    case 'oom-killed':
      return l10n.t('the container was OOM-killed and restarted: the stress is gone');
    default:
      return l10n.t('the container was restarted: the stress is gone');
  }
}

function killedText(kills: number, { l10n, locale }: Language): string {
  return isSingular(kills, locale)
    ? l10n.t('respawning: killed {0} time', kills)
    : l10n.t('respawning: killed {0} times', kills);
}

function reinjectionText({ reinjection }: Arrival, { l10n, locale }: Language): string | null {
  if (reinjection === null) return null;
  const { count, exhausted } = reinjection;
  const times = isSingular(count, locale)
    ? l10n.t('injected again {0} time', count)
    : l10n.t('injected again {0} times', count);
  return exhausted ? l10n.t('{0}, and not again by itself', times) : times;
}

function unknownText(arrival: Arrival, language: Language): string {
  const { l10n, locale } = language;
  const { arrivedBytes, expectedBytes } = arrival;
  if (arrivedBytes === null || expectedBytes === null) return l10n.t('nobody measures whether it arrived');
  return l10n.t(
    'the working set grew by {0} where {1} were asked for: whether it all arrived is not known',
    displayBytes(arrivedBytes, locale),
    displayBytes(expectedBytes, locale, true),
  );
}

/** `49 of 50 MiB arrived`; null where one of the two is not known. */
function partText({ arrivedBytes, expectedBytes }: Arrival, { l10n, locale }: Language): string | null {
  if (arrivedBytes === null || expectedBytes === null || expectedBytes === 0) return null;
  const unit = unitFor(expectedBytes);
  return l10n.t(
    '{0} of {1} arrived',
    inUnit(arrivedBytes, unit, locale),
    displayBytes(expectedBytes, locale, true),
  );
}

/** Several targets in the same state as one: with all of their kills, and the bytes of the one that has the least of its own. */
function sumOf(group: readonly Arrival[]): Arrival {
  const least = group.reduce((a, b) => (shareOf(b) < shareOf(a) ? b : a));
  return { ...least, stressorKills: group.reduce((sum, { stressorKills }) => sum + stressorKills, 0) };
}

function shareOf({ arrivedBytes, expectedBytes }: Arrival): number {
  if (arrivedBytes === null || expectedBytes === null || expectedBytes === 0) return Number.POSITIVE_INFINITY;
  return arrivedBytes / expectedBytes;
}

function inOrder(arrivals: readonly Arrival[]): readonly Arrival[] {
  return arrivals.toSorted(
    (a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state) || (a.target < b.target ? -1 : 1),
  );
}
