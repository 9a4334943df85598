import { readDocumentAt } from '../check/checker.js';
import type { TextRange } from '../finding.js';
import type { Locale, Localized } from '../locale.js';
import { versionNumber } from '../version.js';
import { entryOf } from '../yaml/node.js';
import { integerOf } from '../yaml/scalar.js';
import type { LanguageOptions } from './complete.js';
import { fieldDocumentation } from './documentation.js';
import { type Clock, durationMeaning, exactDuration, scheduleMeaning, sizeMeaning } from './meaning.js';
import { findPlace, type Place } from './place.js';

export interface Hover {
  readonly range: TextRange;
  /** Paragraphs of Markdown. */
  readonly contents: readonly string[];
}

export interface HoverOptions extends LanguageOptions {
  readonly clock: Clock;
}

const MODES: Readonly<Record<string, Localized>> = {
  one: {
    en: 'One Pod, chosen at random.',
    'zh-cn': '随机选择一个 Pod。',
    ja: '無作為に選んだ 1 つの Pod。',
    fr: 'Un Pod, choisi au hasard.',
  },
  all: {
    en: 'Every selected Pod at once.',
    'zh-cn': '同时命中所有被选中的 Pod。',
    ja: '選ばれたすべての Pod に同時に。',
    fr: 'Tous les Pods sélectionnés, d’un coup.',
  },
  fixed: {
    en: 'As many Pods as `value` says; all where there are fewer.',
    'zh-cn': '`value` 指定个数的 Pod；不足则全部。',
    ja: '`value` 個の Pod。足りなければすべて。',
    fr: 'Autant de Pods que le dit `value` ; tous s’il y en a moins.',
  },
  'fixed-percent': {
    en: '`value` percent of the Pods, rounded up: at least one.',
    'zh-cn': '`value` 百分比的 Pod，向上取整：至少一个。',
    ja: 'Pod の `value` パーセント（切り上げ、最低 1 つ）。',
    fr: '`value` pour cent des Pods, arrondi vers le haut : au moins un.',
  },
  'random-max-percent': {
    en: 'A random share of the Pods up to `value` percent; it can be none.',
    'zh-cn': '至多 `value` 百分比的随机 Pod；可能一个也没有。',
    ja: '最大 `value` パーセントの無作為な Pod。0 のこともあります。',
    fr: 'Une part aléatoire des Pods jusqu’à `value` pour cent ; elle peut être nulle.',
  },
};

const FLAGS: Readonly<Record<string, Localized>> = {
  '--time': {
    en: 'memStress grows to the full size over this Go duration, instead of at once.',
    'zh-cn': 'memStress 在此 Go 时长内逐步增长到总量，而不是立即占满。',
    ja: 'memStress は一度にではなく、この Go の duration をかけて全量まで増やします。',
    fr: 'memStress atteint la taille totale en cette durée Go, au lieu d’un seul coup.',
  },
  '--size': {
    en: 'Overrides `size`.',
    'zh-cn': '覆盖 `size`。',
    ja: '`size` を上書きします。',
    fr: 'L’emporte sur `size`.',
  },
  '--workers': {
    en: 'Overrides `workers`.',
    'zh-cn': '覆盖 `workers`。',
    ja: '`workers` を上書きします。',
    fr: 'L’emporte sur `workers`.',
  },
};

/** What stands under the cursor, explained; null where there is nothing of ours. */
export function hover(text: string, offset: number, options: HoverOptions): Hover | null {
  const document = readDocumentAt(text, offset, options);
  if (document === null || document.analysis.objects.length === 0) return null;
  const local = offset - document.chunk.start;
  const place = findPlace(
    document.analysis.tree.root,
    (scalar) => scalar.start <= local && local <= scalar.end && scalar.end > scalar.start,
  );
  if (place === null) return null;
  const contents = place.role === 'key' ? keyContents(place, options.locale) : valueContents(place, options);
  if (contents.length === 0) return null;
  const { start, end } = place.scalar;
  return { range: { start: start + document.chunk.start, end: end + document.chunk.start }, contents };
}

function keyContents(place: Place, locale: Locale): string[] {
  return place.keyField === null ? [] : [fieldDocumentation(place.keyField, locale)];
}

function valueContents(place: Place, options: HoverOptions): string[] {
  const { locale, clock } = options;
  const { text } = place.scalar;
  const said = place.type.type === 'string' ? meaning(place, text, options) : null;
  const field = place.field === null ? [] : [fieldDocumentation(place.field, locale)];
  return said === null ? field : [said, ...field];

  function meaning(at: Place, written: string, { chaosMeshVersion, cluster }: HoverOptions): string | null {
    const format = at.type.type === 'string' ? at.type.format : undefined;
    switch (format) {
      case 'size': {
        const memory = at.maps.at(-1);
        const workers = memory === undefined ? null : integerOf(entryOf(memory, 'workers')?.value);
        return sizeMeaning(
          written,
          workers,
          versionNumber(chaosMeshVersion ?? null),
          locale,
          cluster ?? null,
        );
      }
      case 'duration': {
        const until = durationMeaning(written, clock, locale);
        return until === null ? null : `${exactDuration(written)}: ${until}`;
      }
      case 'cron':
        return scheduleMeaning(written, clock, locale, 3);
      case 'stressOption':
        return FLAGS[written.split('=')[0] ?? '']?.[locale] ?? null;
      default:
        return at.entry?.key.text === 'mode' ? (MODES[written]?.[locale] ?? null) : null;
    }
  }
}
