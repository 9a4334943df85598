import { parseAllDocuments, stringify } from 'yaml';
import { asArray, asRecord, asString, type JsonRecord } from '../cluster/decode.js';
import {
  type AccessRight,
  groupAndResource,
  type ManagedKind,
  type ManagedObject,
  managedObject,
} from '../cluster/manage.js';
import type { AgentLevel, AgentPlan } from './types.js';

/** What we install says so: only what carries this label is ever removed. */
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'podstress' } as const;

const UNREADABLE = 'The manifests of the agent cannot be read: install Podstress again.';

export interface InstallPlan extends AgentPlan {
  readonly objects: readonly ManagedObject[];
}

/**
 * What an install would apply: the manifests of that level with our label on each object, and the image where one is
 * given. Throws Error where the manifests are not what deploy/ makes.
 */
export function planInstall(level: AgentLevel, manifests: string, image: string | null): InstallPlan {
  const objects = parseAllDocuments(manifests).map((document) => {
    const object = managedObject(document.toJS());
    if (object === null || document.errors.length > 0) {
      throw new Error(UNREADABLE);
    }
    const body = labelled(object.body);
    return { ref: object.ref, body: image === null ? body : withImage(body, image) };
  });
  if (!objects.some(({ ref }) => ref.kind === 'DaemonSet')) throw new Error(UNREADABLE);
  const text = objects.map(({ body }) => stringify(body, { aliasDuplicateObjects: false })).join('---\n');
  return { level, image: imageOf(objects), text, objects };
}

function labelled(body: JsonRecord): JsonRecord {
  const metadata = asRecord(body['metadata']) ?? {};
  return { ...body, metadata: { ...metadata, labels: { ...asRecord(metadata['labels']), ...MANAGED_BY } } };
}

function withImage(body: JsonRecord, image: string): JsonRecord {
  const spec = asRecord(body['spec']);
  const template = asRecord(spec?.['template']);
  const pod = asRecord(template?.['spec']);
  if (pod === null) return body;
  const containers = asArray(pod['containers']).map((one) => ({ ...asRecord(one), image }));
  return { ...body, spec: { ...spec, template: { ...template, spec: { ...pod, containers } } } };
}

function imageOf(objects: readonly ManagedObject[]): string {
  const images = objects.flatMap(({ body }) => {
    const pod = asRecord(asRecord(asRecord(body['spec'])?.['template'])?.['spec']);
    return asArray(pod?.['containers']).map((one) => asString(asRecord(one)?.['image']) ?? '');
  });
  return images[0] ?? '';
}

/** The rights that an install, or a removal, needs; the agent's namespace is that of its DaemonSet. */
export function neededRights(what: 'install' | 'remove', namespace: string): AccessRight[] {
  const right = (verb: string, kind: ManagedKind): AccessRight => ({
    verb,
    ...groupAndResource(kind),
    subresource: null,
    namespace: kind === 'Namespace' ? null : namespace,
  });
  const pods = { group: '', resource: 'pods', namespace };
  const kinds: readonly ManagedKind[] = ['Namespace', 'DaemonSet'];
  const verbs = what === 'install' ? ['get', 'create', 'patch'] : ['get', 'delete'];
  return [
    ...kinds.flatMap((kind) => verbs.map((verb) => right(verb, kind))),
    { ...pods, verb: 'list', subresource: null },
    // Without it nobody reaches the agent that was installed.
    ...(what === 'install' ? [{ ...pods, verb: 'create', subresource: 'portforward' }] : []),
  ];
}
