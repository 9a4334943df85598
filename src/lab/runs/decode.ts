import type { ExpectationSet, ScopedExpectation } from '../../core/experiment/expectations.js';
import {
  RUN_BOUNDS,
  RUN_FORMAT,
  RUN_VERSION,
  type RunArrival,
  type RunForecast,
  type RunGap,
  type RunKill,
  type RunLeft,
  type RunMark,
  type RunRecord,
  type RunSeries,
  type RunTarget,
} from '../../core/experiment/record.js';
import { judge } from '../../core/experiment/verdict.js';
import {
  boolean,
  count,
  type Guard,
  integer,
  listOf,
  number,
  oneOf,
  orNull,
  shape,
  string,
  time,
} from '../../protocol/panel/shape.js';

/** A file that is no record of a run: says what is wrong with it. */
export class RunRecordError extends Error {
  override readonly name = 'RunRecordError';
}

/** No honest record is longer, UTF-16 units. */
export const LONGEST_RECORD = 16 * 2 ** 20;

/**
 * Reads a record from a file that anybody may have written: every field is checked against its type and bounds, and the
 * verdict is worked out anew from what the record shows. Throws RunRecordError.
 */
export function decodeRunRecord(text: string): RunRecord {
  if (text.length > LONGEST_RECORD) throw new RunRecordError('The file is too large for a record of a run.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RunRecordError('The file is not JSON.');
  }
  const object: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  if (object['format'] !== RUN_FORMAT) throw new RunRecordError('The file is no record of a Podstress run.');
  if (object['version'] !== RUN_VERSION) {
    throw new RunRecordError(
      `The record has version ${JSON.stringify(object['version'])?.slice(0, 20)}; this Podstress reads version ${RUN_VERSION}.`,
    );
  }
  for (const [field, holds] of Object.entries(RECORD)) {
    if (!holds(object[field]))
      throw new RunRecordError(`The record is damaged: “${field}” is not as it should be.`);
  }
  const known = Object.keys(RECORD).map((field) => [field, object[field]] as const);
  const record = Object.fromEntries(known) as unknown as RunRecord;
  const { expectations } = record;
  return { ...record, verdict: expectations === null ? null : judge(record, expectations) };
}

function text(most: number): Guard<string> {
  return (value): value is string => string(value) && value.length <= most;
}

function atMost(most: number, guard: (value: unknown) => boolean): (value: unknown) => boolean {
  const isList = listOf(guard);
  return (value) => Array.isArray(value) && value.length <= most && isList(value);
}

const short = text(RUN_BOUNDS.text);
const bytes = (value: unknown): boolean => number(value) && value >= 0;
/** A year at most, and a day before the start: what cannot be drawn is refused. */
const moment = (value: unknown): boolean =>
  number(value) && value >= -86_400_000 && value <= 366 * 86_400_000;
const positive = (value: unknown): boolean => number(value) && value > 0;
const isMark = shape<RunMark>({
  time: moment,
  kind: oneOf(['inject', 'stop', 'restart', 'probe']),
  detail: short,
  count: count,
});
const column = atMost(RUN_BOUNDS.points, orNull(bytes));
const isSeriesShape = shape<RunSeries>({
  times: atMost(RUN_BOUNDS.points, moment),
  workingSetBytes: column,
  usageBytes: column,
  limitBytes: column,
});

function isSeries(value: unknown): boolean {
  if (!isSeriesShape(value)) return false;
  const { times, workingSetBytes, usageBytes, limitBytes } = value;
  const isAscending = times.every((one, index) => index === 0 || one > (times[index - 1] ?? 0));
  return (
    isAscending && [workingSetBytes, usageBytes, limitBytes].every(({ length }) => length === times.length)
  );
}

const isForecast = shape<RunForecast>({
  workingSetBytes: orNull(bytes),
  stressBytes: orNull(bytes),
  afterBytes: orNull(bytes),
  outcome: oneOf(['fits', 'near', 'exceeds', 'no-limit', 'unknown']),
});
const isArrival = shape<RunArrival>({
  state: short,
  expectedBytes: orNull(bytes),
  arrivedBytes: orNull(bytes),
  arrivedAt: orNull(moment),
  stressorKills: count,
});
const isTarget = shape<RunTarget>({
  target: (value) => short(value) && value.split('/').length === 3,
  node: orNull(short),
  qosClass: oneOf(['Guaranteed', 'Burstable', 'BestEffort']),
  requestBytes: orNull(bytes),
  limitBytes: orNull(bytes),
  forecast: orNull(isForecast),
  restarts: shape<RunTarget['restarts']>({ before: count, after: count }),
  ready: orNull(boolean),
  state: short,
  arrival: orNull(isArrival),
  kills: count,
  killsWatched: boolean,
  probesWatched: boolean,
  peak: orNull(shape<NonNullable<RunTarget['peak']>>({ bytes, time: moment })),
  series: isSeries,
  marks: atMost(RUN_BOUNDS.marks, isMark),
});
const isKill = shape<RunKill>({
  target: (value) => short(value) && [2, 3].includes(value.split('/').length),
  time: moment,
  victim: orNull(short),
  pid: orNull(count),
  anonBytes: orNull(bytes),
  oomScoreAdj: orNull(integer),
  evidence: oneOf(['full', 'bare', 'counted']),
});
const isGap = shape<RunGap>({
  kind: oneOf(['connection', 'agent', 'measurement', 'kernel-log']),
  from: moment,
  to: moment,
  where: orNull(short),
});
const names = atMost(RUN_BOUNDS.targets, short);

const isCeiling = shape<{ unit: unknown; value: unknown }>({
  unit: oneOf(['bytes', 'percent']),
  value: positive,
});
const EXPECTATIONS: Readonly<Record<string, (value: unknown) => boolean>> = {
  maxKills: shape<{ most: unknown }>({ most: count }),
  maxRestarts: shape<{ most: unknown }>({ most: count }),
  maxWorkingSet: shape<{ most: unknown }>({ most: isCeiling }),
  minArrived: shape<{ percent: unknown }>({ percent: positive }),
  noProbeFailures: () => true,
  ready: () => true,
};

function isExpectation(value: unknown): boolean {
  if (!shape<{ kind: string }>({ kind: string })(value)) return false;
  return Object.hasOwn(EXPECTATIONS, value.kind) && EXPECTATIONS[value.kind]?.(value) === true;
}

const isExpectations = (value: unknown): value is ExpectationSet =>
  atMost(1000, shape<ScopedExpectation>({ of: orNull(short), expectation: isExpectation }))(value);

const RECORD: { readonly [K in keyof Required<RunRecord>]: (value: unknown) => boolean } = {
  format: (value) => value === RUN_FORMAT,
  version: (value) => value === RUN_VERSION,
  id: (value) => string(value) && /^[A-Za-z0-9][-A-Za-z0-9.]{0,120}$/.test(value),
  key: (value) => short(value) && value.split('/').length === 2,
  engine: oneOf(['chaos-mesh', 'agent']),
  chaosMeshVersion: orNull(short),
  podstressVersion: short,
  cluster: shape<RunRecord['cluster']>({ context: short, server: short }),
  agents: atMost(
    1000,
    shape<RunRecord['agents'][number]>({
      node: short,
      version: short,
      kernel: short,
      cgroupVersion: (value) => value === 1 || value === 2,
    }),
  ),
  startedAt: (value) => short(value) && time(value),
  injectedAfter: orNull(moment),
  duration: (value) => moment(value) && bytes(value),
  end: oneOf(['duration', 'stopped', 'failed', 'timeout', 'interrupted', 'connection-lost']),
  endDetail: orNull(short),
  manifest: shape<RunRecord['manifest']>({
    text: orNull(text(RUN_BOUNDS.manifest)),
    file: orNull(short),
    object: isManifestObject,
  }),
  targets: atMost(RUN_BOUNDS.targets, isTarget),
  targetsLeftOut: count,
  kills: atMost(RUN_BOUNDS.kills, isKill),
  gaps: atMost(RUN_BOUNDS.gaps, isGap),
  left: orNull(shape<RunLeft>({ clean: names, left: names, unknown: names })),
  expectations: orNull(isExpectations),
  // Worked out anew.
  verdict: () => true,
};

function isManifestObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  try {
    return JSON.stringify(value).length <= RUN_BOUNDS.manifest;
  } catch {
    // Nested deeper than anybody writes.
    return false;
  }
}
