/** Why Go's time.ParseDuration refuses a text. */
export type DurationError = 'invalid' | 'missing-unit' | 'unknown-unit';

export type Duration =
  | { readonly ns: bigint; readonly error: null }
  /** `unit`: the unit that is not known, where that is the reason. */
  | { readonly error: DurationError; readonly unit: string };

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

/** The units a duration may use, largest first. */
export const DURATION_UNITS: readonly string[] = ['h', 'm', 's', 'ms', 'us', 'ns'];

const LIMIT = 1n << 63n;
const COMPONENT = /([0-9]*)(\.[0-9]*)?([^0-9.]*)/y;

function failure(error: DurationError, unit = ''): Duration {
  return { error, unit };
}

/** Go's time.ParseDuration: a signed sequence of decimal numbers, each with one of ns us µs ms s m h; `0` alone needs no unit. */
export function parseDuration(text: string): Duration {
  const negative = text.startsWith('-');
  const rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return { ns: 0n, error: null };
  if (rest === '') return failure('invalid');
  let total = 0n;
  COMPONENT.lastIndex = 0;
  while (COMPONENT.lastIndex < rest.length) {
    const parts = COMPONENT.exec(rest);
    const whole = parts?.[1] ?? '';
    const fraction = (parts?.[2] ?? '').slice(1);
    const unitName = parts?.[3] ?? '';
    if (parts === null || (whole === '' && fraction === '')) return failure('invalid');
    if (unitName === '') return failure('missing-unit');
    const unit = UNITS.get(unitName);
    if (unit === undefined) return failure('unknown-unit', unitName);
    if (BigInt(whole === '' ? '0' : whole) >= LIMIT) return failure('invalid');
    total += BigInt(whole === '' ? '0' : whole) * unit + fractionOf(fraction, unit);
    if (total > LIMIT) return failure('invalid');
  }
  if (!negative && total > LIMIT - 1n) return failure('invalid');
  return { ns: negative ? -total : total, error: null };
}

/** The fraction's share of a unit, cut at the nanosecond as Go does. */
function fractionOf(fraction: string, unit: bigint): bigint {
  if (fraction === '') return 0n;
  const digits = fraction.slice(0, 18);
  return (BigInt(digits) * unit) / 10n ** BigInt(digits.length);
}

/** Milliseconds (with fraction) of a duration; null where Go refuses the text. */
export function durationMs(text: string): number | null {
  const duration = parseDuration(text);
  return duration.error === null ? Number(duration.ns) / 1e6 : null;
}

/** Milliseconds as people write them: `1h30m`, `45s`, `1.5s`, `20ms`, `0s`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < 1000) return ms === 0 ? '0s' : `${Math.round(ms * 1000) / 1000}ms`;
  const seconds = Math.round(ms / 100) / 10;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const left = Math.round((seconds % 60) * 10) / 10;
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${left > 0 ? `${left}s` : ''}`;
}

const LONG_UNITS: readonly (readonly [RegExp, string, number])[] = [
  [/^(?:w|wks?|weeks?)$/i, 'h', 168],
  [/^(?:d|days?)$/i, 'h', 24],
  [/^(?:h|hrs?|hours?)$/i, 'h', 1],
  [/^(?:min|mins|minutes?|m)$/i, 'm', 1],
  [/^(?:s|secs?|seconds?)$/i, 's', 1],
  [/^(?:ms|msecs?|millis?|milliseconds?)$/i, 'ms', 1],
];

/** The Go duration that was most likely meant (`10min` -> `10m`, `1d` -> `24h`, `30` -> `30s`); null where none is near. */
export function repairDuration(text: string): string | null {
  const parts = [...text.trim().matchAll(/\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)/gy)];
  if (
    parts.length === 0 ||
    parts.reduce((length, part) => length + part[0].length, 0) !== text.trim().length
  ) {
    return null;
  }
  let repaired = '';
  for (const [, number = '', unit = ''] of parts) {
    const known =
      unit === '' && parts.length === 1 ? 's' : LONG_UNITS.find(([pattern]) => pattern.test(unit));
    if (known === undefined) return null;
    repaired += typeof known === 'string' ? number + known : `${Number(number) * known[2]}${known[1]}`;
  }
  return parseDuration(repaired).error === null ? repaired : null;
}
