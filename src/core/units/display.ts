const KIB = 1024;
const MIB = KIB * 1024;
const GIB = MIB * 1024;

export type ByteUnit = 'KiB' | 'MiB' | 'GiB';

const UNIT_BYTES: Readonly<Record<ByteUnit, number>> = { KiB: KIB, MiB: MIB, GiB: GIB };

/**
 * The binary unit in which a number of bytes is shown: MiB, the unit in which manifests and limits are written,
 * except below 1 MiB (KiB) and from 10,000 MiB (GiB).
 */
export function unitFor(bytes: number): ByteUnit {
  const size = Math.abs(bytes);
  if (size >= 10_000 * MIB) return 'GiB';
  if (size > 0 && size < MIB) return 'KiB';
  return 'MiB';
}

/** Making one costs a hundred times what using it does, and lists ask for thousands of numbers. */
const FORMATTERS = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, digits: 0 | 1, useGrouping: boolean): Intl.NumberFormat {
  const key = `${locale} ${digits} ${useGrouping}`;
  let made = FORMATTERS.get(key);
  if (made === undefined) {
    made = new Intl.NumberFormat(locale, { maximumFractionDigits: digits, useGrouping });
    FORMATTERS.set(key, made);
  }
  return made;
}

/** The number alone in that unit: whole, with one decimal below 10 (or below 100 where `exact` is asked for). */
export function inUnit(bytes: number, unit: ByteUnit, locale: string, exact = false): string {
  const value = bytes / UNIT_BYTES[unit];
  const digits = unit === 'GiB' || Math.abs(value) < (exact ? 100 : 10) ? 1 : 0;
  return formatter(locale, digits, false).format(value);
}

/** Bytes as `88 MiB`, `412 KiB`, `15.6 GiB`. `exact` keeps one decimal below 100, e.g. `12.5 MiB`. */
export function displayBytes(bytes: number, locale: string, exact = false): string {
  const unit = unitFor(bytes);
  return `${inUnit(bytes, unit, locale, exact)} ${unit}`;
}

/** A part of a whole in the whole's unit: `88/500 MiB`. */
export function displayShare(bytes: number, ofBytes: number, locale: string): string {
  const unit = unitFor(ofBytes);
  return `${inUnit(bytes, unit, locale)}/${inUnit(ofBytes, unit, locale)} ${unit}`;
}

/** Exact bytes with grouping: `92,274,688`. */
export function displayExact(bytes: number, locale: string): string {
  return formatter(locale, 0, true).format(bytes);
}

/** Whole percent of a limit; 100 and above only where the limit is reached. */
export function percentOf(bytes: number, ofBytes: number): number {
  if (ofBytes <= 0) return 0;
  const percent = Math.round((bytes / ofBytes) * 100);
  return bytes < ofBytes ? Math.min(percent, 99) : percent;
}
