/** What Go's strconv.ParseFloat(text, 64) returns, as far as sizes can ask it. */
export type GoFloat =
  | { readonly value: number; readonly error: null }
  | { readonly error: 'syntax' | 'range' };

const DECIMAL = /^[+-]?(?:[0-9_]+\.?[0-9_]*|\.[0-9_]+)(?:[eE][+-]?[0-9_]+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F_]*)\.?([0-9a-fA-F_]*)[pP]([+-]?[0-9]+)$/;
const SPECIAL = /^([+-]?)(inf|infinity|nan)$/i;

/** Go allows `_` between two digits only (strconv.underscoreOK). */
function underscoresStandBetweenDigits(text: string): boolean {
  return !/(?:^|[^0-9a-fA-FxX])_|_(?:[^0-9a-fA-F]|$)/.test(text);
}

/** Reads a floating-point number as Go's strconv.ParseFloat does: decimal, hexadecimal, `inf`, `nan`, underscores. */
export function parseGoFloat(text: string): GoFloat {
  const special = SPECIAL.exec(text);
  if (special !== null) {
    const name = special[2] ?? '';
    const magnitude = name.toLowerCase() === 'nan' ? Number.NaN : Number.POSITIVE_INFINITY;
    return { value: special[1] === '-' ? -magnitude : magnitude, error: null };
  }
  if (text.includes('_') && !underscoresStandBetweenDigits(text)) return { error: 'syntax' };
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal !== null) return parseHexadecimal(hexadecimal);
  if (!DECIMAL.test(text)) return { error: 'syntax' };
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? { value, error: null } : { error: 'range' };
}

function parseHexadecimal(parts: RegExpExecArray): GoFloat {
  const whole = (parts[2] ?? '').replaceAll('_', '');
  const fraction = (parts[3] ?? '').replaceAll('_', '');
  if (whole === '' && fraction === '') return { error: 'syntax' };
  const mantissa = Number.parseInt(whole + fraction, 16);
  const value = mantissa * 2 ** (Number(parts[4]) - 4 * fraction.length);
  if (!Number.isFinite(value)) return { error: 'range' };
  return { value: parts[1] === '-' ? -value : value, error: null };
}

/** Go's strconv.Atoi: optional sign, decimal digits, 64 bits; null where Go returns an error. */
export function parseGoInt(text: string): number | null {
  if (!/^[+-]?[0-9]+$/.test(text)) return null;
  const value = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? Number(value) : null;
}
