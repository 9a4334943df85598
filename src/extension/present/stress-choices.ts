import { displayBytes, displayExact } from '../../core/units/display.js';
import { durationMs } from '../../core/units/duration.js';
import { isSingular } from '../../core/units/plural.js';
import { parseRuntimeSize, parseWebhookSize } from '../../core/units/size.js';
import type { StressTarget } from './container-stress.js';
import { type Ask, becomesText, forecastTargets, type NodeMemory } from './forecast.js';
import type { Language } from './localizer.js';
import { targetsAre } from './targets.js';

/** One answer to a question of the stress wizard. */
export interface Choice<T> {
  /** As a manifest writes it; also what is typed to find it. */
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** It will do harm, or not what one expects. */
  readonly warns?: boolean;
  /** Null: it cannot be chosen, and `detail` says why. */
  readonly value: T | null;
}

/** More workers than this are a slip of the finger. */
const MOST_WORKERS = 1024;

/** What a size is held against. */
export interface SizeWorld {
  readonly targets: readonly StressTarget[];
  readonly nodeMemory: NodeMemory;
  readonly language: Language;
}

/** The size of memory that somebody typed. */
export function typedSize(text: string, world: SizeWorld): Choice<string> {
  const { l10n } = world.language;
  const runs = parseRuntimeSize(text);
  if (parseWebhookSize(text).kind === 'error' || runs.kind === 'error' || /\s/.test(text)) {
    return refused(text, l10n.t('Write a size as 50MiB, 1GiB, or 25% of the node’s memory.'));
  }
  if ((runs.kind === 'bytes' ? runs.bytes : runs.percent) <= 0) {
    return refused(text, l10n.t('A size of nothing would stress nothing.'));
  }
  const description =
    runs.kind === 'percent'
      ? l10n.t('{0} % of the node’s memory', runs.percent)
      : exactText(runs.bytes, world);
  return sizeChoice(text, description, world);
}

/** A size with what becomes of the containers. */
export function sizeChoice(size: string, description: string, world: SizeWorld): Choice<string> {
  const told = forecastTargets(askOf(size, 1), targetsAre(world.targets), world.nodeMemory);
  return {
    label: size,
    description,
    ...(told !== null && { detail: becomesText(told, world.language) }),
    warns: told?.outcome === 'exceeds',
    value: size,
  };
}

/** `52,428,800 bytes`. */
export function exactText(bytes: number, { language: { l10n, locale } }: SizeWorld): string {
  return l10n.t('{0} bytes', displayExact(bytes, locale));
}

/** What a memory stress of that size asks for in each container. */
export function askOf(size: string, workers: number): Ask {
  const parsed = parseRuntimeSize(size);
  return {
    workers,
    totalBytes: parsed.kind === 'bytes' ? parsed.bytes : null,
    nodePercent: parsed.kind === 'percent' ? parsed.percent : null,
  };
}

/** @param size what the workers share; null: they keep processors busy. */
export function workerChoices(size: string | null, language: Language): readonly Choice<number>[] {
  return [1, 2, 4].map((workers) => workerChoice(workers, size, language));
}

export function typedWorkers(text: string, size: string | null, language: Language): Choice<number> {
  const workers = wholeNumber(text, MOST_WORKERS);
  if (workers === null) return refused(text, wholeText(MOST_WORKERS, language));
  return workerChoice(workers, size, language);
}

function workerChoice(workers: number, size: string | null, { l10n, locale }: Language): Choice<number> {
  const one = isSingular(workers, locale);
  const bytes = size === null ? null : askOf(size, workers).totalBytes;
  let detail: string;
  if (size === null) {
    detail = one
      ? l10n.t('keeps at most {0} core busy', workers)
      : l10n.t('keep at most {0} cores busy', workers);
  } else if (bytes === null || workers === 1) {
    detail = one ? l10n.t('{0} process takes it all', workers) : l10n.t('{0} processes share it', workers);
  } else {
    detail = l10n.t('{0} processes share it: {1} each', workers, displayBytes(bytes / workers, locale, true));
  }
  return { label: String(workers), detail, value: workers };
}

export function loadChoices(language: Language): readonly Choice<number>[] {
  return [100, 80, 50, 20].map((load) => loadChoice(load, language));
}

export function typedLoad(text: string, language: Language): Choice<number> {
  const load = wholeNumber(text, 100);
  return load === null ? refused(text, wholeText(100, language)) : loadChoice(load, language);
}

function loadChoice(load: number, { l10n }: Language): Choice<number> {
  return { label: String(load), detail: l10n.t('{0} % of a core for each worker', load), value: load };
}

/** @param now ms since 1970. */
export function durationChoices(now: number, language: Language): readonly Choice<string>[] {
  return ['1m', '5m', '15m', '1h'].map((duration) => durationChoice(duration, now, language));
}

export function typedDuration(text: string, now: number, language: Language): Choice<string> {
  const milliseconds = durationMs(text);
  if (milliseconds === null || milliseconds <= 0) {
    return refused(text, language.l10n.t('Write a duration as 30s, 5m or 1h30m.'));
  }
  return durationChoice(text, now, language);
}

/** Longer than a day, and the time of day says little. */
const DAY_MS = 86_400_000;

function durationChoice(duration: string, now: number, { l10n, locale }: Language): Choice<string> {
  const lasts = durationMs(duration) ?? 0;
  if (lasts > DAY_MS) return { label: duration, value: duration };
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  return {
    label: duration,
    detail: l10n.t('ends by itself at {0}', clock.format(now + lasts)),
    value: duration,
  };
}

/** How long the memory takes to grow, as a Go duration; empty: all at once. */
export interface RampWorld {
  readonly size: string;
  readonly duration: string;
  readonly language: Language;
}

export function rampChoices(world: RampWorld): readonly Choice<string>[] {
  const { l10n } = world.language;
  const none = { label: l10n.t('none'), detail: l10n.t('each worker takes its share at once'), value: '' };
  return [none, ...['30s', '1m', '5m'].map((ramp) => rampChoice(ramp, world))];
}

export function typedRamp(text: string, world: RampWorld): Choice<string> {
  const milliseconds = durationMs(text);
  if (milliseconds === null || milliseconds < 0) {
    return refused(text, world.language.l10n.t('Write a duration as 30s, 5m or 1h30m.'));
  }
  return milliseconds === 0 ? { ...rampChoice(text, world), value: '' } : rampChoice(text, world);
}

function rampChoice(ramp: string, { size, duration, language }: RampWorld): Choice<string> {
  const { l10n, locale } = language;
  const seconds = (durationMs(ramp) ?? 0) / 1000;
  if (seconds * 1000 >= (durationMs(duration) ?? Number.POSITIVE_INFINITY)) {
    return {
      label: ramp,
      detail: l10n.t('the stress ends after {0}, before it is all there', duration),
      warns: true,
      value: ramp,
    };
  }
  const bytes = askOf(size, 1).totalBytes;
  if (bytes === null || seconds <= 0) return { label: ramp, value: ramp };
  return {
    label: ramp,
    detail: l10n.t('grows by {0} a second', displayBytes(bytes / seconds, locale, true)),
    value: ramp,
  };
}

function refused<T>(label: string, detail: string): Choice<T> {
  return { label, detail, value: null };
}

function wholeNumber(text: string, most: number): number | null {
  const number = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= most ? number : null;
}

function wholeText(most: number, { l10n }: Language): string {
  return l10n.t('Write a whole number from 1 to {0}.', most);
}
