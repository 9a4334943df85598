const RULES = new Map<string, Intl.PluralRules>();

/**
 * Whether a language (BCP 47 tag) writes this number of things in the singular: English 1, French also 0. A text with a
 * count comes in two messages, both with the number in them, and this chooses.
 */
export function isSingular(count: number, locale: string): boolean {
  let rules = RULES.get(locale);
  if (rules === undefined) {
    rules = new Intl.PluralRules(locale);
    RULES.set(locale, rules);
  }
  return rules.select(count) === 'one';
}
