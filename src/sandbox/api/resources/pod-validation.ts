import { quantityBytes } from '../../../core/units/quantity.js';
import { arrayAt, equalJson, isObject, type JsonObject, stringAt, valueAt } from '../json.js';
import type { Draft, KubeObject } from '../kube-object.js';
import { isLabel, LABEL_MESSAGE } from '../names.js';
import type { Cause } from '../status.js';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];

/** The checks of a Pod that the sandbox's kubelet relies on, in the API server's words. */
export function validatePod(pod: Draft, old: KubeObject | null): Cause[] {
  if (old !== null) return immutableCauses(pod, old);
  const spec = valueAt(pod, 'spec');
  const containers = arrayAt(spec, 'containers');
  if (containers.length === 0) return [required('spec.containers')];
  const causes: Cause[] = [];
  const names = new Set<string>();
  for (const key of ['initContainers', 'containers'] as const) {
    arrayAt(spec, key).forEach((container, i) => {
      if (isObject(container)) causes.push(...containerCauses(container, `spec.${key}[${i}]`, names));
    });
  }
  const policy = stringAt(spec, 'restartPolicy') ?? '';
  if (!RESTART_POLICIES.includes(policy))
    causes.push(unsupported('spec.restartPolicy', policy, RESTART_POLICIES));
  const grace = valueAt(spec, 'terminationGracePeriodSeconds');
  if (typeof grace === 'number' && grace < 0) {
    causes.push(
      invalidValue('spec.terminationGracePeriodSeconds', grace, 'must be greater than or equal to 0'),
    );
  }
  return causes;
}

function containerCauses(container: JsonObject, path: string, names: Set<string>): Cause[] {
  const causes: Cause[] = [];
  const name = stringAt(container, 'name') ?? '';
  if (name === '') causes.push(required(`${path}.name`));
  else if (!isLabel(name)) causes.push(invalidValue(`${path}.name`, name, LABEL_MESSAGE));
  else if (names.has(name)) {
    const message = `Duplicate value: ${JSON.stringify(name)}`;
    causes.push({ reason: 'FieldValueDuplicate', message, field: `${path}.name` });
  }
  names.add(name);
  if ((stringAt(container, 'image') ?? '') === '') causes.push(required(`${path}.image`));
  causes.push(...resourceCauses(container, path), ...probeCauses(container, path));
  return causes;
}

function resourceCauses(container: JsonObject, path: string): Cause[] {
  const causes: Cause[] = [];
  for (const resource of ['cpu', 'memory']) {
    const request = stringAt(container, 'resources', 'requests', resource);
    const limit = stringAt(container, 'resources', 'limits', resource);
    const wanted = quantityBytes(request);
    const most = quantityBytes(limit);
    if (wanted !== null && most !== null && wanted > most) {
      const why = `must be less than or equal to ${resource} limit of ${limit}`;
      causes.push(invalidValue(`${path}.resources.requests`, request ?? '', why));
    }
  }
  return causes;
}

function probeCauses(container: JsonObject, path: string): Cause[] {
  const causes: Cause[] = [];
  for (const key of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = valueAt(container, key);
    if (!isObject(probe)) continue;
    const handlers = ['httpGet', 'tcpSocket', 'exec', 'grpc'].filter((one) => probe[one] !== undefined);
    if (handlers.length === 0) {
      const message = 'Required value: must specify a handler type';
      causes.push({ reason: 'FieldValueRequired', message, field: `${path}.${key}` });
    } else if (handlers.includes('grpc')) {
      const message =
        'Forbidden: the Podstress sandbox does not do grpc probes; use httpGet, tcpSocket or exec';
      causes.push({ reason: 'FieldValueForbidden', message, field: `${path}.${key}.grpc` });
    }
    const successes = probe['successThreshold'];
    if (key !== 'readinessProbe' && typeof successes === 'number' && successes !== 1) {
      causes.push(invalidValue(`${path}.${key}.successThreshold`, successes, 'must be 1'));
    }
  }
  return causes;
}

const IMMUTABLE_MESSAGE =
  'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,' +
  '`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing ' +
  'tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** A Pod's spec stays as it was made; the scheduler alone may give it its node. */
function immutableCauses(pod: Draft, old: KubeObject): Cause[] {
  const before = frozenParts(old['spec']);
  const after = frozenParts(pod['spec']);
  if (before['nodeName'] === undefined) delete after['nodeName'];
  if (equalJson(before, after)) return [];
  return [{ reason: 'FieldValueForbidden', message: IMMUTABLE_MESSAGE, field: 'spec' }];
}

function frozenParts(spec: KubeObject[string] | undefined): JsonObject {
  if (!isObject(spec)) return {};
  const copy = structuredClone(spec);
  delete copy['activeDeadlineSeconds'];
  delete copy['tolerations'];
  for (const key of ['containers', 'initContainers']) {
    for (const container of arrayAt(copy, key)) if (isObject(container)) delete container['image'];
  }
  return copy;
}

function required(field: string): Cause {
  return { reason: 'FieldValueRequired', message: 'Required value', field };
}

function invalidValue(field: string, value: string | number, why: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}`, field };
}

function unsupported(field: string, value: string, supported: readonly string[]): Cause {
  const list = supported.map((one) => JSON.stringify(one)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return { reason: 'FieldValueNotSupported', message, field };
}
