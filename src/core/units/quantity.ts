/**
 * Kubernetes' resource.Quantity, as apimachinery's ParseQuantity and Value() read it
 * (k8s.io/apimachinery/pkg/api/resource/quantity.go), overflow included: the kubelet acts on that int64.
 */

export type QuantityError = 'format' | 'suffix';

export interface Quantity {
  /** What Go's Value() returns: rounded away from zero to a whole number, wrapped or zeroed past int64 as there. */
  readonly value: bigint;
  /** The exact amount in billionths, rounded away from zero; for comparisons and sums. */
  readonly nano: bigint;
}

export type QuantityResult =
  | { readonly ok: true; readonly quantity: Quantity }
  | { readonly ok: false; readonly error: QuantityError };

/** Longer texts are refused as malformed: no honest quantity needs more, and digits cost quadratic time. */
const LONGEST = 256;
/** Beyond it the exponent changes nothing but the cost: every comparison and the int64 are settled long before. */
const EXPONENT_CAP = 600;

const SHAPE = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const NANO = 1_000_000_000n;
const INT64_MAX = (1n << 63n) - 1n;

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
}

/** Reads a quantity such as `200Mi`, `1.5Gi`, `129M`, `1e3` or `100m`. Never throws. */
export function parseQuantity(text: string): QuantityResult {
  const match = text.length > LONGEST || text === '' ? null : SHAPE.exec(text);
  if (match === null) {
    return { ok: false, error: 'format' };
  }
  const [, sign = '', whole = '', fraction = '', suffixText = ''] = match;
  const suffix = interpretSuffix(suffixText);
  if (suffix === null) {
    return { ok: false, error: 'suffix' };
  }
  const digits = whole.replace(/^0+/, '') || '0';
  const magnitude = suffix.base === 10 ? decimal(digits, fraction, suffix) : binary(digits, fraction, suffix);
  return { ok: true, quantity: sign === '-' ? negate(magnitude) : magnitude };
}

/**
 * The bytes of a memory quantity, or null where it is absent, malformed, negative or past 2^53:
 * for display and sums, where such a value would only mislead.
 */
export function quantityBytes(text: string | undefined): number | null {
  const result = text === undefined ? null : parseQuantity(text);
  if (result === null || !result.ok) {
    return null;
  }
  const value = Number(result.quantity.value);
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function interpretSuffix(text: string): Suffix | null {
  const binaryExponent = Object.hasOwn(BINARY, text) ? BINARY[text] : undefined;
  if (binaryExponent !== undefined) {
    return { base: 2, exponent: binaryExponent };
  }
  const decimalExponent = Object.hasOwn(DECIMAL, text) ? DECIMAL[text] : undefined;
  if (decimalExponent !== undefined) {
    return { base: 10, exponent: decimalExponent };
  }
  if (!/^[eE][-+]?[0-9]+$/.test(text)) {
    return null;
  }
  const exponent = Number(text.slice(1));
  return { base: 10, exponent: Math.max(-EXPONENT_CAP, Math.min(EXPONENT_CAP, exponent)) };
}

function decimal(digits: string, fraction: string, suffix: Suffix): Quantity {
  const scale = suffix.exponent - fraction.length;
  const unscaled = BigInt(digits + fraction);
  const nano = shift(unscaled, scale + 9);
  const value = ceilDivide(nano, NANO);
  // Go keeps up to 18 digits as an int64 with a scale, whose overflow reads 0; longer ones are big and wrap.
  const small = digits.length + fraction.length <= 18 && scale >= -9;
  return { nano, value: value <= INT64_MAX ? value : small ? 0n : BigInt.asIntN(64, value) };
}

function binary(digits: string, fraction: string, suffix: Suffix): Quantity {
  const exact = BigInt(digits + fraction) << BigInt(suffix.exponent);
  const nano = shift(exact, 9 - fraction.length);
  const value = ceilDivide(nano, NANO);
  return value <= INT64_MAX ? { nano, value } : { nano: INT64_MAX * NANO, value: INT64_MAX };
}

/** amount * 10^places, rounded away from zero; the amount is not negative. */
function shift(amount: bigint, places: number): bigint {
  return places >= 0 ? amount * 10n ** BigInt(places) : ceilDivide(amount, 10n ** BigInt(-places));
}

function ceilDivide(amount: bigint, divisor: bigint): bigint {
  return (amount + divisor - 1n) / divisor;
}

function negate(quantity: Quantity): Quantity {
  return { nano: -quantity.nano, value: BigInt.asIntN(64, -quantity.value) };
}
