import { arrayAt, ensureObject, equalJson, objectAt, stringMapAt, valueAt } from '../json.js';
import type { Draft, KubeObject } from '../kube-object.js';
import type { ResourceDefinition } from '../resource.js';
import { builtInSchema } from '../schema/built-in.js';
import type { Cause } from '../status.js';
import { DAEMON_SET_COLUMNS } from '../table/columns.js';
import { defaultPodSpec } from './pod-defaults.js';
import { validatePod } from './pod-validation.js';
import { ALL_VERBS } from './verbs.js';

/** DaemonSets: what the controller of the folder `controllers` acts on. */
export const DAEMON_SETS: ResourceDefinition = {
  group: 'apps',
  version: 'v1',
  plural: 'daemonsets',
  singular: 'daemonset',
  kind: 'DaemonSet',
  namespaced: true,
  shortNames: ['ds'],
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: [{ name: 'status', kind: 'DaemonSet', verbs: ['get', 'patch', 'update'] }],
  custom: false,
  schema: builtInSchema('DaemonSet'),
  columns: DAEMON_SET_COLUMNS,
  fieldLabels: {},
  hasGeneration: true,
  defaults: defaultDaemonSet,
  validate: validateDaemonSet,
};

/** The defaults of k8s.io/kubernetes/pkg/apis/apps/v1. */
function defaultDaemonSet(set: Draft): void {
  const spec = ensureObject(set, 'spec');
  spec['revisionHistoryLimit'] ??= 10;
  const strategy = ensureObject(spec, 'updateStrategy');
  strategy['type'] ??= 'RollingUpdate';
  if (strategy['type'] === 'RollingUpdate') {
    const rolling = ensureObject(strategy, 'rollingUpdate');
    rolling['maxUnavailable'] ??= 1;
    rolling['maxSurge'] ??= 0;
  }
  const template = ensureObject(spec, 'template');
  ensureObject(template, 'metadata');
  defaultPodSpec(ensureObject(template, 'spec'));
  const status = ensureObject(set, 'status');
  for (const key of [
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
  ]) {
    status[key] ??= 0;
  }
}

function validateDaemonSet(set: Draft, old: KubeObject | null): Cause[] {
  const causes: Cause[] = [];
  const wanted = stringMapAt(set, 'spec', 'selector', 'matchLabels');
  const labels = stringMapAt(set, 'spec', 'template', 'metadata', 'labels');
  if (Object.keys(wanted).length === 0) {
    const message =
      arrayAt(set, 'spec', 'selector', 'matchExpressions').length > 0 ? ONLY_LABELS : 'Required value';
    const reason = message === ONLY_LABELS ? 'FieldValueForbidden' : 'FieldValueRequired';
    causes.push({ reason, message, field: 'spec.selector' });
  } else if (Object.entries(wanted).some(([key, value]) => labels[key] !== value)) {
    const message = `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``;
    causes.push({ reason: 'FieldValueInvalid', message, field: 'spec.template.metadata.labels' });
  }
  const before = old === null ? undefined : objectAt(old, 'spec', 'selector');
  if (before !== undefined && !equalJson(before, valueAt(set, 'spec', 'selector'))) {
    const message = `Invalid value: ${JSON.stringify(valueAt(set, 'spec', 'selector'))}: field is immutable`;
    causes.push({ reason: 'FieldValueInvalid', message, field: 'spec.selector' });
  }
  const pod = { spec: objectAt(set, 'spec', 'template', 'spec') ?? {} };
  return [
    ...causes,
    ...validatePod(pod, null).map((cause) => ({ ...cause, field: `spec.template.${cause.field}` })),
  ];
}

const ONLY_LABELS = 'Forbidden: the Podstress sandbox matches the Pods of a DaemonSet by matchLabels only';
