import type { NamedObject } from '../kube-object.js';
import type { ResourceDefinition } from '../resource.js';
import { OPAQUE_OBJECT } from '../schema/built-in.js';
import { METRICS_COLUMNS } from '../table/metrics-columns.js';

/** Where the numbers come from; asked at each request. */
export interface MetricsSource {
  /** PodMetrics of all namespaces. */
  readonly podMetrics: () => readonly NamedObject[];
  readonly nodeMetrics: () => readonly NamedObject[];
}

const METRICS = {
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  singular: '',
  shortNames: [],
  categories: [],
  verbs: ['get', 'list'],
  subresources: [],
  custom: false,
  schema: OPAQUE_OBJECT,
  columns: METRICS_COLUMNS,
  fieldLabels: {},
  hasGeneration: false,
} as const;

/** metrics.k8s.io as metrics-server serves it: nothing of it is stored. */
export function metricsResources(source: MetricsSource): ResourceDefinition[] {
  return [
    {
      ...METRICS,
      plural: 'nodes',
      kind: 'NodeMetrics',
      namespaced: false,
      computed: { of: 'nodes', objects: source.nodeMetrics },
    },
    {
      ...METRICS,
      plural: 'pods',
      kind: 'PodMetrics',
      namespaced: true,
      computed: { of: 'pods', objects: source.podMetrics },
    },
  ];
}
