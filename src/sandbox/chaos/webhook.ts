import type { StressChaosSpec } from '../../core/kubernetes/objects.js';
import { parseDuration } from '../../core/units/duration.js';
import { parseWebhookSize } from '../../core/units/size.js';
import { arrayAt, ensureObject, equalJson, isObject, stringAt } from '../api/json.js';
import { type Draft, typed } from '../api/kube-object.js';
import type { AdmissionRequest, ResourceDefinition } from '../api/resource.js';
import { deniedByWebhook, webhookUnreachable } from '../api/status.js';
import { authorize, type MayCreate } from './auth.js';
import { ChaosFaults } from './faults.js';
import { CHAOS_MESH_NAMESPACE } from './settings.js';

export interface WebhookOptions {
  /** Absent: everybody may do everything. */
  readonly mayCreate?: MayCreate;
  readonly faults?: ChaosFaults;
}

/** The custom resource with the webhooks that Chaos Mesh 2.8 hangs on it. */
export function withWebhooks(
  definition: ResourceDefinition,
  { mayCreate = () => true, faults = new ChaosFaults() }: WebhookOptions = {},
): ResourceDefinition {
  return {
    ...definition,
    mutate: (request) => {
      if (request.user !== null && faults.strikes('webhook-down')) throw unreachable('stresschaos');
      mutate(request);
    },
    admit: (request) => {
      const { spec } = typed<{ spec: StressChaosSpec }>(request.object);
      const allowed: MayCreate = (resource, namespace) =>
        !faults.strikes('webhook-forbidden') && mayCreate(resource, namespace);
      authorize(request, 'stresschaos', spec.selector, allowed);
      admit(request);
    },
  };
}

/** The mutating webhook is the first that the API server calls. */
export function unreachable(kind: string): Error {
  const service = `chaos-mesh-controller-manager.${CHAOS_MESH_NAMESPACE}.svc:443`;
  const url = `https://${service}/mutate-chaos-mesh-org-v1alpha1-${kind}?timeout=5s`;
  return webhookUnreachable(`m${kind}.kb.io`, url, 'dial tcp 10.96.0.31:443: connect: connection refused');
}

/** mstresschaos.kb.io: an empty list of namespaces becomes the experiment's own. */
function mutate({ object }: AdmissionRequest): void {
  const spec = object['spec'];
  if (!isObject(spec) || !isObject(spec['selector'])) return;
  const selector = ensureObject(spec, 'selector');
  const namespace = stringAt(object, 'metadata', 'namespace');
  if (namespace !== undefined && arrayAt(selector, 'namespaces').length === 0)
    selector['namespaces'] = [namespace];
}

/** vstresschaos.kb.io. Throws ApiError (403) in Chaos Mesh's words. */
function admit({ operation, object, old }: AdmissionRequest): void {
  const webhook = 'vstresschaos.kb.io';
  if (operation === 'UPDATE' && !equalJson(object['spec'], old?.['spec'])) {
    throw deniedByWebhook(webhook, 'Cannot update chaos spec');
  }
  const problems = specProblems(object);
  if (problems.length === 0) return;
  throw deniedByWebhook(webhook, problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`);
}

/** What the validating webhook has to say about the spec; paths are its Go field names. */
export function specProblems(object: Draft): string[] {
  const { spec } = typed<{ spec: StressChaosSpec }>(object);
  return [
    ...stressorProblems(spec),
    ...sizeProblems(spec),
    ...durationProblems(spec),
    ...valueProblems(spec),
  ];
}

function stressorProblems({ stressors, stressngStressors = '' }: StressChaosSpec): string[] {
  if (stressors === undefined) {
    return stressngStressors === ''
      ? [
          'Spec: Invalid value: v1alpha1.StressChaosSpec{Stressors:(*v1alpha1.Stressors)(nil)}: missing stressors',
        ]
      : [];
  }
  if (stressors.memory !== undefined || stressors.cpu !== undefined) return [];
  return ['Spec.Stressors: Invalid value: v1alpha1.Stressors{}: missing stressors'];
}

function sizeProblems({ stressors }: StressChaosSpec): string[] {
  const size = stressors?.memory?.size ?? '';
  if (size === '') return [];
  const parsed = parseWebhookSize(size);
  if (parsed.kind !== 'error') return [];
  const where = `Spec.Stressors.MemoryStressor.Size: Invalid value: ${JSON.stringify(size)}`;
  switch (parsed.error) {
    case 'percent-out-of-range':
      return [`${where}: illegal proportion`];
    case 'invalid-percent':
      return [`${where}: incorrect bytes format: ${atoiError(size.slice(0, -1))}`];
    case 'invalid-suffix':
      return [`${where}: incorrect bytes format: invalid suffix: '${parsed.detail}'`];
    case 'invalid-number':
      return [
        `${where}: incorrect bytes format: strconv.ParseFloat: parsing ${JSON.stringify(size)}: invalid syntax`,
      ];
    default:
      return [`${where}: incorrect bytes format: invalid size: '${size}'`];
  }
}

function durationProblems({ duration = '' }: StressChaosSpec): string[] {
  if (duration === '') return [];
  const parsed = parseDuration(duration);
  if (parsed.error === null) return [];
  const quoted = JSON.stringify(duration);
  const reasons = {
    invalid: `time: invalid duration ${quoted}`,
    'missing-unit': `time: missing unit in duration ${quoted}`,
    'unknown-unit': `time: unknown unit ${JSON.stringify(parsed.error === 'unknown-unit' ? parsed.unit : '')} in duration ${quoted}`,
  };
  return [`Spec.Duration: Invalid value: ${quoted}: parse duration field error: ${reasons[parsed.error]}`];
}

function valueProblems({ mode, value = '' }: StressChaosSpec): string[] {
  if (mode === 'one' || mode === 'all') return [];
  const where = `Spec.ContainerSelector.PodSelector.value: Invalid value: ${JSON.stringify(value)}`;
  if (!/^[+-]?\d+$/.test(value)) return [`${where}: parse value field error:${atoiError(value)}`];
  const number = Number(value);
  if (mode === 'fixed') return number > 0 ? [] : [`${where}: value must be greater than 0 with mode:fixed`];
  const inRange = number > 0 && number <= 100;
  return inRange ? [] : [`${where}: value of ${number} is invalid, Must be (0,100] with mode:${mode}`];
}

function atoiError(text: string): string {
  return `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}
