import { readFileSync } from 'node:fs';
import type { Json, JsonObject } from '../../../../src/sandbox/api/json.js';
import { isObject } from '../../../../src/sandbox/api/json.js';
import type { Ask } from './api.js';

const FOLDER = new URL('../../../../../test/fixtures/recordings/api/', import.meta.url);

export interface Recording {
  readonly name: string;
  readonly ask: Ask;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text. */
  readonly text: string;
}

/** What a real API server was asked and answered (see test/fixtures/recordings/README.md). */
export function recording(name: string): Recording {
  const meta = JSON.parse(read(`${name}.meta.json`)) as {
    request: { method: string; path: string; headers: Record<string, string>; body: Json };
    status: number;
    headers: Record<string, string>;
  };
  const { method, path, headers, body } = meta.request;
  const { Authorization: _dropped, ...kept } = headers;
  return {
    name,
    ask: { method, path, headers: kept, body },
    status: meta.status,
    headers: meta.headers,
    text: readOneOf([`${name}.json`, `${name}.txt`, `${name}.jsonl`]),
  };
}

export function recordedJson(name: string): JsonObject {
  return JSON.parse(read(`${name}.json`)) as JsonObject;
}

function read(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8');
}

function readOneOf(files: readonly string[]): string {
  for (const file of files) {
    try {
      return read(file);
    } catch {
      // The next name may be the one.
    }
  }
  throw new Error(`no recorded body: ${files.join(', ')}`);
}

/** Without what differs from run to run, and without what the stand-in does not do (field managers, volumes). */
export function comparable(value: Json): Json {
  if (Array.isArray(value)) return value.map(comparable);
  if (!isObject(value)) return value;
  const left = Object.entries(value)
    .filter(([key]) => !DROPPED.includes(key))
    .map(([key, child]): [string, Json] => [key, VARIABLE.includes(key) ? `<${key}>` : comparable(child)]);
  return Object.fromEntries(left);
}

const DROPPED = ['managedFields', 'volumes', 'volumeMounts', 'storageVersionHash'];
const VARIABLE = ['uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp'];
