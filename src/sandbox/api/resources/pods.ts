import { numberAt, stringAt } from '../json.js';
import { type KubeObject, typed } from '../kube-object.js';
import type { ResourceDefinition } from '../resource.js';
import { builtInSchema } from '../schema/built-in.js';
import { POD_COLUMNS } from '../table/pod-columns.js';
import { defaultPod } from './pod-defaults.js';
import { validatePod } from './pod-validation.js';
import { ALL_VERBS } from './verbs.js';

export const PODS: ResourceDefinition = {
  group: '',
  version: 'v1',
  plural: 'pods',
  singular: 'pod',
  kind: 'Pod',
  namespaced: true,
  shortNames: ['po'],
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: [
    { name: 'exec', kind: 'PodExecOptions', verbs: ['create', 'get'] },
    { name: 'log', kind: 'Pod', verbs: ['get'] },
    { name: 'portforward', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
    { name: 'status', kind: 'Pod', verbs: ['get', 'patch', 'update'] },
  ],
  custom: false,
  schema: builtInSchema('Pod'),
  columns: POD_COLUMNS,
  fieldLabels: {
    'spec.nodeName': (pod) => stringAt(pod, 'spec', 'nodeName') ?? '',
    'spec.restartPolicy': (pod) => stringAt(pod, 'spec', 'restartPolicy') ?? '',
    'spec.schedulerName': (pod) => stringAt(pod, 'spec', 'schedulerName') ?? '',
    'spec.serviceAccountName': (pod) => stringAt(pod, 'spec', 'serviceAccountName') ?? '',
    'spec.hostNetwork': (pod) =>
      String(typed<{ spec: { hostNetwork?: boolean } }>(pod).spec.hostNetwork ?? false),
    'status.phase': (pod) => stringAt(pod, 'status', 'phase') ?? '',
    'status.podIP': (pod) => stringAt(pod, 'status', 'podIP') ?? '',
    'status.nominatedNodeName': (pod) => stringAt(pod, 'status', 'nominatedNodeName') ?? '',
  },
  hasGeneration: true,
  defaults: defaultPod,
  validate: validatePod,
  graceSeconds,
  returnsDeleted: true,
};

/** The Pod's own grace; none where no process of it can be running. */
function graceSeconds(pod: KubeObject): number {
  const phase = stringAt(pod, 'status', 'phase');
  const scheduled = (stringAt(pod, 'spec', 'nodeName') ?? '') !== '';
  if (!scheduled || phase === 'Succeeded' || phase === 'Failed') return 0;
  return numberAt(pod, 'spec', 'terminationGracePeriodSeconds') ?? 30;
}
