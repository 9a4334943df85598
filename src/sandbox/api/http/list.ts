import { isObject, type Json, type JsonObject } from '../json.js';
import type { KubeObject } from '../kube-object.js';
import { collectionOf, type Registry } from '../registry.js';
import type { ResourceDefinition } from '../resource.js';
import { ApiError, badRequest } from '../status.js';
import { storageKey } from '../store.js';
import { type ListOptions, parseVersion, versionTooLarge } from './list-options.js';

export interface ListPage {
  readonly objects: readonly KubeObject[];
  /** The list's own metadata. */
  readonly metadata: JsonObject;
}

/** One page of a list, from one state of the store over all pages. Throws ApiError (400, 410, 504). */
export function listPage(registry: Registry, definition: ResourceDefinition, options: ListOptions): ListPage {
  const { revision, start } = startOf(registry, options);
  const all = snapshot(registry, definition, options, revision);
  const left = start === '' ? all : all.slice(firstAfter(all, start));
  const rest = left.filter(options.matches);
  const page = options.limit > 0 ? rest.slice(0, options.limit) : rest;
  const last = page.at(-1);
  const remaining = rest.length - page.length;
  const more: JsonObject =
    remaining === 0 || last === undefined
      ? {}
      : { continue: continueToken(revision, storageKey(last)), remainingItemCount: remaining };
  return { objects: page, metadata: { resourceVersion: String(revision), ...more } };
}

/** Where the page starts: a state of the store and the key after which to go on. */
function startOf(registry: Registry, options: ListOptions): { revision: number; start: string } {
  const current = registry.store.revision;
  if (options.continueToken !== '') {
    const token = readToken(options.continueToken);
    return { revision: token.revision < 0 ? current : token.revision, start: token.start };
  }
  const asked = parseVersion(options.resourceVersion);
  if (asked > current) throw versionTooLarge(asked, current);
  const exact =
    options.resourceVersionMatch === 'Exact' ||
    (options.limit > 0 && asked > 0 && options.resourceVersionMatch === '');
  return { revision: exact && asked > 0 ? asked : current, start: '' };
}

/** The index of the first object whose key follows one; they are in the order of their keys. */
function firstAfter(objects: readonly KubeObject[], start: string): number {
  let [low, high] = [0, objects.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const object = objects[middle];
    if (object !== undefined && storageKey(object) <= start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function snapshot(
  registry: Registry,
  definition: ResourceDefinition,
  options: ListOptions,
  revision: number,
): readonly KubeObject[] {
  const objects = registry.store.listAt(collectionOf(definition), revision);
  if (objects !== undefined) return objects;
  if (options.continueToken === '') {
    throw new ApiError(410, 'Expired', 'The resourceVersion for the provided list is too old.');
  }
  const { start } = readToken(options.continueToken);
  const metadata = { continue: continueToken(-1, start) };
  throw new ApiError(410, 'Expired', EXPIRED_TOKEN, { metadata });
}

const EXPIRED_TOKEN =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.';

/** The API server's own form: base64 of {v, rv, start}, the start being the key after the last one sent. */
function continueToken(revision: number, lastKey: string): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${lastKey}\0` });
  return Buffer.from(text).toString('base64url');
}

function readToken(token: string): { revision: number; start: string } {
  let value: Json;
  try {
    value = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Json;
  } catch {
    throw badRequest('invalid continue token: continue key is not valid: it is not one of this server');
  }
  const revision = isObject(value) ? value['rv'] : undefined;
  const start = isObject(value) ? value['start'] : undefined;
  if (typeof revision !== 'number' || typeof start !== 'string' || start === '') {
    throw badRequest(
      'invalid continue token: continue key is not valid: incorrect encoded start resourceVersion',
    );
  }
  return { revision, start: start.replace(/\0$/, '') };
}
