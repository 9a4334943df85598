import { displayBytes, displayShare, inUnit, percentOf, unitFor } from '../../core/units/display.js';
import type { ContainerView } from '../../lab/types.js';
import type { Language } from './localizer.js';
import type { Targets } from './targets.js';

/** What a memory stress would do to the containers it hits. */
export interface Forecast {
  /** Bytes that it adds to each container. */
  readonly addedBytes: number;
  readonly workers: number;
  /** Range over the containers that have a sample; null where none has. */
  readonly before: Range | null;
  readonly after: Range | null;
  /** The lowest limit among the containers; null where none has one. */
  readonly lowestLimit: number | null;
  /** Whether all of them have the same limit. */
  readonly sameLimit: boolean;
  /** True as soon as one container would pass its limit. */
  readonly exceeds: boolean;
  /** How many containers the candidates hold. */
  readonly containers: number;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * Adds the stress to each target's working set and holds it against its limit. A first forecast in sums: it does
 * not know what the kernel can reclaim, so it warns where the sum passes the limit.
 *
 * @param replacedBytes what an experiment that this one replaces holds in each container now.
 */
export function forecast(
  ask: { readonly workers: number; readonly bytes: number },
  targets: Targets,
  replacedBytes = 0,
): Forecast {
  const containers = targets.candidates.flatMap((target) => target.containers);
  const restOf = (container: ContainerView) =>
    container.sample === null ? null : Math.max(0, container.sample.workingSetBytes - replacedBytes);
  const used = containers.map(restOf).filter((bytes) => bytes !== null);
  const limits = containers.flatMap((container) => (container.limitBytes === null ? [] : [container.limitBytes]));
  const before = used.length === 0 ? null : { low: Math.min(...used), high: Math.max(...used) };
  return {
    addedBytes: ask.bytes,
    workers: ask.workers,
    before,
    after: before === null ? null : { low: before.low + ask.bytes, high: before.high + ask.bytes },
    lowestLimit: limits.length === 0 ? null : Math.min(...limits),
    sameLimit: limits.length === containers.length && new Set(limits).size === 1,
    exceeds: containers.some(
      (container) => container.limitBytes !== null && (restOf(container) ?? 0) + ask.bytes > container.limitBytes,
    ),
    containers: containers.length,
  };
}

/** `4 workers share 50 MiB`. */
export function askText(workers: number, bytes: number, { l10n, locale }: Language): string {
  const size = displayBytes(bytes, locale, true);
  return workers === 1 ? l10n.t('1 worker takes {0}', size) : l10n.t('{0} workers share {1}', workers, size);
}

/** The forecast in one line, e.g. `4 workers share 50 MiB · each container 38 → 88 of 500 MiB (18 %) · fits`. */
export function forecastText(told: Forecast, language: Language): string {
  const { l10n, locale } = language;
  const parts = [askText(told.workers, told.addedBytes, language)];
  const limit = told.lowestLimit;
  if (told.exceeds && limit !== null) {
    parts.push(
      told.addedBytes > limit
        ? l10n.t(
            '{0} passes the {1} limit: the OOM killer will act',
            displayBytes(told.addedBytes, locale, true),
            displayBytes(limit, locale),
          )
        : l10n.t(
            '{0} passes the {1} limit: the OOM killer will act',
            sumText(told, locale),
            displayBytes(limit, locale),
          ),
    );
    return parts.join(' · ');
  }
  if (told.before === null || told.after === null) {
    parts.push(
      limit === null
        ? l10n.t('no limit: the node’s memory is the bound')
        : l10n.t('limit {0}, working set unknown', displayBytes(limit, locale)),
    );
    return parts.join(' · ');
  }
  const unit = unitFor(Math.max(told.after.high, limit ?? 0));
  const from = rangeText(told.before, unit, locale);
  const to = rangeText(told.after, unit, locale);
  if (limit === null || !told.sameLimit) {
    parts.push(l10n.t('each container {0} → {1} {2}', from, to, unit));
    parts.push(limit === null ? l10n.t('no limit: the node’s memory is the bound') : l10n.t('fits'));
  } else {
    const percent = l10n.t('{0} %', percentOf(told.after.high, limit));
    parts.push(l10n.t('each container {0} → {1} of {2} ({3})', from, to, displayBytes(limit, locale), percent));
    parts.push(l10n.t('fits'));
  }
  return parts.join(' · ');
}

/** The head-room of a container in words: `462 MiB free of 500 MiB`. */
export function headRoomText(container: ContainerView, language: Language): string {
  const { l10n, locale } = language;
  const used = container.sample?.workingSetBytes ?? null;
  if (container.limitBytes === null) {
    return used === null
      ? l10n.t('no limit')
      : l10n.t('{0} in use, no limit', displayBytes(used, locale));
  }
  if (used === null) return l10n.t('limit {0}, working set unknown', displayBytes(container.limitBytes, locale));
  return l10n.t(
    '{0} in use, {1} to the limit',
    displayShare(used, container.limitBytes, locale),
    displayBytes(Math.max(0, container.limitBytes - used), locale),
  );
}

function sumText(told: Forecast, locale: string): string {
  const before = told.before?.high ?? 0;
  const unit = unitFor(Math.max(before + told.addedBytes, 0));
  return `${inUnit(before, unit, locale)} + ${inUnit(told.addedBytes, unit, locale, true)} ${unit}`;
}

function rangeText(range: Range, unit: ReturnType<typeof unitFor>, locale: string): string {
  const low = inUnit(range.low, unit, locale);
  const high = inUnit(range.high, unit, locale);
  return low === high ? low : `${low}–${high}`;
}
