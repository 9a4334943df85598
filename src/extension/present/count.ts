import { isSingular } from '../../core/units/plural.js';
import type { Language } from './localizer.js';

/** `1 Pod`, `2 Pods`. */
export function podsText(count: number, { l10n, locale }: Language): string {
  return isSingular(count, locale) ? l10n.t('{0} Pod', count) : l10n.t('{0} Pods', count);
}

/** `1 of 2 Pods`. */
export function podsOfText(some: number, all: number, { l10n, locale }: Language): string {
  return isSingular(all, locale) ? l10n.t('{0} of {1} Pod', some, all) : l10n.t('{0} of {1} Pods', some, all);
}

/** `1 OOM kill`, `37 OOM kills`. */
export function oomKillsText(count: number, { l10n, locale }: Language): string {
  return isSingular(count, locale) ? l10n.t('{0} OOM kill', count) : l10n.t('{0} OOM kills', count);
}

/** `1 silent OOM kill`: the container outlived it, and Kubernetes shows nothing. */
export function silentKillsText(count: number, { l10n, locale }: Language): string {
  return isSingular(count, locale)
    ? l10n.t('{0} silent OOM kill', count)
    : l10n.t('{0} silent OOM kills', count);
}

/** `1 restart`, `7 restarts`. */
export function restartsText(count: number, { l10n, locale }: Language): string {
  return isSingular(count, locale) ? l10n.t('{0} restart', count) : l10n.t('{0} restarts', count);
}
