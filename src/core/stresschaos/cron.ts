import { parseDuration } from '../units/duration.js';

/** Why robfig/cron refuses a schedule, with the words of its message that a reader needs. */
export interface CronError {
  readonly error:
    | 'empty'
    | 'fields'
    | 'descriptor'
    | 'duration'
    | 'number'
    | 'below-minimum'
    | 'above-maximum'
    | 'reversed'
    | 'step'
    | 'hyphens'
    | 'slashes'
    | 'time-zone';
  readonly detail: string;
}

/** A schedule as robfig/cron 3 reads it: bit sets per field, or a fixed interval. */
export type CronSchedule =
  | { readonly kind: 'every'; readonly ms: number; readonly error: null }
  | {
      readonly kind: 'fields';
      readonly error: null;
      readonly zone: string | null;
      readonly second: ReadonlySet<number>;
      readonly minute: ReadonlySet<number>;
      readonly hour: ReadonlySet<number>;
      readonly dayOfMonth: ReadonlySet<number>;
      readonly month: ReadonlySet<number>;
      readonly dayOfWeek: ReadonlySet<number>;
      /** Whether the two day fields are stars: if neither is, either may match. */
      readonly anyDayOfMonth: boolean;
      readonly anyDayOfWeek: boolean;
    };

interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const SECOND: Bounds = { minimum: 0, maximum: 59 };
const BOUNDS: readonly Bounds[] = [
  SECOND,
  { minimum: 0, maximum: 59 },
  { minimum: 0, maximum: 23 },
  { minimum: 1, maximum: 31 },
  { minimum: 1, maximum: 12, names: MONTHS },
  { minimum: 0, maximum: 6, names: DAYS },
];

const DESCRIPTORS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 0 1 1 *'],
  ['@annually', '0 0 0 1 1 *'],
  ['@monthly', '0 0 0 1 * *'],
  ['@weekly', '0 0 0 * * 0'],
  ['@daily', '0 0 0 * * *'],
  ['@midnight', '0 0 0 * * *'],
  ['@hourly', '0 0 * * * *'],
]);

class CronFailure extends Error {
  readonly failure: CronError;
  constructor(error: CronError['error'], detail: string) {
    super(error);
    this.failure = { error, detail };
  }
}

/** The schedule of a Schedule object: robfig/cron 3 with optional seconds and descriptors, as Chaos Mesh configures it. */
export function parseCron(text: string): CronSchedule | CronError {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof CronFailure) return error.failure;
    throw error;
  }
}

function parse(text: string): CronSchedule {
  if (text === '') throw new CronFailure('empty', '');
  let spec = text;
  let zone: string | null = null;
  if (/^(?:CRON_)?TZ=/.test(spec)) {
    const blank = spec.indexOf(' ');
    zone = spec.slice(spec.indexOf('=') + 1, blank === -1 ? spec.length : blank);
    if (blank === -1 || !/^[A-Za-z0-9_+/-]*$/.test(zone)) throw new CronFailure('time-zone', zone);
    spec = spec.slice(blank).trim();
  }
  if (spec.startsWith('@')) return parseDescriptor(spec, zone);
  const fields = spec.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== 5 && fields.length !== 6) throw new CronFailure('fields', String(fields.length));
  return schedule(fields.length === 5 ? ['0', ...fields] : fields, zone);
}

function parseDescriptor(spec: string, zone: string | null): CronSchedule {
  const fields = DESCRIPTORS.get(spec);
  if (fields !== undefined) return schedule(fields.split(' '), zone);
  if (!spec.startsWith('@every ')) throw new CronFailure('descriptor', spec);
  const duration = parseDuration(spec.slice('@every '.length));
  if (duration.error !== null) throw new CronFailure('duration', spec.slice('@every '.length));
  // ConstantDelaySchedule: whole seconds, at least one.
  return { kind: 'every', ms: Math.max(1000, Math.floor(Number(duration.ns) / 1e9) * 1000), error: null };
}

function schedule(fields: readonly string[], zone: string | null): CronSchedule {
  const [second, minute, hour, dayOfMonth, month, dayOfWeek] = BOUNDS.map((bounds, index) =>
    parseField(fields[index] ?? '', bounds),
  );
  const none = { values: new Set<number>(), star: false };
  return {
    kind: 'fields',
    error: null,
    zone,
    second: (second ?? none).values,
    minute: (minute ?? none).values,
    hour: (hour ?? none).values,
    dayOfMonth: (dayOfMonth ?? none).values,
    month: (month ?? none).values,
    dayOfWeek: (dayOfWeek ?? none).values,
    anyDayOfMonth: (dayOfMonth ?? none).star,
    anyDayOfWeek: (dayOfWeek ?? none).star,
  };
}

function parseField(field: string, bounds: Bounds): { values: Set<number>; star: boolean } {
  const values = new Set<number>();
  let star = false;
  for (const expression of field.split(',').filter((part) => part !== '')) {
    star = parseRange(expression, bounds, values) || star;
  }
  return { values, star };
}

/** One `a-b/n` of a field; says whether it is a bare star. */
function parseRange(expression: string, bounds: Bounds, values: Set<number>): boolean {
  const [range = '', stepText, ...moreSlashes] = expression.split('/');
  const [low = '', high, ...moreHyphens] = range.split('-');
  const star = low === '*' || low === '?';
  let start = bounds.minimum;
  let end = bounds.maximum;
  if (!star) {
    if (moreHyphens.length > 0) throw new CronFailure('hyphens', expression);
    start = parseNumber(low, bounds);
    end = high === undefined ? start : parseNumber(high, bounds);
  }
  let step = 1;
  if (stepText !== undefined) {
    if (moreSlashes.length > 0) throw new CronFailure('slashes', expression);
    step = parseNumber(stepText, { minimum: 0, maximum: 0 });
    if (high === undefined) end = star ? end : bounds.maximum;
  }
  if (start < bounds.minimum) throw new CronFailure('below-minimum', expression);
  if (end > bounds.maximum) throw new CronFailure('above-maximum', expression);
  if (start > end) throw new CronFailure('reversed', expression);
  if (step === 0) throw new CronFailure('step', expression);
  for (let value = start; value <= end; value += step) values.add(value);
  return star && step === 1;
}

function parseNumber(text: string, bounds: Bounds): number {
  const named = bounds.names?.indexOf(text.toLowerCase()) ?? -1;
  if (named !== -1) return named + bounds.minimum;
  if (!/^\+?[0-9]+$/.test(text)) throw new CronFailure('number', text);
  return Number(text);
}

/** The next time a schedule fires after `after` (ms since the epoch, in UTC where it names no zone); null: never within five years. */
export function nextAfter(
  schedule: CronSchedule,
  after: number,
  offsetMs: (utc: number) => number = () => 0,
): number | null {
  if (schedule.kind === 'every') return Math.floor(after / 1000) * 1000 + schedule.ms;
  // Wall-clock time is walked as if it were UTC, and shifted back at the end.
  const offset = offsetMs(after);
  let time = Math.floor((after + offset) / 1000) * 1000 + 1000;
  const limit = new Date(time).getUTCFullYear() + 5;
  for (;;) {
    const date = new Date(time);
    if (date.getUTCFullYear() > limit) return null;
    if (!schedule.month.has(date.getUTCMonth() + 1)) {
      time = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    } else if (!dayMatches(schedule, date)) {
      time = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
    } else if (!schedule.hour.has(date.getUTCHours())) {
      time = Math.floor(time / 3_600_000) * 3_600_000 + 3_600_000;
    } else if (!schedule.minute.has(date.getUTCMinutes())) {
      time = Math.floor(time / 60_000) * 60_000 + 60_000;
    } else if (!schedule.second.has(date.getUTCSeconds())) {
      time += 1000;
    } else return time - offset;
  }
}

/** Both day fields must match where one is a star; where both are given, either may (as in cron(5)). */
function dayMatches(schedule: CronSchedule & { readonly kind: 'fields' }, date: Date): boolean {
  const dayOfMonth = schedule.dayOfMonth.has(date.getUTCDate());
  const dayOfWeek = schedule.dayOfWeek.has(date.getUTCDay());
  return schedule.anyDayOfMonth || schedule.anyDayOfWeek ? dayOfMonth && dayOfWeek : dayOfMonth || dayOfWeek;
}

/** The shortest time between two runs among the next sixty, ms; null for a schedule that fires less than twice. */
export function shortestInterval(schedule: CronSchedule): number | null {
  if (schedule.kind === 'every') return schedule.ms;
  let last: number | null = nextAfter(schedule, Date.UTC(2024, 0, 1));
  let shortest: number | null = null;
  for (let run = 0; run < 60 && last !== null; run++) {
    const next = nextAfter(schedule, last);
    if (next !== null && (shortest === null || next - last < shortest)) shortest = next - last;
    last = next;
  }
  return shortest;
}
