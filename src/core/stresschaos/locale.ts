/** The languages Podstress speaks. */
export const LOCALES = ['en', 'zh-cn', 'ja', 'fr'] as const;
export type Locale = (typeof LOCALES)[number];
export type Localized = Readonly<Record<Locale, string>>;

/** The nearest language we have for an editor's or system's tag (`zh-Hans`, `fr-CA`, `ja_JP.UTF-8`); else English. */
export function pickLocale(tag: string): Locale {
  const language = tag.toLowerCase().split(/[-_.]/)[0] ?? '';
  if (language === 'zh') return 'zh-cn';
  return language === 'ja' || language === 'fr' ? language : 'en';
}
