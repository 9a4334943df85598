import { parseQuantity } from '../units/quantity.js';
import { parseHumanizeSize } from '../units/size.js';
import { matchesGlob } from './glob.js';

/** A size to stay below: bytes, or percent of the container's limit. */
export type Ceiling =
  | { readonly unit: 'bytes'; readonly value: number }
  | { readonly unit: 'percent'; readonly value: number };

/** One thing that a run is expected to show. */
export type Expectation =
  | { readonly kind: 'maxKills'; readonly most: number }
  | { readonly kind: 'maxRestarts'; readonly most: number }
  | { readonly kind: 'maxWorkingSet'; readonly most: Ceiling }
  | { readonly kind: 'minArrived'; readonly percent: number }
  | { readonly kind: 'noProbeFailures' }
  | { readonly kind: 'ready' };

/** An expectation of some containers; `*` stands for any text within a name. */
export interface ScopedExpectation {
  /** `container`, `pod/container` or `namespace/pod/container`; null: every target. */
  readonly of: string | null;
  readonly expectation: Expectation;
}

export type ExpectationSet = readonly ScopedExpectation[];

/** An expectation that cannot be understood: what, where, and what would be right. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
}

export const EXPECTATION_KEYS = [
  'noKills',
  'maxKills',
  'noRestarts',
  'maxRestarts',
  'maxWorkingSet',
  'minArrived',
  'noProbeFailures',
  'ready',
] as const;
type Key = (typeof EXPECTATION_KEYS)[number];

const FLAGS: ReadonlySet<Key> = new Set(['noKills', 'noRestarts', 'noProbeFailures', 'ready']);
const MOST_CONTAINERS = 100;
/** Names of Kubernetes with `*`, one to three of them. */
const SCOPE = /^[a-z0-9*]([-a-z0-9.*]*[a-z0-9*])?(\/[a-z0-9*]([-a-z0-9.*]*[a-z0-9*])?){0,2}$/;

/**
 * Reads `noKills,maxWorkingSet=400MiB,minArrived=90%`: what every target is held to. Throws ExpectationError.
 */
export function parseExpectations(text: string): ExpectationSet {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.length === 1 && parts[0] === '') throw new ExpectationError(`Nothing is expected. ${known()}`);
  const given = new Map<string, unknown>();
  for (const part of parts) {
    const [, key = '', , value] = /^([^=]*?)(\s*=\s*(.*))?$/s.exec(part) ?? [];
    if (key === '') throw new ExpectationError(`“${text}” has an empty expectation. ${known()}`);
    if (given.has(key)) throw new ExpectationError(`“${key}” is given twice.`);
    given.set(key, value ?? true);
  }
  return expectationsOf([...given], null, '');
}

/**
 * Reads the value of a YAML or JSON file: the same keys, and `containers:` with the keys of single containers. Throws
 * ExpectationError.
 */
export function expectationsFrom(value: unknown): ExpectationSet {
  const fields = fieldsOf(value, 'The file');
  const containers = fields['containers'];
  const general = Object.entries(fields).filter(([key]) => key !== 'containers');
  const own = containers === undefined ? [] : Object.entries(fieldsOf(containers, '“containers”'));
  if (own.length > MOST_CONTAINERS) {
    throw new ExpectationError(
      `“containers” has ${own.length} entries; at most ${MOST_CONTAINERS} are read.`,
    );
  }
  const all = [
    ...expectationsOf(general, null, ''),
    ...own.flatMap(([scope, given]) => {
      if (!SCOPE.test(scope)) {
        throw new ExpectationError(
          `containers: “${scope}” is no container. Write “container”, “pod/container” or “namespace/pod/container”; * stands for any text.`,
        );
      }
      return expectationsOf(
        Object.entries(fieldsOf(given, `containers: “${scope}”`)),
        scope,
        `containers: ${scope}: `,
      );
    }),
  ];
  if (all.length === 0) throw new ExpectationError(`Nothing is expected. ${known()}`);
  return all;
}

/** The expectation as it is written. */
export function expectationText({ of, expectation }: ScopedExpectation): string {
  const scope = of === null ? '' : `${of}: `;
  switch (expectation.kind) {
    case 'maxKills':
      return `${scope}${expectation.most === 0 ? 'noKills' : `maxKills=${expectation.most}`}`;
    case 'maxRestarts':
      return `${scope}${expectation.most === 0 ? 'noRestarts' : `maxRestarts=${expectation.most}`}`;
    case 'maxWorkingSet':
      return `${scope}maxWorkingSet=${ceilingText(expectation.most)}`;
    case 'minArrived':
      return `${scope}minArrived=${expectation.percent}%`;
    default:
      return `${scope}${expectation.kind}`;
  }
}

/** Whether a scope names the target (`namespace/pod/container`). */
export function isInScope(of: string | null, target: string): boolean {
  if (of === null) return true;
  const wanted = of.split('/');
  const names = target.split('/').slice(-wanted.length);
  return wanted.every((pattern, index) => matchesGlob(pattern, names[index] ?? ''));
}

function ceilingText({ unit, value }: Ceiling): string {
  if (unit === 'percent') return `${value}%`;
  const units: readonly (readonly [string, number])[] = [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ];
  const fit = units.find(([, bytes]) => value >= bytes && value % bytes === 0);
  return fit === undefined ? String(value) : `${value / fit[1]}${fit[0]}`;
}

function expectationsOf(
  given: readonly (readonly [string, unknown])[],
  of: string | null,
  where: string,
): ExpectationSet {
  const read = given.flatMap(([key, value]): Expectation[] => {
    if (!isKey(key)) throw new ExpectationError(`${where}“${key}” is not known. ${known()}`);
    // In a file, `noKills: false` takes nothing back: it is as if it were not there.
    if (FLAGS.has(key) && value === false) return [];
    if (FLAGS.has(key) && value !== true) {
      throw new ExpectationError(`${where}“${key}” takes no value.`);
    }
    return [expectation(key, value, where)];
  });
  for (const kind of ['maxKills', 'maxRestarts'] as const) {
    if (read.filter((one) => one.kind === kind).length > 1) {
      const flag = kind === 'maxKills' ? 'noKills' : 'noRestarts';
      throw new ExpectationError(`${where}“${flag}” and “${kind}” say the same thing twice: keep one.`);
    }
  }
  return read.map((one) => ({ of, expectation: one }));
}

function expectation(key: Key, value: unknown, where: string): Expectation {
  switch (key) {
    case 'noKills':
      return { kind: 'maxKills', most: 0 };
    case 'noRestarts':
      return { kind: 'maxRestarts', most: 0 };
    case 'maxKills':
    case 'maxRestarts':
      return { kind: key, most: wholeNumber(key, value, where) };
    case 'maxWorkingSet':
      return { kind: key, most: ceiling(value, where) };
    case 'minArrived':
      return { kind: key, percent: percentage(key, value, where) };
    default:
      return { kind: key };
  }
}

function wholeNumber(key: string, value: unknown, where: string): number {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && /^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new ExpectationError(
    `${where}“${key}” takes a whole number from 0, e.g. ${key}=3; found ${shown(value)}.`,
  );
}

function percentage(key: string, value: unknown, where: string): number {
  const found = typeof value === 'string' ? /^([0-9]{1,3}(?:\.[0-9]{1,3})?)%$/.exec(value)?.[1] : undefined;
  const percent = Number(found ?? Number.NaN);
  if (percent > 0 && percent <= 100) return percent;
  throw new ExpectationError(
    `${where}“${key}” takes a percentage up to 100%, e.g. ${key}=90%; found ${shown(value)}.`,
  );
}

function ceiling(value: unknown, where: string): Ceiling {
  if (typeof value === 'string' && value.endsWith('%')) {
    return { unit: 'percent', value: percentage('maxWorkingSet', value, where) };
  }
  const bytes = typeof value === 'string' ? sizeOf(value) : typeof value === 'number' ? value : null;
  if (bytes !== null && Number.isSafeInteger(bytes) && bytes > 0) return { unit: 'bytes', value: bytes };
  throw new ExpectationError(
    `${where}“maxWorkingSet” takes a size or a percentage of the limit, e.g. maxWorkingSet=400MiB or maxWorkingSet=80%; found ${shown(value)}.`,
  );
}

/** `400MiB` as manifests write it, `400Mi` as Kubernetes does; null for anything else. */
function sizeOf(text: string): number | null {
  const quantity = parseQuantity(text);
  if (quantity.ok) return Number(quantity.quantity.value);
  const size = /^[0-9]+(?:\.[0-9]+)?[A-Za-z]{0,3}$/.test(text) ? parseHumanizeSize(text) : null;
  return size?.kind === 'bytes' ? size.bytes : null;
}

function fieldsOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new ExpectationError(`${what} must be a mapping of expectations. ${known()}`);
}

function isKey(text: string): text is Key {
  return EXPECTATION_KEYS.some((key) => key === text);
}

function known(): string {
  return `There is ${EXPECTATION_KEYS.join(', ')}.`;
}

function shown(value: unknown): string {
  if (value === true || value === undefined) return 'none';
  return `“${(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 60)}”`;
}
