import { isObject, type Json, type JsonObject } from '../json.js';
import { type ObjectSchema, resolve, type Schema } from '../schema/schema.js';

/**
 * A set of fields of an object. Each member is a path, a JSON array of the path elements of FieldsV1 (`f:NAME`,
 * `k:{KEYS}`, `v:VALUE`), after sigs.k8s.io/structured-merge-diff/fieldpath.
 */
export type FieldSet = ReadonlySet<string>;

type Path = readonly string[];

export function pathKey(path: Path): string {
  return JSON.stringify(path);
}

export function pathOf(key: string): string[] {
  return JSON.parse(key) as string[];
}

/** What the server itself sets, and what nobody owns. */
const UNOWNED = new Set(
  [
    ['f:apiVersion'],
    ['f:kind'],
    ['f:metadata'],
    ...[
      'name',
      'namespace',
      'creationTimestamp',
      'selfLink',
      'uid',
      'generation',
      'managedFields',
      'resourceVersion',
    ].map((key) => ['f:metadata', `f:${key}`]),
  ].map(pathKey),
);

/** A field that the schema does not know, as its path is written. */
export class UnknownField extends Error {
  constructor(path: Path) {
    super(`${pathText(path)}: field not declared in schema`);
  }
}

/** The fields that an object sets: values, atomic lists and maps as a whole, items of keyed lists. Throws UnknownField. */
export function fieldSetOf(object: JsonObject, schema: ObjectSchema, without: Path = []): FieldSet {
  const found = new Set<string>();
  const { managedFields: _none, ...metadata } = isObject(object['metadata']) ? object['metadata'] : {};
  const left = Object.fromEntries(Object.entries(object).filter(([key]) => !without.includes(key)));
  collect({ ...left, metadata }, schema.root, schema.shared, [], found);
  for (const key of UNOWNED) found.delete(key);
  return found;
}

function collect(
  value: Json,
  given: Schema,
  shared: ObjectSchema['shared'],
  path: Path,
  found: Set<string>,
): void {
  const schema = resolve(given, shared);
  if (Array.isArray(value) && schema.mergeValues === true) {
    for (const item of value) found.add(pathKey([...path, `v:${JSON.stringify(item)}`]));
    return;
  }
  if (Array.isArray(value) && schema.mergeKey !== undefined) {
    for (const item of value) {
      const below = [...path, itemElement(schema, item)];
      collect(item, schema.items ?? {}, shared, below, found);
      found.add(pathKey(below));
    }
    return;
  }
  const entries = isObject(value) && !isAtomic(schema, given) ? Object.entries(value) : [];
  if (entries.length === 0) found.add(pathKey(path));
  for (const [key, child] of entries) {
    const below = [...path, `f:${key}`];
    const known = ownField(schema, key);
    if (known === undefined && schema.properties !== undefined) throw new UnknownField(below);
    collect(child, known ?? {}, shared, below, found);
  }
}

function ownField(schema: Schema, key: string): Schema | undefined {
  const { properties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  return schema.additionalProperties;
}

/** Maps that are set as a whole (`x-kubernetes-map-type: atomic`), or of which nothing is known. */
function isAtomic(schema: Schema, given: Schema): boolean {
  if (schema.atomic === true || given.atomic === true) return true;
  return schema.properties === undefined && schema.additionalProperties === undefined;
}

/** `k:{"name":"agent"}`; a key that is missing has its default. */
export function itemElement(schema: Schema, item: Json): string {
  const keys = [schema.mergeKey ?? '', ...(schema.mergeKey === 'containerPort' ? ['protocol'] : [])];
  const values = keys.map((key): [string, Json] => [
    key,
    (isObject(item) ? item[key] : undefined) ?? (key === 'protocol' ? 'TCP' : null),
  ]);
  return `k:${JSON.stringify(Object.fromEntries(values))}`;
}

/** The value at a path; undefined where there is none. */
export function valueAtPath(
  value: Json | undefined,
  path: Path,
  given: Schema,
  shared: ObjectSchema['shared'],
): Json | undefined {
  const [element, ...rest] = path;
  if (element === undefined || value === undefined) return value;
  const schema = resolve(given, shared);
  const child = childOf(value, element, schema);
  return child === undefined ? undefined : valueAtPath(child.value, rest, child.schema, shared);
}

function childOf(
  value: Json,
  element: string,
  schema: Schema,
): { readonly value: Json | undefined; readonly schema: Schema } | undefined {
  const text = element.slice(2);
  if (element.startsWith('f:')) {
    if (!isObject(value) || !Object.hasOwn(value, text)) return undefined;
    return { value: value[text], schema: ownField(schema, text) ?? {} };
  }
  if (!Array.isArray(value)) return undefined;
  const matches = (item: Json): boolean =>
    element.startsWith('k:') ? itemElement(schema, item) === element : JSON.stringify(item) === text;
  return { value: value.find(matches), schema: schema.items ?? {} };
}

/** The object without the values at some paths; parents that become empty go, too. Changes it in place. */
export function removePaths(object: JsonObject, paths: Iterable<string>, schema: ObjectSchema): void {
  // An item as a whole before its fields: without its key it could not be found any more.
  const shortestFirst = [...paths]
    .map(pathOf)
    .filter((path) => !isKeyField(path))
    .sort((a, b) => a.length - b.length);
  for (const path of shortestFirst) removePath(object, path, schema.root, schema.shared);
}

/** A field by which a list knows its item: it goes with the item only. */
function isKeyField(path: Path): boolean {
  const [item = '', field = ''] = path.slice(-2);
  return item.startsWith('k:') && Object.hasOwn(JSON.parse(item.slice(2)) as JsonObject, field.slice(2));
}

function removePath(value: Json, path: Path, given: Schema, shared: ObjectSchema['shared']): void {
  const [element = '', ...rest] = path;
  const schema = resolve(given, shared);
  const child = childOf(value, element, schema);
  if (child?.value === undefined) return;
  if (rest.length > 0) {
    removePath(child.value, rest, child.schema, shared);
    if (!isEmpty(child.value)) return;
  }
  if (Array.isArray(value)) value.splice(value.indexOf(child.value), 1);
  else if (isObject(value)) delete value[element.slice(2)];
}

function isEmpty(value: Json): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** True where the path itself or anything below it is in the set. */
export function reaches(set: FieldSet, path: string): boolean {
  const prefix = `${path.slice(0, -1)},`;
  return set.has(path) || [...set].some((other) => other.startsWith(prefix));
}

/** As `managedFields[].fieldsV1` carries it. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const root: JsonObject = {};
  for (const key of [...set].sort()) {
    let node = root;
    for (const element of pathOf(key)) {
      const known = node[element];
      const next: JsonObject = isObject(known) ? known : {};
      node[element] = next;
      node = next;
    }
    node['.'] = {};
  }
  return withoutLeafDots(root);
}

/** A leaf is a member by being there; `.` is written only where there is more below. */
function withoutLeafDots(node: JsonObject): JsonObject {
  const entries = Object.entries(node)
    .filter(([key]) => key !== '.' || Object.keys(node).length > 1)
    .map(([key, child]): [string, Json] => [key, isObject(child) ? withoutLeafDots(child) : {}]);
  return Object.fromEntries(entries);
}

export function fromFieldsV1(fields: Json | undefined, path: Path = [], found = new Set<string>()): FieldSet {
  if (!isObject(fields)) return found;
  const below = Object.entries(fields).filter(([element]) => element !== '.');
  if (path.length > 0 && (below.length === 0 || fields['.'] !== undefined)) found.add(pathKey(path));
  for (const [element, child] of below) fromFieldsV1(child, [...path, element], found);
  return found;
}

/** As conflicts name it: `.spec.containers[name="agent"].image`. */
export function pathText(path: Path): string {
  return path
    .map((element) => {
      const text = element.slice(2);
      if (element.startsWith('f:')) return `.${text}`;
      if (element.startsWith('v:')) return `[=${text}]`;
      const keys = Object.entries(JSON.parse(text) as JsonObject);
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}
