import { isObject, type Json, type JsonObject } from '../json.js';
import type { Cause } from '../status.js';
import { type ObjectSchema, resolve, type Schema } from './schema.js';

/** What is wrong with a custom resource, in the words of the API server's own schema validation. */
export function validateAgainst(value: JsonObject, { root, shared }: ObjectSchema): Cause[] {
  const causes: Cause[] = [];
  check(value, root, shared, '', causes);
  return causes;
}

function check(
  value: Json,
  given: Schema,
  shared: ObjectSchema['shared'],
  path: string,
  causes: Cause[],
): void {
  const schema = resolve(given, shared);
  if (!checkType(value, schema, path, causes)) return;
  if (typeof value === 'string') checkEnum(value, schema, path, causes);
  else if (typeof value === 'number') checkRange(value, schema, path, causes);
  else if (Array.isArray(value)) {
    const items = schema.items;
    if (items !== undefined)
      value.forEach((item, i) => void check(item, items, shared, `${path}[${i}]`, causes));
  } else if (isObject(value)) checkObject(value, schema, shared, path, causes);
}

function checkObject(
  value: JsonObject,
  schema: Schema,
  shared: ObjectSchema['shared'],
  path: string,
  causes: Cause[],
): void {
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const missing = (schema.required ?? []).filter((key) => (value[key] ?? null) === null);
  for (const key of missing) {
    causes.push({ reason: 'FieldValueRequired', message: 'Required value', field: below(key) });
  }
  for (const [key, child] of Object.entries(value)) {
    const known = schema.properties?.[key] ?? schema.additionalProperties;
    if (known !== undefined && !missing.includes(key)) check(child, known, shared, below(key), causes);
  }
}

function checkType(value: Json, schema: Schema, path: string, causes: Cause[]): boolean {
  const { type } = schema;
  if (type === undefined) return true;
  const found = typeName(value);
  if (found === 'null' && schema.nullable === true) return true;
  if (found === type || (type === 'number' && found === 'integer')) return true;
  causes.push({
    reason: 'FieldValueTypeInvalid',
    message: `Invalid value: "${found}": ${path} in body must be of type ${type}: "${found}"`,
    field: path,
  });
  if (type === 'integer' && found === 'number') {
    const message = `Invalid value: "": Checked value must be of type integer (default format) in ${path}`;
    causes.push({ reason: 'FieldValueInvalid', message, field: '<nil>' });
  }
  return false;
}

function checkEnum(value: string, schema: Schema, path: string, causes: Cause[]): void {
  if (schema.enum === undefined || schema.enum.includes(value)) return;
  const supported = schema.enum.map((one) => JSON.stringify(one)).join(', ');
  causes.push({
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`,
    field: path,
  });
}

function checkRange(value: number, schema: Schema, path: string, causes: Cause[]): void {
  const { minimum, maximum, exclusiveMinimum = false } = schema;
  let bound = '';
  if (maximum !== undefined && value > maximum) bound = `less than or equal to ${maximum}`;
  if (minimum !== undefined && exclusiveMinimum && value <= minimum) bound = `greater than ${minimum}`;
  else if (minimum !== undefined && value < minimum) bound = `greater than or equal to ${minimum}`;
  if (bound === '') return;
  const message = `Invalid value: ${value}: ${path} in body should be ${bound}`;
  causes.push({ reason: 'FieldValueInvalid', message, field: path });
}

/** The names that OpenAPI gives to JSON types; a number without a fraction is an integer. */
function typeName(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
