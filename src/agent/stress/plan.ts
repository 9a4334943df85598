import type { StressPlan } from '../../protocol/agent/types.js';
import { HttpProblem } from '../http/problem.js';
import { isContainerId } from '../http/query.js';
import { readOptions } from './options.js';

const MAX_WORKERS = 1024;
/** What stress-ng takes per worker at least, bytes. */
const MIN_BYTES = 4096;
const MAX_DURATION_MS = 7 * 24 * 3_600_000;
/** stress-ng counts what its workers wait for in 32 bits of µs, ms. */
const MAX_RAMP_MS = 3_600_000;
const MAX_OPTIONS = 64;
const MAX_OPTION = 256;
const MIN_LEASE_MS = 1000;
const MAX_LEASE_MS = 3_600_000;
const MAX_NOTE = 8192;

const FIELDS = ['id', 'containerId', 'memory', 'cpu', 'durationMs', 'options', 'leaseMs', 'note'];

type Fields = Readonly<Record<string, unknown>>;

function objectOf(value: unknown, what: string, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpProblem(400, `${what} must be a JSON object.`);
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key))
      throw new HttpProblem(400, `${what} has no field ${JSON.stringify(key)}; known: ${known.join(', ')}.`);
  }
  return { ...value };
}

function whole(fields: Fields, key: string, min: number, max: number): number {
  const value = fields[key];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
    throw new HttpProblem(400, `${key} must be a whole number from ${min} to ${max}.`);
  }
  return value;
}

function memoryOf(value: unknown): NonNullable<StressPlan['memory']> {
  const fields = objectOf(value, 'memory', ['bytes', 'workers', 'rampMs', 'oomScoreAdj']);
  const workers = whole(fields, 'workers', 1, MAX_WORKERS);
  return {
    workers,
    bytes: whole(fields, 'bytes', workers * MIN_BYTES, Number.MAX_SAFE_INTEGER),
    ...optional(fields, 'rampMs', 1, MAX_RAMP_MS),
    ...optional(fields, 'oomScoreAdj', -1000, 1000),
  };
}

function optional<K extends string>(
  fields: Fields,
  key: K,
  min: number,
  max: number,
): { [key in K]?: number } {
  const found: { [key in K]?: number } = {};
  if (fields[key] !== undefined) found[key] = whole(fields, key, min, max);
  return found;
}

function cpuOf(value: unknown): NonNullable<StressPlan['cpu']> {
  const fields = objectOf(value, 'cpu', ['workers', 'load']);
  const workers = whole(fields, 'workers', 1, MAX_WORKERS);
  return { workers, ...optional(fields, 'load', 0, 100) };
}

function optionsOf(value: unknown): readonly string[] {
  const fits = (item: unknown): item is string => typeof item === 'string' && item.length <= MAX_OPTION;
  if (Array.isArray(value) && value.length <= MAX_OPTIONS && value.every(fits)) return value;
  throw new HttpProblem(
    400,
    `options must be a list of up to ${MAX_OPTIONS} texts of up to ${MAX_OPTION} characters.`,
  );
}

function noteOf(value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_NOTE) return value;
  throw new HttpProblem(400, `note must be a text of up to ${MAX_NOTE} characters.`);
}

/** The plan in a request's body. Throws HttpProblem 400 that names the field. */
export function readPlan(body: unknown): StressPlan {
  const fields = objectOf(body, 'A stress plan', FIELDS);
  const { id, containerId } = fields;
  if (typeof id !== 'string' || !/^[A-Za-z0-9._-]{1,128}$/.test(id)) {
    throw new HttpProblem(400, 'id must be 1 to 128 letters, digits, dots, dashes or underscores.');
  }
  if (typeof containerId !== 'string' || !isContainerId(containerId)) {
    throw new HttpProblem(400, 'containerId must be the 64 hexadecimal digits of a container id.');
  }
  if (fields['memory'] === undefined && fields['cpu'] === undefined) {
    throw new HttpProblem(400, 'A stress plan needs memory, cpu or both.');
  }
  const plan: StressPlan = {
    id,
    containerId,
    durationMs: whole(fields, 'durationMs', 100, MAX_DURATION_MS),
    ...(fields['memory'] === undefined ? {} : { memory: memoryOf(fields['memory']) }),
    ...(fields['cpu'] === undefined ? {} : { cpu: cpuOf(fields['cpu']) }),
    ...(fields['options'] === undefined ? {} : { options: optionsOf(fields['options']) }),
    ...optional(fields, 'leaseMs', MIN_LEASE_MS, MAX_LEASE_MS),
    ...(fields['note'] === undefined ? {} : { note: noteOf(fields['note']) }),
  };
  readOptions(plan);
  return plan;
}
