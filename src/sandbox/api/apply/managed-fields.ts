import { isObject, type Json, type JsonObject, stringAt } from '../json.js';
import { type FieldSet, fromFieldsV1, toFieldsV1 } from './field-set.js';

/** Who set fields of an object, as an entry of `metadata.managedFields` says it. */
export interface FieldManager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time: string;
  readonly fields: FieldSet;
}

/** Owns what an object had before anybody applied it, as on a real API server. */
export const BEFORE_FIRST_APPLY = 'before-first-apply';

/** The managers that an object names. */
export function managersOf(object: JsonObject): FieldManager[] {
  const { metadata } = object;
  const list = isObject(metadata) ? metadata['managedFields'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter(isObject).map((entry) => ({
    manager: stringAt(entry, 'manager') ?? '',
    operation: stringAt(entry, 'operation') === 'Apply' ? 'Apply' : 'Update',
    apiVersion: stringAt(entry, 'apiVersion') ?? '',
    time: stringAt(entry, 'time') ?? '',
    fields: fromFieldsV1(entry['fieldsV1']),
  }));
}

/** Writes the managers that own anything into the object. */
export function setManagers(object: JsonObject, managers: readonly FieldManager[]): void {
  const { metadata } = object;
  if (!isObject(metadata)) return;
  const owning = managers.filter(({ fields }) => fields.size > 0);
  if (owning.length === 0) delete metadata['managedFields'];
  else metadata['managedFields'] = owning.map(entryOf);
}

function entryOf({ manager, operation, apiVersion, time, fields }: FieldManager): Json {
  return { manager, operation, apiVersion, time, fieldsType: 'FieldsV1', fieldsV1: toFieldsV1(fields) };
}

/** The manager as a conflict names it. */
export function managerText({ manager, operation, apiVersion, time }: FieldManager): string {
  const name = JSON.stringify(manager);
  return operation === 'Apply' ? name : `${name} using ${apiVersion} at ${time}`;
}

export function sameFields(a: FieldSet, b: FieldSet): boolean {
  return a.size === b.size && [...a].every((key) => b.has(key));
}
