/** Guards for values from outside: small ones, and how larger ones are made of them. */

export type Guard<T> = (value: unknown) => value is T;
/** A check for every field of T. */
export type Fields<T> = { readonly [K in keyof Required<T>]: (value: unknown) => boolean };

export const string = (value: unknown): value is string => typeof value === 'string';
export const boolean = (value: unknown) => typeof value === 'boolean';
export const number = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);
export const count = (value: unknown) => number(value) && Number.isInteger(value) && value >= 0;
export const integer = (value: unknown) => number(value) && Number.isInteger(value);
export const time = (value: unknown) => string(value) && !Number.isNaN(Date.parse(value));

export function orNull(guard: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === null || guard(value);
}

export function oneOf<T extends string>(values: readonly T[]): Guard<T> {
  return (value): value is T => values.some((one) => one === value);
}

export function listOf(guard: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(guard);
}

export function shape<T>(fields: Fields<T>): Guard<T> {
  const entries = Object.entries(fields) as [string, (value: unknown) => boolean][];
  return (value): value is T => {
    if (typeof value !== 'object' || value === null) return false;
    const object = value as Readonly<Record<string, unknown>>;
    return entries.every(([key, holds]) => holds(Object.hasOwn(object, key) ? object[key] : undefined));
  };
}

/** Absent, or what the guard says. */
export function optional(guard: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || guard(value);
}

export function recordOf(guard: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => typeof value === 'object' && value !== null && Object.values(value).every(guard);
}
