import { displayBytes } from '../units/display.js';
import { formatDuration } from '../units/duration.js';
import { formatBytes } from '../units/size.js';
import type { Finding } from './finding.js';
import type { Locale } from './locale.js';
import { en } from './texts/en.js';
import { fr } from './texts/fr.js';
import { ja } from './texts/ja.js';
import { liveEn } from './texts/live/en.js';
import { liveFr } from './texts/live/fr.js';
import { liveJa } from './texts/live/ja.js';
import { liveZhCn } from './texts/live/zh-cn.js';
import { zhCn } from './texts/zh-cn.js';

export { type Locale, pickLocale } from './locale.js';

/** The texts of every language: `CODE` or `CODE.variant` -> template; `CODE.about` is a rule page's. */
export const TEXTS: Readonly<Record<Locale, Readonly<Record<string, string>>>> = {
  en: { ...en, ...liveEn },
  'zh-cn': { ...zhCn, ...liveZhCn },
  ja: { ...ja, ...liveJa },
  fr: { ...fr, ...liveFr },
};

/**
 * Puts parameters into a template: `{name}`, `{name|bytes}`, `{name|memory}` (bytes as the views show them), `{name|duration}`.
 * An unknown name stays as it is.
 */
export function fillTemplate(template: string, params: Finding['params'], locale: Locale = 'en'): string {
  return template.replaceAll(
    /\{([a-z]+)(?:\|(bytes|memory|duration))?\}/g,
    (whole, name: string, kind?: string) => {
      const value = params[name];
      if (value === undefined) return whole;
      if (typeof value === 'string') return value.length > 200 ? `${value.slice(0, 200)}…` : value;
      if (kind === 'bytes') return formatBytes(value);
      if (kind === 'memory') return displayBytes(value, locale);
      return kind === 'duration' ? formatDuration(value) : String(value);
    },
  );
}

/** A finding as a sentence. */
export function formatFinding(finding: Pick<Finding, 'code' | 'params'>, locale: Locale): string {
  const { code, params } = finding;
  const variant = params['variant'];
  const texts = TEXTS[locale];
  const template = (variant === undefined ? undefined : texts[`${code}.${variant}`]) ?? texts[code] ?? code;
  return fillTemplate(template, params, locale);
}
