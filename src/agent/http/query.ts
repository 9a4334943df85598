import { HttpProblem } from './problem.js';

const MIN_INTERVAL_MS = 200;
const MAX_INTERVAL_MS = 60_000;
const MAX_CONTAINERS = 1000;

/** Throws HttpProblem 400 for a name that is not known or comes twice: a slip would else go unnoticed. */
export function refuseUnknown(query: URLSearchParams, known: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of query.keys()) {
    if (!known.includes(name))
      throw new HttpProblem(
        400,
        known.length === 0 ? 'There are no parameters here.' : `The parameters here are ${known.join(', ')}.`,
      );
    if (seen.has(name)) throw new HttpProblem(400, `${name} may be given once.`);
    seen.add(name);
  }
}

/** A whole number that is not negative; `fallback` where the parameter is absent. */
export function sequence(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^\d{1,15}$/.test(text)) throw new HttpProblem(400, `${name} must be a whole number, not negative.`);
  return Number(text);
}

/** `1` or `true`, `0` or `false`, absent: false. */
export function flag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  if (text === null || text === '0' || text === 'false') return false;
  if (text === '1' || text === 'true') return true;
  throw new HttpProblem(400, `${name} must be 0 or 1.`);
}

/** `500ms`, `1s` or plain milliseconds, within 200 ms and 60 s; absent: 1 s. */
export function interval(query: URLSearchParams, name: string): number {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s)?$/.exec(query.get(name) ?? '1s');
  const ms = match ? Number(match[1]) * (match[2] === 's' ? 1000 : 1) : Number.NaN;
  if (!(ms >= MIN_INTERVAL_MS && ms <= MAX_INTERVAL_MS)) {
    throw new HttpProblem(
      400,
      `${name} must be between 200ms and 60s, such as 500ms, 1s or 2000 (milliseconds).`,
    );
  }
  return ms;
}

/** A list of container ids, or null for all. */
export function containerIds(query: URLSearchParams, name: string): ReadonlySet<string> | null {
  const text = query.get(name);
  if (text === null) return null;
  const ids = text.split(',');
  if (ids.length > MAX_CONTAINERS || !ids.every(isContainerId)) {
    throw new HttpProblem(
      400,
      `${name} must be up to ${MAX_CONTAINERS} container ids (64 hexadecimal digits), joined by commas.`,
    );
  }
  return new Set(ids);
}

export function isContainerId(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
