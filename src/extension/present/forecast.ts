import {
  type ForecastOutcome,
  forecast as forecastOne,
  stressBytesOnNode,
} from '../../core/memory/forecast.js';
import { displayBytes, displayShare, inUnit, percentOf, unitFor } from '../../core/units/display.js';
import { isSingular } from '../../core/units/plural.js';
import type { ContainerView, PodView } from '../../lab/types.js';
import type { Language } from './localizer.js';
import type { Targets } from './targets.js';

/** The memory that a manifest or the user asks for, per container: bytes in all, or percent of the node's memory. */
export interface Ask {
  readonly workers: number;
  readonly totalBytes: number | null;
  readonly nodePercent: number | null;
}

/** What a stress would do to all the containers it hits. */
export interface Forecast {
  readonly workers: number;
  /** Bytes that it adds to each container, the most where nodes differ. */
  readonly addedBytes: number;
  /** Over the containers that have a sample; null where none has. */
  readonly before: Range | null;
  readonly after: Range | null;
  /** The lowest limit among the containers; null where none has one. */
  readonly lowestLimit: number | null;
  /** Whether all of them have that limit. */
  readonly sameLimit: boolean;
  /** The worst of all. */
  readonly outcome: ForecastOutcome;
}

/** Bytes. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The memory of a node, bytes; null where nobody told it. */
export type NodeMemory = (nodeName: string | undefined) => number | null;

const WORST_FIRST: readonly ForecastOutcome[] = ['exceeds', 'near', 'unknown', 'no-limit', 'fits'];

/**
 * Adds the stress to each target container and holds it against its limit.
 *
 * @param restOf what a container holds without the experiment that this one replaces, bytes; null: not known.
 * @returns null where there is no container, or where a percentage meets a node of unknown size.
 */
export function forecastTargets(
  ask: Ask,
  targets: Targets,
  nodeMemory: NodeMemory,
  restOf: (container: ContainerView) => number | null = workingSetOf,
): Forecast | null {
  const told = targets.candidates.flatMap(({ pod, containers }) =>
    containers.map((container) => forecastContainer(ask, pod, container, nodeMemory, restOf(container))),
  );
  const added = told.flatMap(({ stressBytes }) => (stressBytes === null ? [] : [stressBytes]));
  if (told.length === 0 || added.length < told.length) return null;
  const limits = told.flatMap(({ limitBytes }) => (limitBytes === null ? [] : [limitBytes]));
  return {
    workers: ask.workers,
    addedBytes: Math.max(...added),
    before: rangeOf(told.map(({ workingSetBytes }) => workingSetBytes)),
    after: rangeOf(told.map(({ afterBytes }) => afterBytes)),
    lowestLimit: limits.length === 0 ? null : Math.min(...limits),
    sameLimit: limits.length === told.length && new Set(limits).size === 1,
    outcome: WORST_FIRST.find((outcome) => told.some((one) => one.outcome === outcome)) ?? 'unknown',
  };
}

function forecastContainer(
  ask: Ask,
  pod: PodView,
  container: ContainerView,
  nodeMemory: NodeMemory,
  workingSetBytes: number | null,
) {
  const input = {
    workingSetBytes,
    limitBytes: container.limitBytes,
    stressBytes: stressBytesOnNode(ask, nodeMemory(pod.pod.spec.nodeName)),
  };
  return { ...input, ...forecastOne(input) };
}

/** The working set of a container by the best source there is, bytes; null where that is stale: a forecast needs a number of now. */
export function workingSetOf(container: ContainerView): number | null {
  const { memory } = container;
  return memory === null || memory.stale ? null : memory.workingSetBytes;
}

/** `4 workers share 50 MiB`. */
export function askText(workers: number, bytes: number, { l10n, locale }: Language): string {
  const size = displayBytes(bytes, locale, true);
  return isSingular(workers, locale)
    ? l10n.t('{0} worker takes {1}', workers, size)
    : l10n.t('{0} workers share {1}', workers, size);
}

/** The forecast in one line, e.g. `4 workers share 50 MiB · each container 38 → 88 of 500 MiB (18 %) · fits`. */
export function forecastText(told: Forecast, language: Language): string {
  return `${askText(told.workers, told.addedBytes, language)} · ${becomesText(told, language)}`;
}

/** What becomes of the containers: the forecast without what is asked for. */
export function becomesText(told: Forecast, language: Language): string {
  if (told.outcome === 'exceeds') return exceedsText(told, language);
  return [eachText(told, language), outcomeText(told, language)].filter((text) => text !== null).join(' · ');
}

/** The head-room of a container: `38 / 500 MiB in use, 462 MiB to the limit`. */
export function headRoomText(container: ContainerView, { l10n, locale }: Language): string {
  const used = workingSetOf(container);
  const limit = container.limitBytes;
  if (limit === null) {
    return used === null ? l10n.t('no limit') : l10n.t('{0} in use, no limit', displayBytes(used, locale));
  }
  if (used === null) return l10n.t('limit {0}, memory in use unknown', displayBytes(limit, locale));
  return l10n.t(
    '{0} in use, {1} to the limit',
    displayShare(used, limit, locale),
    displayBytes(Math.max(0, limit - used), locale),
  );
}

function exceedsText(told: Forecast, { l10n, locale }: Language): string {
  const limit = told.lowestLimit ?? 0;
  const before = told.before?.high ?? 0;
  const unit = unitFor(before + told.addedBytes);
  const sum =
    told.addedBytes > limit
      ? displayBytes(told.addedBytes, locale, true)
      : `${inUnit(before, unit, locale)} + ${inUnit(told.addedBytes, unit, locale, true)} ${unit}`;
  return l10n.t('{0} passes the {1} limit: the OOM killer will act', sum, displayBytes(limit, locale));
}

function eachText(
  { before, after, lowestLimit, sameLimit }: Forecast,
  { l10n, locale }: Language,
): string | null {
  if (before === null || after === null) return null;
  const unit = unitFor(Math.max(after.high, lowestLimit ?? 0));
  const from = rangeText(before, unit, locale);
  const to = rangeText(after, unit, locale);
  if (lowestLimit === null || !sameLimit) return l10n.t('each container {0} → {1} {2}', from, to, unit);
  const percent = l10n.t('{0} %', percentOf(after.high, lowestLimit));
  const limit = displayBytes(lowestLimit, locale);
  return l10n.t('each container {0} → {1} of {2} ({3})', from, to, limit, percent);
}

function outcomeText(told: Forecast, { l10n, locale }: Language): string {
  switch (told.outcome) {
    case 'near':
      return l10n.t('close to the limit');
    case 'no-limit':
      return l10n.t('no limit: the node’s memory is the bound');
    case 'unknown':
      return l10n.t('limit {0}, memory in use unknown', displayBytes(told.lowestLimit ?? 0, locale));
    default:
      return l10n.t('fits');
  }
}

function rangeOf(values: readonly (number | null)[]): Range | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : { low: Math.min(...known), high: Math.max(...known) };
}

function rangeText(range: Range, unit: ReturnType<typeof unitFor>, locale: string): string {
  const low = inUnit(range.low, unit, locale);
  const high = inUnit(range.high, unit, locale);
  return low === high ? low : `${low}–${high}`;
}
