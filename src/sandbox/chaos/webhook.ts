import type { StressChaosSpec } from '../../core/kubernetes/objects.js';
import { parseDuration } from '../../core/units/duration.js';
import { parseWebhookSize } from '../../core/units/size.js';
import { arrayAt, ensureObject, equalJson, isObject, stringAt } from '../api/json.js';
import { type Draft, typed } from '../api/kube-object.js';
import type { AdmissionRequest, ResourceDefinition } from '../api/resource.js';
import { deniedByWebhook } from '../api/status.js';
import { hooked, refuse, type WebhookOptions } from './admission.js';

/** StressChaos with its webhooks. */
export function withWebhooks(
  definition: ResourceDefinition,
  options: WebhookOptions = {},
): ResourceDefinition {
  const selectors = (object: Draft) => [specOf(object).selector];
  return hooked(definition, { mutate, admit, selectors }, options);
}

function specOf(object: Draft): StressChaosSpec {
  return typed<{ spec: StressChaosSpec }>(object).spec;
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
  refuse(webhook, specProblems(specOf(object)));
}

/** What the validating webhook has to say about the spec; paths below `root` are its Go field names. */
export function specProblems(spec: StressChaosSpec, root = 'Spec'): string[] {
  return [
    ...stressorProblems(spec, root),
    ...sizeProblems(spec, root),
    ...durationProblems(spec, root),
    ...valueProblems(spec, root),
  ];
}

function stressorProblems({ stressors, stressngStressors = '' }: StressChaosSpec, root: string): string[] {
  if (stressors === undefined) {
    return stressngStressors === ''
      ? [
          `${root}: Invalid value: v1alpha1.StressChaosSpec{Stressors:(*v1alpha1.Stressors)(nil)}: missing stressors`,
        ]
      : [];
  }
  if (stressors.memory !== undefined || stressors.cpu !== undefined) return [];
  return [`${root}.Stressors: Invalid value: v1alpha1.Stressors{}: missing stressors`];
}

function sizeProblems({ stressors }: StressChaosSpec, root: string): string[] {
  const size = stressors?.memory?.size ?? '';
  if (size === '') return [];
  const parsed = parseWebhookSize(size);
  if (parsed.kind !== 'error') return [];
  const where = `${root}.Stressors.MemoryStressor.Size: Invalid value: ${JSON.stringify(size)}`;
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

function durationProblems({ duration = '' }: StressChaosSpec, root: string): string[] {
  if (duration === '') return [];
  const parsed = parseDuration(duration);
  if (parsed.error === null) return [];
  const quoted = JSON.stringify(duration);
  const reasons = {
    invalid: `time: invalid duration ${quoted}`,
    'missing-unit': `time: missing unit in duration ${quoted}`,
    'unknown-unit': `time: unknown unit ${JSON.stringify(parsed.error === 'unknown-unit' ? parsed.unit : '')} in duration ${quoted}`,
  };
  return [`${root}.Duration: Invalid value: ${quoted}: parse duration field error: ${reasons[parsed.error]}`];
}

function valueProblems({ mode, value = '' }: StressChaosSpec, root: string): string[] {
  if (mode === 'one' || mode === 'all') return [];
  const where = `${root}.ContainerSelector.PodSelector.value: Invalid value: ${JSON.stringify(value)}`;
  if (!/^[+-]?\d+$/.test(value)) return [`${where}: parse value field error:${atoiError(value)}`];
  const number = Number(value);
  if (mode === 'fixed') return number > 0 ? [] : [`${where}: value must be greater than 0 with mode:fixed`];
  const inRange = number > 0 && number <= 100;
  return inRange ? [] : [`${where}: value of ${number} is invalid, Must be (0,100] with mode:${mode}`];
}

function atoiError(text: string): string {
  return `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
}
