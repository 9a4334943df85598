import { type JsonObject, stringMapAt } from '../json.js';
import { type NamedObject, namespaceOf } from '../kube-object.js';
import type { ResourceDefinition } from '../resource.js';
import { parseFieldSelector } from '../selectors/field-selector.js';
import { parseLabelSelector } from '../selectors/label-selector.js';
import { ApiError, badRequest, invalid } from '../status.js';

/** The query of a list, watch or deletecollection, checked. */
export interface ListOptions {
  readonly matches: (object: NamedObject) => boolean;
  /** As given; empty where it was not. */
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly limit: number;
  readonly continueToken: string;
  readonly watch: boolean;
  readonly allowBookmarks: boolean;
  readonly sendInitialEvents: boolean | null;
  /** Null: the server's own choice. */
  readonly timeoutSeconds: number | null;
}

/** Throws ApiError (400, 422) in the API server's words. */
export function listOptions(
  query: URLSearchParams,
  definition: ResourceDefinition,
  scope: { namespace: string; name: string },
): ListOptions {
  const labelSelector = query.get('labelSelector') ?? '';
  const fieldSelector = query.get('fieldSelector') ?? '';
  const labels = parseLabelSelector(labelSelector);
  const fields = parseFieldSelector(fieldSelector, definition.fieldLabels);
  const initial = query.get('sendInitialEvents');
  const options: ListOptions = {
    matches: (object) =>
      (scope.namespace === '' || namespaceOf(object) === scope.namespace) &&
      (scope.name === '' || object.metadata.name === scope.name) &&
      (labelSelector === '' || labels(stringMapAt(object, 'metadata', 'labels'))) &&
      (fieldSelector === '' || fields(object)),
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    limit: wholeNumber(query.get('limit')) ?? 0,
    continueToken: query.get('continue') ?? '',
    watch: isTrue(query.get('watch')),
    allowBookmarks: isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: initial === null ? null : isTrue(initial),
    timeoutSeconds: wholeNumber(query.get('timeoutSeconds')),
  };
  checkInitialEvents(options);
  return options;
}

export function isTrue(text: string | null): boolean {
  return text === 'true' || text === '1';
}

function wholeNumber(text: string | null): number | null {
  if (text === null || text === '') return null;
  if (!/^\d+$/.test(text))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function checkInitialEvents(options: ListOptions): void {
  const { sendInitialEvents, resourceVersionMatch } = options;
  const forbid = (field: string, why: string): never => {
    const cause = { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field } as const;
    throw invalid('meta.k8s.io', 'ListOptions', '', [cause]);
  };
  if (!options.watch && sendInitialEvents !== null) {
    forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  }
  if (options.watch && sendInitialEvents !== null && resourceVersionMatch !== 'NotOlderThan') {
    forbid('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  }
  if (options.watch && sendInitialEvents === null && resourceVersionMatch !== '') {
    forbid(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  }
}

/** Reads a resource version of a list or watch; 0 and the empty one are both "any" (0). Throws ApiError. */
export function parseVersion(text: string): number {
  if (text === '') return 0;
  if (/^\d+$/.test(text)) return Number(text);
  const quoted = JSON.stringify(text);
  // The API server answers this with a bare 500.
  throw new ApiError(
    500,
    '',
    `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`,
  );
}

export function versionTooLarge(asked: number, current: number): ApiError {
  const details: JsonObject = {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  };
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  return new ApiError(504, 'Timeout', message, { details });
}
