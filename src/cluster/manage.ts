import { asArray, asRecord, asString, type JsonRecord } from './decode.js';
import { ClusterError } from './errors.js';
import type { Transport } from './transport.js';

/** Who we are to server-side apply: the fields that we set are ours by this name. */
export const FIELD_MANAGER = 'podstress';

/** The kinds that Podstress installs, and where the API server has them. */
const COLLECTIONS = {
  Namespace: { apiVersion: 'v1', group: '', resource: 'namespaces', namespaced: false },
  DaemonSet: { apiVersion: 'apps/v1', group: 'apps', resource: 'daemonsets', namespaced: true },
} as const;

export type ManagedKind = keyof typeof COLLECTIONS;

/** What names one object. */
export interface ObjectRef {
  readonly kind: ManagedKind;
  /** Null for what lives in no namespace. */
  readonly namespace: string | null;
  readonly name: string;
}

/** An object with nothing but what we want of it. */
export interface ManagedObject {
  readonly ref: ObjectRef;
  readonly body: JsonRecord;
}

/** Something that one may be allowed to do. */
export interface AccessRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | null;
  /** Null: in the whole cluster. */
  readonly namespace: string | null;
}

/** Reads an object of a kind that we install; null for any other. */
export function managedObject(value: unknown): ManagedObject | null {
  const body = asRecord(value);
  const metadata = asRecord(body?.['metadata']);
  const kind = asString(body?.['kind']);
  const name = asString(metadata?.['name']);
  if (body === null || name === null || (kind !== 'Namespace' && kind !== 'DaemonSet')) return null;
  const { apiVersion, namespaced } = COLLECTIONS[kind];
  const namespace = asString(metadata?.['namespace']);
  if (body['apiVersion'] !== apiVersion || namespaced !== (namespace !== null)) return null;
  return { ref: { kind, namespace, name }, body };
}

export function groupAndResource(kind: ManagedKind): { readonly group: string; readonly resource: string } {
  const { group, resource } = COLLECTIONS[kind];
  return { group, resource };
}

function pathOf({ kind, namespace, name }: ObjectRef): string {
  const { apiVersion, resource } = COLLECTIONS[kind];
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const place = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${place}/${resource}/${encodeURIComponent(name)}`;
}

/**
 * Server-side apply: the object as it is then. `force` takes over fields that others set to something else, which is a
 * `conflict` otherwise; `dryRun` changes nothing. Throws ClusterError.
 */
export async function applyObject(
  transport: Transport,
  { ref, body }: ManagedObject,
  options: { readonly force: boolean; readonly dryRun: boolean },
  signal: AbortSignal,
): Promise<JsonRecord> {
  const answer = await transport.json({
    method: 'PATCH',
    path: pathOf(ref),
    query: {
      fieldManager: FIELD_MANAGER,
      fieldValidation: 'Strict',
      force: String(options.force),
      dryRun: options.dryRun ? 'All' : undefined,
    },
    // JSON is YAML.
    contentType: 'application/apply-patch+yaml',
    body,
    signal,
  });
  return sure(answer, ref);
}

/** The object; null where there is none. Throws ClusterError. */
export async function findObject(
  transport: Transport,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<JsonRecord | null> {
  try {
    return sure(await transport.json({ path: pathOf(ref), signal }), ref);
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'not-found') return null;
    throw error;
  }
}

/** Asks for the deletion of this very object with all that it owns; one that is gone is fine. Throws ClusterError. */
export async function deleteObject(
  transport: Transport,
  ref: ObjectRef,
  uid: string,
  signal: AbortSignal,
): Promise<void> {
  const body = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: 'Background',
    preconditions: { uid },
  };
  try {
    await transport.text({ method: 'DELETE', path: pathOf(ref), body, signal });
  } catch (error) {
    if (!(error instanceof ClusterError && error.kind === 'not-found')) throw error;
  }
}

/** Whether the API server would let this user do it, and its reason where it says one. Throws ClusterError. */
export async function mayDo(
  transport: Transport,
  { verb, group, resource, subresource, namespace }: AccessRight,
  signal: AbortSignal,
): Promise<boolean> {
  const resourceAttributes = {
    verb,
    group,
    resource,
    ...(subresource !== null && { subresource }),
    ...(namespace !== null && { namespace }),
  };
  const answer = await transport.json({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    },
    signal,
  });
  return asRecord(asRecord(answer)?.['status'])?.['allowed'] === true;
}

/** Names of those who set fields of an object, but for its status. */
export function fieldManagers(object: JsonRecord): string[] {
  return asArray(asRecord(object['metadata'])?.['managedFields']).flatMap((raw) => {
    const entry = asRecord(raw);
    const isStatus = asString(entry?.['subresource']) === 'status' || onlyStatus(entry?.['fieldsV1']);
    return isStatus ? [] : [asString(entry?.['manager']) ?? ''];
  });
}

function onlyStatus(fields: unknown): boolean {
  const keys = Object.keys(asRecord(fields) ?? {});
  return keys.length > 0 && keys.every((key) => key === 'f:status');
}

/** Whatever Events may be about. */
export interface EventSubject {
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
  /** Absent: also what was said of others of that name before. */
  readonly uid?: string;
}

/** The newest warnings of the Events about an object, newest first. Throws ClusterError. */
export async function warningsAbout(
  transport: Transport,
  { kind, namespace, name, uid }: EventSubject,
  signal: AbortSignal,
): Promise<string[]> {
  const answer = await transport.json({
    path: `/api/v1/namespaces/${encodeURIComponent(namespace ?? 'default')}/events`,
    query: {
      fieldSelector: `involvedObject.kind=${kind},involvedObject.name=${name},type=Warning`,
      limit: '100',
    },
    signal,
  });
  return asArray(asRecord(answer)?.['items'])
    .map((item) => ({ time: asString(asRecord(item)?.['lastTimestamp']) ?? '', event: asRecord(item) }))
    .filter(({ event }) => uid === undefined || asRecord(event?.['involvedObject'])?.['uid'] === uid)
    .sort((a, b) => (a.time < b.time ? 1 : -1))
    .flatMap(({ event }) => asString(event?.['message']) ?? []);
}

function sure(answer: unknown, { kind, name }: ObjectRef): JsonRecord {
  const object = asRecord(answer);
  if (object === null || asRecord(object['metadata']) === null) {
    throw new ClusterError('protocol', `${kind} ${name}: the answer is not an object`);
  }
  return object;
}
