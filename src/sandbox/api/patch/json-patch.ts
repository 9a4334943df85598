import { clone, equalJson, isObject, type Json } from '../json.js';
import { ApiError, badRequest } from '../status.js';
import { setOwn } from './merge-patch.js';

/** What the API server answers when an operation cannot be applied, without saying which. */
function notApplicable(): ApiError {
  const message = 'the server rejected our request due to an error in our request';
  return new ApiError(422, 'Invalid', message, { details: {} });
}

/** RFC 6902. Returns a new value; the target is left alone. Throws ApiError: 400 for a malformed patch, else 422. */
export function jsonPatch(target: Json, patch: Json): Json {
  if (!Array.isArray(patch))
    throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  const holder = { root: clone(target) };
  for (const operation of patch) apply(holder, operation);
  return holder.root;
}

function apply(holder: { root: Json }, operation: Json): void {
  if (!isObject(operation))
    throw badRequest('json: cannot unmarshal into Go value of type jsonpatch.Operation');
  const path = pointer(operation['path']);
  switch (operation['op']) {
    case 'add':
      add(holder, path, required(operation['value']));
      return;
    case 'remove':
      remove(holder, path);
      return;
    case 'replace':
      remove(holder, path);
      add(holder, path, required(operation['value']));
      return;
    case 'move':
      add(holder, path, remove(holder, pointer(operation['from'])));
      return;
    case 'copy':
      add(holder, path, clone(read(holder, pointer(operation['from']))));
      return;
    case 'test':
      if (!equalJson(read(holder, path), operation['value'] ?? null)) throw notApplicable();
      return;
    default:
      throw badRequest(`Unexpected kind: ${JSON.stringify(operation['op'] ?? null)}`);
  }
}

function required(value: Json | undefined): Json {
  if (value === undefined) throw notApplicable();
  return clone(value);
}

function pointer(value: Json | undefined): string[] {
  if (typeof value !== 'string' || (value !== '' && !value.startsWith('/'))) throw notApplicable();
  return value
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(holder: { root: Json }, path: readonly string[]): Json {
  let current: Json = holder.root;
  for (const key of path) {
    const next: Json | undefined = Array.isArray(current)
      ? current[index(key, current.length - 1)]
      : isObject(current) && Object.hasOwn(current, key)
        ? current[key]
        : undefined;
    if (next === undefined) throw notApplicable();
    current = next;
  }
  return current;
}

function index(key: string, highest: number): number {
  if (!/^(0|[1-9]\d*)$/.test(key) || Number(key) > highest) throw notApplicable();
  return Number(key);
}

function add(holder: { root: Json }, path: readonly string[], value: Json): void {
  const key = path.at(-1);
  if (key === undefined) {
    holder.root = value;
    return;
  }
  const parent = read(holder, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(key === '-' ? parent.length : index(key, parent.length), 0, value);
  else if (isObject(parent)) setOwn(parent, key, value);
  else throw notApplicable();
}

function remove(holder: { root: Json }, path: readonly string[]): Json {
  const value = read(holder, path);
  const key = path.at(-1);
  if (key === undefined) throw notApplicable();
  const parent = read(holder, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(index(key, parent.length - 1), 1);
  else if (isObject(parent)) delete parent[key];
  return value;
}
