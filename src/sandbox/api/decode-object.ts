import { isObject, stringAt } from './json.js';
import type { Draft } from './kube-object.js';
import { apiVersionOf, type ResourceDefinition } from './resource.js';
import { decodeBuiltIn } from './schema/decode.js';
import { applyDefaults, pruneUnknown } from './schema/fields.js';
import { badRequest, invalid } from './status.js';

/** What becomes of fields that the schema does not know: refused, dropped with a warning, dropped. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/**
 * Brings an object from outside into the shape of its kind: version and kind checked, unknown fields dropped or
 * refused, defaults of the schema filled in. Changes it in place. Throws ApiError.
 */
export function decodeObject(
  definition: ResourceDefinition,
  draft: Draft,
  fieldValidation: FieldValidation,
  warn: (text: string) => void = () => {},
): void {
  checkType(definition, draft);
  if (!isObject(draft['metadata'])) draft['metadata'] = {};
  const { metadata } = draft;
  if (isObject(metadata))
    for (const [key, value] of Object.entries(metadata)) if (value === null) delete metadata[key];
  if (!definition.custom) decodeBuiltIn(draft, definition);
  const unknown = pruneUnknown(draft, definition.schema).map(
    (path) => `unknown field ${JSON.stringify(path)}`,
  );
  if (unknown.length > 0 && fieldValidation === 'Strict') {
    const { kind, version } = definition;
    throw badRequest(
      `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${unknown.join(', ')}`,
    );
  }
  if (fieldValidation === 'Warn') for (const text of unknown) warn(text);
  applyDefaults(draft, definition.schema);
}

function checkType(definition: ResourceDefinition, draft: Draft): void {
  const apiVersion = stringAt(draft, 'apiVersion') ?? '';
  const kind = stringAt(draft, 'kind') ?? '';
  const expected = apiVersionOf(definition);
  if (kind === '' || apiVersion === '') {
    if (definition.custom) {
      const missing = kind === '' ? 'Kind' : 'apiVersion';
      throw badRequest(`Object '${missing}' is missing in '${JSON.stringify(draft)}'`);
    }
    draft['apiVersion'] = expected;
    draft['kind'] = definition.kind;
    return;
  }
  if (apiVersion !== expected && definition.custom) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  if (kind === definition.kind && apiVersion === expected) return;
  if (definition.custom) {
    const message = `Invalid value: ${JSON.stringify(kind)}: must be ${definition.kind}`;
    throw invalid(definition.group, kind, stringAt(draft, 'metadata', 'name') ?? '', [
      { reason: 'FieldValueInvalid', message, field: 'kind' },
    ]);
  }
  throw badRequest(
    `${kind} in version ${JSON.stringify(apiVersion)} cannot be handled as a ${definition.kind}: ` +
      `converting (${apiVersion}.${kind}) to (core.${definition.kind}): unknown conversion`,
  );
}
