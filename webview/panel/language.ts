import type { PanelTexts } from '../../src/protocol/panel/texts.js';

/** What the page speaks. */
export interface PageLanguage {
  readonly texts: PanelTexts;
  /** BCP 47 */
  readonly locale: string;
}

/** The wall clock to the second; empty without a time. */
export function clock(time: string | number | null, { locale }: PageLanguage): string {
  if (time === null) return '';
  return new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' }).format(new Date(time));
}
