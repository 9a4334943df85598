import { arrayAt, ensureObject, numberAt, stringAt, valueAt } from '../json.js';
import type { Draft } from '../kube-object.js';
import type { ResourceDefinition } from '../resource.js';
import { builtInSchema } from '../schema/built-in.js';
import type { Cause } from '../status.js';
import { AUTOSCALER_COLUMNS, BUDGET_COLUMNS } from '../table/columns.js';
import { ALL_VERBS } from './verbs.js';

/** Kinds that are stored and read, while no controller does what they ask for: their status is whatever is written to it. */
const UNATTENDED = {
  namespaced: true,
  verbs: ALL_VERBS,
  custom: false,
  fieldLabels: {},
  hasGeneration: true,
} as const;

/** Nobody evicts here, and nobody counts what may be disrupted. */
export const POD_DISRUPTION_BUDGETS: ResourceDefinition = {
  ...UNATTENDED,
  group: 'policy',
  version: 'v1',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  kind: 'PodDisruptionBudget',
  shortNames: ['pdb'],
  categories: [],
  subresources: [{ name: 'status', kind: 'PodDisruptionBudget', verbs: ['get', 'patch', 'update'] }],
  schema: builtInSchema('PodDisruptionBudget'),
  columns: BUDGET_COLUMNS,
  validate: validateBudget,
};

/** Nobody scales here. */
export const HORIZONTAL_POD_AUTOSCALERS: ResourceDefinition = {
  ...UNATTENDED,
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  kind: 'HorizontalPodAutoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  subresources: [{ name: 'status', kind: 'HorizontalPodAutoscaler', verbs: ['get', 'patch', 'update'] }],
  schema: builtInSchema('HorizontalPodAutoscaler'),
  columns: AUTOSCALER_COLUMNS,
  defaults: defaultAutoscaler,
  validate: validateAutoscaler,
};

function validateBudget(budget: Draft): Cause[] {
  const [least, most] = ['minAvailable', 'maxUnavailable'].map((key) => valueAt(budget, 'spec', key));
  if (least === undefined || most === undefined) return [];
  const message = 'Invalid value: minAvailable and maxUnavailable cannot be both set';
  return [{ reason: 'FieldValueInvalid', message, field: 'spec' }];
}

/** The defaults of k8s.io/kubernetes/pkg/apis/autoscaling/v2. */
function defaultAutoscaler(autoscaler: Draft): void {
  const spec = ensureObject(autoscaler, 'spec');
  spec['minReplicas'] ??= 1;
  if (arrayAt(spec, 'metrics').length > 0) return;
  const target = { type: 'Utilization', averageUtilization: 80 };
  spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu', target } }];
}

function validateAutoscaler(autoscaler: Draft): Cause[] {
  const most = numberAt(autoscaler, 'spec', 'maxReplicas') ?? 0;
  const missing = ['kind', 'name']
    .filter((key) => (stringAt(autoscaler, 'spec', 'scaleTargetRef', key) ?? '') === '')
    .map((key): Cause => {
      const field = `spec.scaleTargetRef.${key}`;
      return { reason: 'FieldValueRequired', message: 'Required value', field };
    });
  if (most > 0) return missing;
  const message = `Invalid value: ${most}: must be greater than 0`;
  return [{ reason: 'FieldValueInvalid', message, field: 'spec.maxReplicas' }, ...missing];
}
