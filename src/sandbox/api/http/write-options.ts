import type { FieldValidation } from '../decode-object.js';
import { isObject, type JsonObject, numberAt, stringAt } from '../json.js';
import type { DeleteOptions } from '../registry.js';
import { badRequest, invalid } from '../status.js';
import { USER } from './guard.js';

const FIELD_VALIDATIONS: readonly FieldValidation[] = ['Strict', 'Warn', 'Ignore'];
const PROPAGATIONS = ['Foreground', 'Background', 'Orphan'] as const;

/** The query of a create, update or patch. Throws ApiError (422) for values that do not exist. */
export function writeOptions(
  query: URLSearchParams,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
): { dryRun: boolean; fieldValidation: FieldValidation; user: string } {
  const wanted = query.get('fieldValidation') ?? '';
  const fieldValidation = wanted === '' ? 'Warn' : FIELD_VALIDATIONS.find((one) => one === wanted);
  if (fieldValidation === undefined) {
    throw unsupported(kind, 'fieldValidation', JSON.stringify(wanted), ['', 'Ignore', 'Warn', 'Strict']);
  }
  return { dryRun: dryRunOf(query.getAll('dryRun'), kind), fieldValidation, user: USER };
}

function dryRunOf(values: readonly string[], kind: string): boolean {
  const given = values.filter((value) => value !== '');
  if (given.some((value) => value !== 'All')) {
    throw unsupported(kind, 'dryRun', JSON.stringify(given), ['All']);
  }
  return given.length > 0;
}

/** The options of a delete, from its query and its body (null: it had none). Throws ApiError (400, 422). */
export function deleteOptions(query: URLSearchParams, body: JsonObject | null): DeleteOptions {
  const propagation = query.get('propagationPolicy') ?? stringAt(body ?? {}, 'propagationPolicy') ?? '';
  if (propagation !== '' && !PROPAGATIONS.some((one) => one === propagation)) {
    const supported = [...PROPAGATIONS, 'nil'];
    throw unsupported('DeleteOptions', 'propagationPolicy', JSON.stringify(propagation), supported);
  }
  const bodyDryRun = body?.['dryRun'];
  const dryRun = Array.isArray(bodyDryRun) ? bodyDryRun.map(String) : [];
  const grace = query.get('gracePeriodSeconds');
  if (grace !== null && !/^\d+$/.test(grace))
    throw badRequest(`gracePeriodSeconds: ${grace} is not a number`);
  const preconditions = body?.['preconditions'];
  const conditions = isObject(preconditions) ? preconditions : {};
  return {
    uid: stringAt(conditions, 'uid'),
    resourceVersion: stringAt(conditions, 'resourceVersion'),
    graceSeconds: grace === null ? numberAt(body ?? {}, 'gracePeriodSeconds') : Number(grace),
    dryRun: dryRunOf([...query.getAll('dryRun'), ...dryRun], 'DeleteOptions'),
    propagation: PROPAGATIONS.find((one) => one === propagation),
  };
}

function unsupported(kind: string, field: string, value: string, supported: readonly string[]): Error {
  const list = supported.map((one) => JSON.stringify(one)).join(', ');
  const message = `Unsupported value: ${value}: supported values: ${list}`;
  return invalid('meta.k8s.io', kind, '', [{ reason: 'FieldValueNotSupported', message, field }]);
}
