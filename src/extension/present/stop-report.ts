import { isSingular } from '../../core/units/plural.js';
import type { StopReport } from '../../lab/types.js';
import type { Language } from './localizer.js';
import { plain } from './plain.js';

/** So many containers are named. */
const MAX_NAMES = 3;

export interface StopText {
  /** The worst of what was found: `left` where a stressor still runs. */
  readonly kind: 'clean' | 'unknown' | 'left';
  readonly text: string;
}

/** What a stop came to: what was looked into, what is left, and what nobody could look into. */
export function stopText(key: string, report: StopReport, language: Language): StopText {
  const { l10n } = language;
  const { clean, left, unknown } = report;
  const name = plain(key);
  if (left.length > 0) {
    const places = left.map(({ target, pids }) =>
      l10n.t('{0} (processes {1})', plain(target), pids.join(', ')),
    );
    return {
      kind: 'left',
      text: l10n.t('{0} is gone, and stressors of it still run in {1}.', name, named(places)),
    };
  }
  if (unknown.length > 0) {
    return {
      kind: 'unknown',
      text: l10n.t(
        '{0} is stopped. Whether its stressors are gone could not be looked into in {1}: no agent on the node tells.',
        name,
        named(unknown.map(plain)),
      ),
    };
  }
  if (clean.length === 0) return { kind: 'clean', text: l10n.t('{0} is stopped', name) };
  return {
    kind: 'clean',
    text: isSingular(clean.length, language.locale)
      ? l10n.t('{0} is stopped: no stressor is left in {1} container', name, clean.length)
      : l10n.t('{0} is stopped: no stressor is left in {1} containers', name, clean.length),
  };
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return names.length > MAX_NAMES ? `${shown}, … (+${names.length - MAX_NAMES})` : shown;
}
