import { isObject, type Json, type JsonObject } from '../json.js';
import { type ObjectSchema, resolve, type Schema } from './schema.js';

/** Removes the fields that the schema does not know; returns their paths, sorted (`spec.containers[0].foo`). */
export function pruneUnknown(value: JsonObject, { root, shared }: ObjectSchema): string[] {
  const removed: string[] = [];
  prune(value, root, shared, '', removed);
  return removed.sort();
}

function prune(
  value: Json | undefined,
  given: Schema,
  shared: ObjectSchema['shared'],
  path: string,
  removed: string[],
): void {
  const schema = resolve(given, shared);
  if (Array.isArray(value)) {
    const items = schema.items;
    if (items !== undefined)
      value.forEach((item, i) => void prune(item, items, shared, `${path}[${i}]`, removed));
    return;
  }
  if (!isObject(value) || schema.preserveUnknown === true) return;
  for (const [key, child] of Object.entries(value)) {
    const childPath = path === '' ? key : `${path}.${key}`;
    const known = ownSchema(schema, key);
    if (known !== undefined) prune(child, known, shared, childPath, removed);
    else if (schema.properties !== undefined) {
      delete value[key];
      removed.push(childPath);
    }
  }
}

function ownSchema(schema: Schema, key: string): Schema | undefined {
  const { properties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  return schema.additionalProperties;
}

/** Fills in the schema's defaults below objects that are there. */
export function applyDefaults(value: JsonObject, { root, shared }: ObjectSchema): void {
  fill(value, root, shared);
}

function fill(value: Json | undefined, given: Schema, shared: ObjectSchema['shared']): void {
  const schema = resolve(given, shared);
  if (Array.isArray(value)) {
    if (schema.items !== undefined) for (const item of value) fill(item, schema.items, shared);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const preset = child.default;
    if (preset !== undefined && value[key] === undefined) value[key] = structuredClone(preset);
  }
  for (const [key, child] of Object.entries(value)) {
    const known = ownSchema(schema, key);
    if (known !== undefined) fill(child, known, shared);
  }
}
