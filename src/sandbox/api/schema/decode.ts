import { isObject, type Json, type JsonObject } from '../json.js';
import { badRequest } from '../status.js';
import { type ObjectSchema, resolve, type Schema } from './schema.js';

const QUANTITY = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;

/**
 * Reads a built-in object as the API server's decoder would: a value of the wrong type is a 400, a null is a missing
 * field. Changes the value in place. Throws ApiError.
 */
export function decodeBuiltIn(
  value: JsonObject,
  { kind, version, schema: { root, shared } }: { kind: string; version: string; schema: ObjectSchema },
): void {
  const fail = (why: string): never => {
    throw badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${why}`);
  };
  decode(value, root, shared, { path: kind, fail });
}

interface Context {
  readonly path: string;
  readonly fail: (why: string) => never;
}

function decode(value: Json, given: Schema, shared: ObjectSchema['shared'], context: Context): void {
  const schema = resolve(given, shared);
  const mismatch = (found: string, wanted: string): never =>
    context.fail(`json: cannot unmarshal ${found} into Go struct field ${context.path} of type ${wanted}`);
  if (schema.quantity === true) {
    if (typeof value !== 'string' || !QUANTITY.test(value)) {
      context.fail(`quantities must match the regular expression '${QUANTITY.source}'`);
    }
    return;
  }
  if (schema.intOrString === true) {
    if (typeof value !== 'string' && !Number.isInteger(value)) mismatch(goName(value), 'intstr.IntOrString');
    return;
  }
  const wanted = schema.type;
  if (wanted === 'object') {
    if (!isObject(value)) mismatch(goName(value), 'object');
    else decodeFields(value, schema, shared, context);
  } else if (wanted === 'array') {
    const { items } = schema;
    if (!Array.isArray(value)) mismatch(goName(value), '[]');
    else if (items !== undefined) for (const item of value) decode(item, items, shared, context);
  } else if (wanted === 'integer') {
    if (!Number.isInteger(value))
      mismatch(typeof value === 'number' ? `number ${value}` : goName(value), 'int64');
  } else if (wanted === 'string' && typeof value !== 'string') mismatch(goName(value), 'string');
  else if (wanted === 'boolean' && typeof value !== 'boolean') mismatch(goName(value), 'bool');
}

function decodeFields(
  value: JsonObject,
  schema: Schema,
  shared: ObjectSchema['shared'],
  { path, fail }: Context,
): void {
  for (const [key, child] of Object.entries(value)) {
    const { properties } = schema;
    const known = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
    const childSchema = known ?? schema.additionalProperties;
    if (childSchema === undefined) continue;
    if (child === null) delete value[key];
    else if (typeof child === 'number' && childSchema.quantity === true) value[key] = String(child);
    else decode(child, childSchema, shared, { path: `${path}.${key}`, fail });
  }
}

function goName(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'array' : typeof value;
}
