import { durationMs, formatDuration } from '../../units/duration.js';
import { formatBytes } from '../../units/size.js';
import type { StressModel } from '../check/model.js';
import { nextAfter, parseCron } from '../cron.js';
import { fillTemplate } from '../format.js';
import type { Locale, Localized } from '../locale.js';
import { runtimeSize, webhookSize } from '../size.js';
import type { VersionNumber } from '../version.js';
import { entryOf } from '../yaml/node.js';
import { integerOf } from '../yaml/scalar.js';
import type { ClusterNames } from './cluster-names.js';

const TEXTS = {
  shared: {
    en: '{workers} workers share {total|bytes} in all, {each|bytes} each',
    'zh-cn': '{workers} 个 worker 共分担 {total|bytes}，每个 {each|bytes}',
    ja: '{workers} 個の worker が合計 {total|bytes} を分担（各 {each|bytes}）',
    fr: '{workers} workers se partagent {total|bytes} en tout, {each|bytes} chacun',
  },
  exact: {
    en: '{total|bytes} ({exact} bytes)',
    'zh-cn': '{total|bytes}（{exact} 字节）',
    ja: '{total|bytes}（{exact} バイト）',
    fr: '{total|bytes} ({exact} octets)',
  },
  percent: {
    en: '{percent} % of each node’s memory',
    'zh-cn': '每个节点内存的 {percent} %',
    ja: '各ノードのメモリの {percent} %',
    fr: '{percent} % de la mémoire de chaque nœud',
  },
  until: {
    en: 'until {time} if injected now',
    'zh-cn': '若现在注入，直到 {time}',
    ja: '今注入すると {time} まで',
    fr: 'jusqu’à {time} si l’injection a lieu maintenant',
  },
  next: {
    en: 'next: {times} (UTC)',
    'zh-cn': '下次：{times}（UTC）',
    ja: '次回：{times}（UTC）',
    fr: 'prochain : {times} (UTC)',
  },
  every: {
    en: 'every {interval|duration}',
    'zh-cn': '每 {interval|duration}',
    ja: '{interval|duration} ごと',
    fr: 'toutes les {interval|duration}',
  },
} as const satisfies Record<string, Localized>;

/** The moment to reckon from, and how to write a clock time; the editor gives its own time zone. */
export interface Clock {
  readonly nowMs: number;
  /** E.g. `14:05`, with the day where it is another one. */
  readonly format: (ms: number) => string;
}

/** What a size comes to: `4 workers share 50 MiB in all, 12.5 MiB each`; null for one that is refused. */
export function sizeMeaning(
  text: string,
  workers: number | null,
  version: VersionNumber,
  locale: Locale,
  cluster: ClusterNames | null = null,
): string | null {
  if (webhookSize(text, version).kind === 'error') return null;
  const size = runtimeSize(text, version);
  if (size.kind === 'percent') {
    const share = fillTemplate(TEXTS.percent[locale], { percent: size.percent });
    const amounts = (cluster?.nodes() ?? [])
      .filter((node) => node.memoryBytes !== null)
      .slice(0, 3)
      .map((node) => `${node.name}: ${formatBytes(((node.memoryBytes ?? 0) * size.percent) / 100)}`);
    return amounts.length === 0 ? share : `${share} (${amounts.join(', ')})`;
  }
  if (size.kind !== 'bytes') return null;
  if (workers !== null && workers > 1) {
    return fillTemplate(TEXTS.shared[locale], { workers, total: size.bytes, each: size.bytes / workers });
  }
  const exact = String(size.bytes).replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
  return fillTemplate(TEXTS.exact[locale], { total: size.bytes, exact });
}

/** The workers written beside a size. */
export function workersOf(model: StressModel): number | null {
  return model.memory === undefined ? null : integerOf(entryOf(model.memory.map, 'workers')?.value);
}

/** When a duration would be over; null for one that is refused or over at once. */
export function durationMeaning(text: string, clock: Clock, locale: Locale): string | null {
  const ms = durationMs(text);
  if (ms === null || ms <= 0) return null;
  return fillTemplate(TEXTS.until[locale], { time: clock.format(clock.nowMs + ms) });
}

/** The next runs of a schedule; null for one that is refused or names a time zone. */
export function scheduleMeaning(text: string, clock: Clock, locale: Locale, count: number): string | null {
  const schedule = parseCron(text);
  if (schedule.error !== null) return null;
  if (schedule.kind === 'every') return fillTemplate(TEXTS.every[locale], { interval: schedule.ms });
  if (schedule.zone !== null && schedule.zone !== 'UTC') return null;
  const times: string[] = [];
  let after: number | null = clock.nowMs;
  for (let run = 0; run < count; run++) {
    after = nextAfter(schedule, after);
    if (after === null) break;
    times.push(new Date(after).toISOString().slice(0, 16).replace('T', ' '));
  }
  return times.length === 0 ? null : fillTemplate(TEXTS.next[locale], { times: times.join(', ') });
}

/** A duration in Go's own words, for a hover. */
export function exactDuration(text: string): string | null {
  const ms = durationMs(text);
  return ms === null ? null : formatDuration(ms);
}
