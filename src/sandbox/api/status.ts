import type { Json, JsonObject } from './json.js';
import type { ResourceDefinition } from './resource.js';

/** One reason of an Invalid answer, as `details.causes` carries it. */
export interface Cause {
  readonly reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueTypeInvalid'
    | 'FieldValueDuplicate'
    | 'FieldManagerConflict';
  /** Without the field's name, e.g. `Required value`. */
  readonly message: string;
  readonly field: string;
}

/** A refusal as the API server words it: `body` is the Status object to answer with. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly body: JsonObject;

  constructor(
    code: number,
    reason: string,
    message: string,
    extra: { details?: JsonObject; metadata?: JsonObject } = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: extra.metadata ?? {},
      status: 'Failure',
      message,
      ...(reason === '' ? {} : { reason }),
      ...(extra.details === undefined ? {} : { details: extra.details }),
      code,
    };
  }
}

/** `pods`, `stresschaos.chaos-mesh.org`. */
export function qualifiedResource(definition: ResourceDefinition): string {
  return definition.group === '' ? definition.plural : `${definition.plural}.${definition.group}`;
}

function qualifiedKind(group: string, kind: string): string {
  return group === '' ? kind : `${kind}.${group}`;
}

function details(definition: ResourceDefinition, name: string, more: JsonObject = {}): JsonObject {
  const group: JsonObject = definition.group === '' ? {} : { group: definition.group };
  return { name, ...group, kind: definition.plural, ...more };
}

export function notFound(definition: ResourceDefinition, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualifiedResource(definition)} "${name}" not found`, {
    details: details(definition, name),
  });
}

export function alreadyExists(definition: ResourceDefinition, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${qualifiedResource(definition)} "${name}" already exists`, {
    details: details(definition, name),
  });
}

export function conflict(definition: ResourceDefinition, name: string): ApiError {
  const message =
    `Operation cannot be fulfilled on ${qualifiedResource(definition)} "${name}": the object has been modified; ` +
    'please apply your changes to the latest version and try again';
  return new ApiError(409, 'Conflict', message, { details: details(definition, name) });
}

/** A failed precondition of a delete names the kind, not the resource. */
export function preconditionFailed(
  definition: ResourceDefinition,
  name: string,
  what: 'UID' | 'ResourceVersion',
  wanted: string,
  found: string,
): ApiError {
  const kind = qualifiedKind(definition.group, definition.kind);
  const message =
    `Operation cannot be fulfilled on ${kind} "${name}": the ${what} in the precondition (${wanted}) does not match ` +
    `the ${what} in record (${found}). The object might have been ${what === 'UID' ? 'deleted and then recreated' : 'modified'}`;
  const group: JsonObject = definition.group === '' ? {} : { group: definition.group };
  return new ApiError(409, 'Conflict', message, { details: { name, ...group, kind: definition.kind } });
}

/** 422 with one cause per field, worded as the API server joins them. */
export function invalid(group: string, kind: string, name: string, causes: readonly Cause[]): ApiError {
  const texts = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const joined = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
  const list: Json[] = causes.map(({ reason, message, field }) => ({ reason, message, field }));
  return new ApiError(422, 'Invalid', `${qualifiedKind(group, kind)} "${name}" is invalid: ${joined}`, {
    details: { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind, causes: list },
  });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

export function forbidden(message: string): ApiError {
  return new ApiError(403, 'Forbidden', message);
}

export function methodNotAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiError(405, 'MethodNotAllowed', message, { details: {} });
}

/** A watch of a resource that is served without one (metrics). */
export function notWatched(definition: ResourceDefinition): ApiError {
  const message = `watch is not supported on resources of kind "${qualifiedResource(definition)}"`;
  const details: JsonObject = { group: definition.group, kind: definition.plural };
  return new ApiError(405, 'MethodNotAllowed', message, { details });
}

/** The answer for an unknown resource of a known group; an unknown group is answered in plain text. */
export function resourceNotFound(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', { details: {} });
}

/** What a real API server does and this stand-in does not. */
export function notImplemented(what: string): ApiError {
  return new ApiError(501, 'NotImplemented', `${what} is not something the Podstress sandbox can do`, {
    details: {},
  });
}

/** A watch asked for history that is no longer kept. */
export function tooOldToWatch(asked: number, oldest: number): ApiError {
  return new ApiError(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
}

/** A webhook that cannot be called, and whose failurePolicy is Fail. */
export function webhookUnreachable(webhook: string, url: string, why: string): ApiError {
  const message = `failed calling webhook "${webhook}": failed to call webhook: Post "${url}": ${why}`;
  const causes: Json[] = [{ message }];
  return new ApiError(500, 'InternalError', `Internal error occurred: ${message}`, { details: { causes } });
}

/** Denied by an admission webhook, as the API server passes it on. */
export function deniedByWebhook(webhook: string, message: string, code = 403): ApiError {
  return new ApiError(
    code,
    code === 403 ? 'Forbidden' : 'BadRequest',
    `admission webhook "${webhook}" denied the request: ${message}`,
  );
}
