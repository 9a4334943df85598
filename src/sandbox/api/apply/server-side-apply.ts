import { clone, equalJson, isObject, type Json, type JsonObject } from '../json.js';
import { setOwn } from '../patch/merge-patch.js';
import { type ObjectSchema, resolve, type Schema } from '../schema/schema.js';
import { ApiError, type Cause } from '../status.js';
import {
  type FieldSet,
  fieldSetOf,
  itemElement,
  pathOf,
  pathText,
  reaches,
  removePaths,
  valueAtPath,
} from './field-set.js';
import {
  BEFORE_FIRST_APPLY,
  type FieldManager,
  managersOf,
  managerText,
  sameFields,
  setManagers,
} from './managed-fields.js';

export interface Applier {
  readonly manager: string;
  readonly apiVersion: string;
  /** Takes over what others own. */
  readonly force: boolean;
  /** RFC 3339. */
  readonly time: string;
  /** Top-level fields that this way of writing leaves alone (`status`). */
  readonly without: readonly string[];
}

/**
 * Server-side apply after sigs.k8s.io/structured-merge-diff: what the configuration says is merged into the object,
 * what the manager applied before and says no more goes unless somebody else owns it. Returns a new object with its
 * managers. Throws ApiError (409) with a cause per field where another manager set it to something else, and
 * UnknownField.
 */
export function applyConfiguration(
  live: JsonObject | null,
  configuration: JsonObject,
  schema: ObjectSchema,
  applier: Applier,
): JsonObject {
  const config = withoutNulls(configuration);
  const wanted = fieldSetOf(config, schema, applier.without);
  const { manager, apiVersion, time } = applier;
  const mine: FieldManager = { manager, operation: 'Apply', apiVersion, time, fields: wanted };
  if (live === null) {
    setManagers(config, [mine]);
    return config;
  }
  const before = knownManagers(live, schema, applier);
  const isMine = (one: FieldManager): boolean => one.operation === 'Apply' && one.manager === manager;
  const mineBefore = before.find(isMine);
  const others = before.filter((one) => !isMine(one));
  const merged = mergeObject(live, without(config, applier.without), schema.root, schema.shared);
  const conflicts = others.flatMap((one) =>
    [...wanted]
      .filter((path) => one.fields.has(path) && differs(path, live, merged, schema))
      .map((path) => ({ one, path })),
  );
  if (conflicts.length > 0 && !applier.force) throw applyConflict(conflicts);
  const gone = [...(mineBefore?.fields ?? [])].filter(
    (path) => !reaches(wanted, path) && !others.some(({ fields }) => reaches(fields, path)),
  );
  removePaths(merged, gone, schema);
  const lost = (one: FieldManager): FieldSet =>
    new Set(conflicts.filter((conflict) => conflict.one === one).map(({ path }) => path));
  const kept = others.map((one) => ({ ...one, fields: minus(one.fields, lost(one)) }));
  const unchanged = mineBefore !== undefined && sameFields(mineBefore.fields, wanted);
  setManagers(merged, [unchanged ? mineBefore : mine, ...kept]);
  return merged;
}

/** Notes who changed what in a write that was no apply; objects that nobody ever applied carry no managers. */
export function noteUpdate(
  old: JsonObject,
  draft: JsonObject,
  schema: ObjectSchema,
  updater: Omit<Applier, 'force'>,
): void {
  const before = managersOf(old);
  if (before.length === 0) return;
  const { manager, apiVersion, time } = updater;
  const now = fieldSetOf(draft, schema, updater.without);
  const then = fieldSetOf(old, schema, updater.without);
  const changed = [...now].filter((path) => !then.has(path) || differs(path, old, draft, schema));
  const touched = new Set([...changed, ...[...then].filter((path) => !now.has(path))]);
  if (touched.size === 0) {
    setManagers(draft, before);
    return;
  }
  const isMine = (one: FieldManager): boolean => one.operation === 'Update' && one.manager === manager;
  const mine = new Set([...minus(before.find(isMine)?.fields ?? new Set(), touched), ...changed]);
  const others = before
    .filter((one) => !isMine(one))
    .map((one) => ({ ...one, fields: minus(one.fields, touched) }));
  setManagers(draft, [...others, { manager, operation: 'Update', apiVersion, time, fields: mine }]);
}

function knownManagers(live: JsonObject, schema: ObjectSchema, applier: Applier): FieldManager[] {
  const managers = managersOf(live);
  if (managers.length > 0) return managers;
  const { apiVersion, time } = applier;
  const fields = fieldSetOf(live, schema, applier.without);
  return [{ manager: BEFORE_FIRST_APPLY, operation: 'Update', apiVersion, time, fields }];
}

/** Whether the value at a path is another one; an item of a keyed list is the same as long as it is there. */
function differs(path: string, a: JsonObject, b: JsonObject, { root, shared }: ObjectSchema): boolean {
  const elements = pathOf(path);
  const [left, right] = [a, b].map((object) => valueAtPath(object, elements, root, shared));
  if (/^[kv]:/.test(elements.at(-1) ?? '')) return (left === undefined) !== (right === undefined);
  return !equalJson(left, right);
}

function minus(set: FieldSet, taken: FieldSet): FieldSet {
  return new Set([...set].filter((path) => !taken.has(path)));
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function withoutNulls(value: JsonObject): JsonObject {
  const entries = Object.entries(value)
    .filter(([, child]) => child !== null)
    .map(([key, child]): [string, Json] => [key, strip(child)]);
  return Object.fromEntries(entries);
}

function strip(value: Json): Json {
  if (Array.isArray(value)) return value.map(strip);
  return isObject(value) ? withoutNulls(value) : value;
}

type Shared = ObjectSchema['shared'];

function mergeObject(live: JsonObject, config: JsonObject, given: Schema, shared: Shared): JsonObject {
  const schema = resolve(given, shared);
  const result = clone(live);
  for (const [key, value] of Object.entries(config)) {
    const known = schema.properties?.[key] ?? schema.additionalProperties ?? {};
    const current = Object.hasOwn(result, key) ? result[key] : undefined;
    setOwn(result, key, mergeValue(current, value, known, shared));
  }
  return result;
}

function mergeValue(live: Json | undefined, config: Json, given: Schema, shared: Shared): Json {
  const schema = resolve(given, shared);
  if (isObject(config) && isObject(live) && schema.atomic !== true && given.atomic !== true) {
    return mergeObject(live, config, schema, shared);
  }
  if (!Array.isArray(config) || !Array.isArray(live)) return clone(config);
  if (schema.mergeValues === true) {
    return [...live, ...config.filter((value) => !live.some((known) => equalJson(known, value)))];
  }
  if (schema.mergeKey === undefined) return clone(config);
  const identity = (item: Json): string => itemElement(schema, item);
  const merged = live.map((item) => {
    const same = config.find((one) => identity(one) === identity(item));
    return same === undefined ? clone(item) : mergeValue(item, same, schema.items ?? {}, shared);
  });
  const fresh = config.filter((item) => !live.some((one) => identity(one) === identity(item)));
  return [...merged, ...clone(fresh)];
}

interface FieldConflict {
  readonly one: FieldManager;
  readonly path: string;
}

/** k8s.io/apimachinery/pkg/util/managedfields/internal.NewConflictError. */
function applyConflict(conflicts: readonly FieldConflict[]): ApiError {
  const causes = conflicts.map(({ one, path }) => ({
    reason: 'FieldManagerConflict' satisfies Cause['reason'],
    message: `conflict with ${managerText(one)}`,
    field: pathText(pathOf(path)),
  }));
  const [only] = causes;
  const text =
    causes.length === 1 && only !== undefined
      ? `1 conflict: ${only.message}: ${only.field}`
      : `${causes.length} conflicts: ${conflictList(conflicts)}`;
  return new ApiError(409, 'Conflict', `Apply failed with ${text}`, { details: { causes } });
}

function conflictList(conflicts: readonly FieldConflict[]): string {
  const managers = [...new Set(conflicts.map(({ one }) => one))];
  return managers
    .flatMap((one) => [
      `conflicts with ${managerText(one)}:`,
      ...conflicts
        .filter((conflict) => conflict.one === one)
        .map(({ path }) => `- ${pathText(pathOf(path))}`),
    ])
    .join('\n');
}
