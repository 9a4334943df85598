import { arrayAt, isObject, type JsonObject, numberAt, objectAt, stringAt, valueAt } from '../api/json.js';
import type { Draft, KubeObject } from '../api/kube-object.js';
import type { ResourceDefinition } from '../api/resource.js';
import type { Cause } from '../api/status.js';

/** Pods as this kubelet can run them: what it cannot do is refused when the Pod is made, not passed over in silence. */
export function runnablePods(definition: ResourceDefinition): ResourceDefinition {
  const validate = (pod: Draft, old: KubeObject | null): Cause[] => [
    ...(definition.validate?.(pod, old) ?? []),
    ...(old === null ? unsupportedCauses(pod) : []),
  ];
  return { ...definition, validate };
}

/** Fields of the spec that would change what runs, and that the sandbox does not do. */
export function unsupportedCauses(pod: Draft): Cause[] {
  const spec = objectAt(pod, 'spec') ?? {};
  const causes: Cause[] = [];
  const refuse = (field: string, what: string): void => {
    causes.push({
      reason: 'FieldValueForbidden',
      message: `Forbidden: the Podstress sandbox ${what}`,
      field,
    });
  };
  if (arrayAt(spec, 'initContainers').length > 0) refuse('spec.initContainers', 'runs no init containers');
  if (arrayAt(spec, 'volumes').length > 0)
    refuse('spec.volumes', 'mounts no volumes: containers see the files of this machine');
  if (spec['activeDeadlineSeconds'] !== undefined)
    refuse('spec.activeDeadlineSeconds', 'ends no Pod by a deadline');
  if (spec['hostIPC'] === true)
    refuse('spec.hostIPC', 'always shares the IPC namespace of this machine; leave hostIPC out');
  if (spec['shareProcessNamespace'] === true) {
    refuse('spec.shareProcessNamespace', 'gives each container a PID namespace of its own');
  }
  refuseUser(spec, 'spec.securityContext', refuse);
  arrayAt(spec, 'containers').forEach((container, i) => {
    if (isObject(container)) refuseOfContainer(container, `spec.containers[${i}]`, refuse);
  });
  return causes;
}

type Refuse = (field: string, what: string) => void;

function refuseOfContainer(container: JsonObject, path: string, refuse: Refuse): void {
  for (const [key, what] of [
    ['volumeMounts', 'mounts no volumes: containers see the files of this machine'],
    ['volumeDevices', 'maps no devices'],
    ['envFrom', 'knows no ConfigMaps and Secrets'],
  ] as const) {
    if (arrayAt(container, key).length > 0) refuse(`${path}.${key}`, what);
  }
  if (objectAt(container, 'lifecycle') !== undefined) refuse(`${path}.lifecycle`, 'runs no lifecycle hooks');
  if (container['workingDir'] !== undefined && container['workingDir'] !== '/') {
    refuse(`${path}.workingDir`, 'runs every command in /');
  }
  arrayAt(container, 'env').forEach((entry, i) => {
    const source = valueAt(entry, 'valueFrom');
    if (source === undefined) return;
    const field = `${path}.env[${i}].valueFrom`;
    if (stringAt(source, 'fieldRef', 'fieldPath') === undefined)
      refuse(field, 'takes variables from fieldRef only');
  });
  refuseUser(container, `${path}.securityContext`, refuse);
}

/** Every process runs as root, as the sandbox itself does. */
function refuseUser(holder: JsonObject, path: string, refuse: Refuse): void {
  for (const key of ['runAsUser', 'runAsGroup'] as const) {
    const id = numberAt(holder, 'securityContext', key) ?? 0;
    if (id !== 0) refuse(`${path}.${key}`, 'runs everything as root');
  }
  if (valueAt(holder, 'securityContext', 'runAsNonRoot') === true) {
    refuse(`${path}.runAsNonRoot`, 'runs everything as root');
  }
}
