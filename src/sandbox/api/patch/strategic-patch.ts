import { clone, equalJson, isObject, type Json, type JsonObject } from '../json.js';
import { type ObjectSchema, resolve, type Schema } from '../schema/schema.js';
import { badRequest } from '../status.js';
import { setOwn } from './merge-patch.js';

/**
 * A strategic merge patch: as RFC 7396, but lists with a merge key are joined by it, `$patch: delete|replace` and
 * `$deleteFromPrimitiveList/` are obeyed, `$setElementOrder/` and `$retainKeys` are order hints and are left out.
 * Returns a new value. Throws ApiError (400) for a list entry without its merge key.
 */
export function strategicMergePatch(target: JsonObject, patch: JsonObject, schema: ObjectSchema): JsonObject {
  return mergeObject(target, patch, schema.root, schema.shared);
}

type Shared = ObjectSchema['shared'];

function mergeObject(target: Json | undefined, patch: JsonObject, given: Schema, shared: Shared): JsonObject {
  const schema = resolve(given, shared);
  const replace = patch['$patch'] === 'replace';
  const result: JsonObject = isObject(target) && !replace ? clone(target) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) {
      applyDirective(result, key, value);
      continue;
    }
    const known = schema.properties?.[key] ?? schema.additionalProperties ?? {};
    const current = Object.hasOwn(result, key) ? result[key] : undefined;
    if (value === null) delete result[key];
    else if (isObject(value)) {
      if (value['$patch'] === 'delete') delete result[key];
      else setOwn(result, key, mergeObject(current, value, known, shared));
    } else if (Array.isArray(value)) setOwn(result, key, mergeList(current, value, known, shared));
    else setOwn(result, key, value);
  }
  return result;
}

function applyDirective(result: JsonObject, key: string, value: Json): void {
  const field = /^\$deleteFromPrimitiveList\/(.+)$/.exec(key)?.[1];
  const list = field === undefined ? undefined : result[field];
  if (field === undefined || !Array.isArray(list) || !Array.isArray(value)) return;
  result[field] = list.filter((item) => !value.some((gone) => equalJson(item, gone)));
}

function mergeList(current: Json | undefined, patch: Json[], schema: Schema, shared: Shared): Json[] {
  const { mergeKey, mergeValues, items = {} } = schema;
  const list = Array.isArray(current) ? clone(current) : [];
  if (mergeValues === true) {
    return [...list, ...patch.filter((value) => !list.some((known) => equalJson(known, value)))];
  }
  if (mergeKey === undefined) return clone(patch);
  if (patch.some((entry) => isObject(entry) && entry['$patch'] === 'replace')) {
    return clone(patch.filter((entry) => !(isObject(entry) && entry['$patch'] === 'replace')));
  }
  for (const entry of patch) {
    const id = isObject(entry) ? entry[mergeKey] : undefined;
    if (!isObject(entry) || id === undefined) {
      throw badRequest(`map: ${JSON.stringify(entry)} does not contain declared merge key: ${mergeKey}`);
    }
    const at = list.findIndex((one) => isObject(one) && equalJson(one[mergeKey], id));
    if (entry['$patch'] === 'delete') {
      if (at >= 0) list.splice(at, 1);
    } else if (at >= 0) list[at] = mergeObject(list[at], entry, items, shared);
    else list.push(mergeObject(undefined, entry, items, shared));
  }
  return list;
}
