import { parseGoFloat, parseGoInt } from './go-float.js';

/** Why a size is refused or comes to nothing. */
export type SizeError =
  /** No number in it, or a negative one. */
  | 'invalid-size'
  /** The unit is not one of the table (e.g. Kubernetes' `Mi`). */
  | 'invalid-suffix'
  /** The number part is not a number Go reads. */
  | 'invalid-number'
  /** A percentage that is not a whole number. */
  | 'invalid-percent'
  /** A percentage outside 0..100. */
  | 'percent-out-of-range'
  /** More bytes than 64 bits count. */
  | 'too-large';

/** A size as one of the programs on its way reads it: a total in bytes, or percent of the NODE's memory. */
export type Size =
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'error'; readonly error: SizeError; readonly detail: string };

const INT64_MIN = -(2 ** 63);
const DECIMAL_POWERS: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, g: 1e9, t: 1e12, p: 1e15 };

/** float64 -> int64 as Go compiles it on amd64: what does not fit becomes the smallest int64. */
function toInt64(value: number): number {
  return value >= 2 ** 63 || value < INT64_MIN || Number.isNaN(value) ? INT64_MIN : Math.trunc(value) + 0;
}

function failure(error: SizeError, detail: string): Size {
  return { kind: 'error', error, detail };
}

/**
 * docker/go-units 0.5.0 `FromHumanSize`, which Chaos Mesh's webhook runs from 2.6.0 on: every unit, `MiB`
 * included, counts in powers of 1000. The webhook only checks with it; what runs is {@link parseHumanizeSize}.
 */
export function parseGoUnitsSize(text: string): Size {
  const last = lastIndexOfAny(text, '01234567890. ');
  if (last === -1) return failure('invalid-size', text);
  const suffix = text.slice(last + 1);
  const number = parseGoFloat(text.slice(0, text[last] === ' ' ? last : last + 1));
  if (number.error !== null) return failure('invalid-number', text);
  if (number.value < 0) return failure('invalid-size', text);
  if (suffix === '') return { kind: 'bytes', bytes: toInt64(number.value) };
  const lower = suffix.toLowerCase();
  if (lower === 'b') return { kind: 'bytes', bytes: toInt64(number.value) };
  const power = DECIMAL_POWERS[lower[0] ?? ''];
  if (power === undefined || !['', 'b', 'ib'].includes(lower.slice(1))) {
    return failure('invalid-suffix', suffix.length > 3 ? suffix : lower);
  }
  return { kind: 'bytes', bytes: toInt64(number.value * power) };
}

function lastIndexOfAny(text: string, characters: string): number {
  for (let index = text.length - 1; index >= 0; index--) {
    if (characters.includes(text[index] ?? '')) return index;
  }
  return -1;
}

const LEGACY = /^(\d+(?:\.\d+)*) ?([kKmMgGtTpP])?[iI]?[bB]?$/;

/** docker/go-units 0.4.0 `FromHumanSize`, the webhook's check up to Chaos Mesh 2.5: takes `50Mi`, counts it in powers of 1000. */
export function parseLegacyGoUnitsSize(text: string): Size {
  const parts = LEGACY.exec(text);
  if (parts === null) return failure('invalid-size', text);
  const number = parseGoFloat(parts[1] ?? '');
  if (number.error !== null) return failure('invalid-number', text);
  return {
    kind: 'bytes',
    bytes: toInt64(number.value * (DECIMAL_POWERS[(parts[2] ?? '').toLowerCase()] ?? 1)),
  };
}

/** Chaos Mesh's own rule around go-units: a trailing `%` makes it a whole percentage of 0..100. */
function withPercent(text: string, parse: (text: string) => Size): Size {
  if (!text.endsWith('%')) return parse(text);
  const percent = parseGoInt(text.slice(0, -1));
  if (percent === null) return failure('invalid-percent', text);
  if (percent < 0 || percent > 100) return failure('percent-out-of-range', text);
  return { kind: 'percent', percent };
}

/** What the webhook of Chaos Mesh 2.6 and later says to a size (the type `Bytes`). */
export function parseWebhookSize(text: string): Size {
  return withPercent(text, parseGoUnitsSize);
}

/** What the webhook of Chaos Mesh up to 2.5 says to a size. */
export function parseLegacyWebhookSize(text: string): Size {
  return withPercent(text, parseLegacyGoUnitsSize);
}

const HUMANIZE_UNITS: ReadonlyMap<string, number> = new Map(
  ['k', 'm', 'g', 't', 'p', 'e'].flatMap((unit, index): [string, number][] => {
    const decimal = 1000 ** (index + 1);
    const binary = 1024 ** (index + 1);
    return [
      [unit, decimal],
      [`${unit}b`, decimal],
      [`${unit}i`, binary],
      [`${unit}ib`, binary],
    ];
  }),
);

/** dustin/go-humanize `ParseBytes`, which memStress runs: `MB` counts in 1000, `MiB` and `Mi` in 1024. */
export function parseHumanizeSize(text: string): Size {
  let digits = 0;
  while (digits < text.length && /[0-9.,]/.test(text[digits] ?? '')) digits++;
  const number = parseGoFloat(text.slice(0, digits).replaceAll(',', ''));
  if (number.error !== null) return failure('invalid-number', text);
  const unit = text.slice(digits).trim().toLowerCase();
  const factor = unit === '' || unit === 'b' ? 1 : HUMANIZE_UNITS.get(unit);
  if (factor === undefined) return failure('invalid-suffix', unit);
  const bytes = number.value * factor;
  if (bytes >= 2 ** 64) return failure('too-large', text);
  return { kind: 'bytes', bytes: Math.trunc(bytes) };
}

/** What is left of one argument after Chaos Mesh has split its command line at white space (Go's strings.Fields). */
export function firstField(text: string): string {
  return /\S+/.exec(text)?.[0] ?? '';
}

/**
 * What memStress (Chaos Mesh 2.2 and later) makes of `size`: the first field of the value, as percent of the node's
 * memory or as go-humanize reads it. An error means that it allocates nothing.
 */
export function parseRuntimeSize(text: string): Size {
  const field = firstField(text);
  if (!field.endsWith('%')) return parseHumanizeSize(field);
  const percent = parseGoFloat(field.slice(0, -1));
  return percent.error === null
    ? { kind: 'percent', percent: percent.value }
    : failure('invalid-percent', field);
}

const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** Bytes in binary units with at most two decimals, e.g. `12.5 MiB`, `476.84 MiB`, `512 B`. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  // 1023.995 would round to "1024 KiB": go on to the next unit there.
  while (value >= 1023.995 && unit < BINARY_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const rounded = unit === 0 ? Math.round(value) : Math.round(value * 100) / 100;
  return `${bytes < 0 ? '-' : ''}${rounded} ${BINARY_UNITS[unit] ?? ''}`;
}

/** A size to write into a manifest: at most one decimal, binary units without a blank, e.g. `477MiB`; at least 1MiB steps. */
export function manifestSize(bytes: number): string {
  const unit =
    bytes >= 1024 ** 3 && bytes % 1024 ** 3 === 0 ? 3 : bytes >= 1024 ** 2 ? 2 : bytes >= 1024 ? 1 : 0;
  const value = bytes / 1024 ** unit;
  return `${Math.max(1, Math.round(value))}${BINARY_UNITS[unit] ?? ''}`;
}
