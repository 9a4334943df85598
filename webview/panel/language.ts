import type { PanelTexts } from '../../src/protocol/panel/texts.js';

/** What the page speaks. */
export interface PageLanguage {
  readonly texts: PanelTexts;
  /** BCP 47 */
  readonly locale: string;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** To make one costs more than a hundred times its use. */
export function clockFormat(locale: string, timeStyle: 'short' | 'medium'): Intl.DateTimeFormat {
  const key = `${timeStyle} ${locale}`;
  let format = clocks.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { timeStyle, hourCycle: 'h23' });
    clocks.set(key, format);
  }
  return format;
}

/** The wall clock to the second; empty without a time. */
export function clock(time: string | number | null, { locale }: PageLanguage): string {
  return time === null ? '' : clockFormat(locale, 'medium').format(new Date(time));
}

const numbers = new Map<string, Intl.NumberFormat>();

/** `12,345`, as the language groups its digits. */
export function wholeNumber(value: number, locale: string): string {
  let format = numbers.get(locale);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale);
    numbers.set(locale, format);
  }
  return format.format(value);
}
