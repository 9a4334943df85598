import { BUILT_IN_FIELDS } from './built-in-fields.js';
import type { ObjectSchema, Schema } from './schema.js';

/** Keys by which a strategic merge patch joins lists (`x-kubernetes-patch-merge-key` of the core API). */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  'PodSpec.containers': 'name',
  'PodSpec.initContainers': 'name',
  'PodSpec.ephemeralContainers': 'name',
  'PodSpec.volumes': 'name',
  'PodSpec.imagePullSecrets': 'name',
  'PodSpec.hostAliases': 'ip',
  'PodSpec.topologySpreadConstraints': 'topologyKey',
  'PodStatus.conditions': 'type',
  'PodStatus.podIPs': 'ip',
  'PodStatus.hostIPs': 'ip',
  'NodeStatus.conditions': 'type',
  'NodeStatus.addresses': 'type',
  'NamespaceStatus.conditions': 'type',
  'PodDisruptionBudgetStatus.conditions': 'type',
  'HorizontalPodAutoscalerStatus.conditions': 'type',
  'ObjectMeta.ownerReferences': 'uid',
  'Container.env': 'name',
  'Container.ports': 'containerPort',
  'Container.volumeMounts': 'mountPath',
  'Container.volumeDevices': 'devicePath',
  'EphemeralContainer.env': 'name',
  'EphemeralContainer.ports': 'containerPort',
  'EphemeralContainer.volumeMounts': 'mountPath',
};

/** Types and fields that server-side apply sets as a whole (`x-kubernetes-map-type: atomic` of the core API). */
const ATOMIC = new Set([
  'ConfigMapKeySelector',
  'LabelSelector',
  'LocalObjectReference',
  'NodeSelector',
  'NodeSelectorTerm',
  'ObjectFieldSelector',
  'ObjectReference',
  'PodSpec.nodeSelector',
  'ResourceFieldSelector',
  'SecretKeySelector',
]);

const MERGED_VALUES = new Set(['ObjectMeta.finalizers']);

const SCALARS: Readonly<Record<string, Schema>> = {
  s: { type: 'string' },
  i: { type: 'integer' },
  b: { type: 'boolean' },
  q: { quantity: true },
  x: { intOrString: true },
  o: { type: 'object', preserveUnknown: true },
};

const SHARED: Readonly<Record<string, Schema>> = Object.fromEntries(
  BUILT_IN_FIELDS.trim()
    .split('\n')
    .map((line) => parseType(line)),
);

/** The schema of a core kind, e.g. `Pod`. Throws Error for a kind that is not in the table. */
export function builtInSchema(kind: string): ObjectSchema {
  const root = SHARED[kind];
  if (root === undefined) throw new Error(`no fields are known for ${kind}`);
  return { root, shared: SHARED };
}

/** An object of which nothing is checked: kinds that are served to be read only. */
export const OPAQUE_OBJECT: ObjectSchema = {
  root: { type: 'object', preserveUnknown: true },
  shared: SHARED,
};

function parseType(line: string): [string, Schema] {
  const [name = '', ...fields] = line.split(' ');
  const properties = fields.map((field): [string, Schema] => {
    const colon = field.indexOf(':');
    const key = field.slice(0, colon);
    const path = `${name}.${key}`;
    const mergeKey = MERGE_KEYS[path];
    return [
      key,
      {
        ...parseField(field.slice(colon + 1)),
        ...(mergeKey === undefined ? {} : { mergeKey }),
        ...(MERGED_VALUES.has(path) ? { mergeValues: true } : {}),
        ...(ATOMIC.has(path) ? { atomic: true } : {}),
      },
    ];
  });
  const atomic = ATOMIC.has(name) ? { atomic: true } : {};
  return [name, { type: 'object', properties: Object.fromEntries(properties), ...atomic }];
}

function parseField(text: string): Schema {
  if (text.startsWith('[')) return { type: 'array', items: parseField(text.slice(1, -1)) };
  if (text.startsWith('{')) return { type: 'object', additionalProperties: parseField(text.slice(1, -1)) };
  return SCALARS[text] ?? { ref: text };
}
