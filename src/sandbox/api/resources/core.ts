import { arrayAt, ensureObject, stringAt } from '../json.js';
import type { ResourceDefinition } from '../resource.js';
import { builtInSchema } from '../schema/built-in.js';
import { CONFIG_MAP_COLUMNS, EVENT_COLUMNS, NAMESPACE_COLUMNS, NODE_COLUMNS } from '../table/columns.js';
import { ALL_VERBS } from './verbs.js';

export const NAMESPACES: ResourceDefinition = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  singular: 'namespace',
  kind: 'Namespace',
  namespaced: false,
  shortNames: ['ns'],
  categories: [],
  verbs: ALL_VERBS.filter((verb) => verb !== 'deletecollection'),
  subresources: [
    { name: 'finalize', kind: 'Namespace', verbs: ['update'] },
    { name: 'status', kind: 'Namespace', verbs: ['get', 'patch', 'update'] },
  ],
  custom: false,
  schema: builtInSchema('Namespace'),
  columns: NAMESPACE_COLUMNS,
  fieldLabels: { 'status.phase': (one) => stringAt(one, 'status', 'phase') ?? '' },
  labelNames: true,
  hasGeneration: false,
  defaults: (namespace) => {
    const labels = ensureObject(ensureObject(namespace, 'metadata'), 'labels');
    labels['kubernetes.io/metadata.name'] = stringAt(namespace, 'metadata', 'name') ?? '';
    const spec = ensureObject(namespace, 'spec');
    if (stringAt(namespace, 'metadata', 'deletionTimestamp') === undefined)
      spec['finalizers'] ??= ['kubernetes'];
    ensureObject(namespace, 'status')['phase'] ??= 'Active';
  },
  returnsDeleted: true,
};

export const NODES: ResourceDefinition = {
  group: '',
  version: 'v1',
  plural: 'nodes',
  singular: 'node',
  kind: 'Node',
  namespaced: false,
  shortNames: ['no'],
  categories: [],
  verbs: ALL_VERBS,
  subresources: [
    { name: 'proxy', kind: 'NodeProxyOptions', verbs: ['get'] },
    { name: 'status', kind: 'Node', verbs: ['get', 'patch', 'update'] },
  ],
  custom: false,
  schema: builtInSchema('Node'),
  columns: NODE_COLUMNS,
  fieldLabels: {
    'spec.unschedulable': (node) => String(arrayAt(node, 'spec', 'taints').length > 0),
  },
  hasGeneration: false,
};

export const CONFIG_MAPS: ResourceDefinition = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  singular: 'configmap',
  kind: 'ConfigMap',
  namespaced: true,
  shortNames: ['cm'],
  categories: [],
  verbs: ALL_VERBS,
  subresources: [],
  custom: false,
  schema: builtInSchema('ConfigMap'),
  columns: CONFIG_MAP_COLUMNS,
  fieldLabels: {},
  hasGeneration: false,
};

export const EVENTS: ResourceDefinition = {
  group: '',
  version: 'v1',
  plural: 'events',
  singular: 'event',
  kind: 'Event',
  namespaced: true,
  shortNames: ['ev'],
  categories: [],
  verbs: ALL_VERBS,
  subresources: [],
  custom: false,
  schema: builtInSchema('Event'),
  columns: EVENT_COLUMNS,
  fieldLabels: {
    'involvedObject.kind': (event) => stringAt(event, 'involvedObject', 'kind') ?? '',
    'involvedObject.namespace': (event) => stringAt(event, 'involvedObject', 'namespace') ?? '',
    'involvedObject.name': (event) => stringAt(event, 'involvedObject', 'name') ?? '',
    'involvedObject.uid': (event) => stringAt(event, 'involvedObject', 'uid') ?? '',
    'involvedObject.apiVersion': (event) => stringAt(event, 'involvedObject', 'apiVersion') ?? '',
    'involvedObject.resourceVersion': (event) => stringAt(event, 'involvedObject', 'resourceVersion') ?? '',
    'involvedObject.fieldPath': (event) => stringAt(event, 'involvedObject', 'fieldPath') ?? '',
    reason: (event) => stringAt(event, 'reason') ?? '',
    reportingComponent: (event) => stringAt(event, 'reportingComponent') ?? '',
    source: (event) => stringAt(event, 'source', 'component') ?? '',
    type: (event) => stringAt(event, 'type') ?? '',
  },
  hasGeneration: false,
};
