import {
  arrayAt,
  isObject,
  type Json,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
  valueAt,
} from '../api/json.js';
import type { Draft, KubeObject } from '../api/kube-object.js';
import type { ResourceDefinition } from '../api/resource.js';
import type { Cause } from '../api/status.js';
import { HOST_PATH_TYPES, isMountPoint } from './volumes.js';

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
  arrayAt(spec, 'volumes').forEach((volume, i) => {
    refuseVolume(volume, `spec.volumes[${i}]`, refuse);
  });
  if (spec['activeDeadlineSeconds'] !== undefined)
    refuse('spec.activeDeadlineSeconds', 'ends no Pod by a deadline');
  if (spec['hostIPC'] === true)
    refuse('spec.hostIPC', 'always shares the IPC namespace of this machine; leave hostIPC out');
  if (spec['shareProcessNamespace'] === true) {
    refuse('spec.shareProcessNamespace', 'gives each container a PID namespace of its own');
  }
  refuseUser(spec, 'spec.securityContext', refuse);
  const podUser = numberAt(spec, 'securityContext', 'runAsUser') ?? 0;
  arrayAt(spec, 'containers').forEach((container, i) => {
    if (isObject(container)) refuseOfContainer(container, `spec.containers[${i}]`, podUser, refuse);
  });
  return causes;
}

type Refuse = (field: string, what: string) => void;

function refuseVolume(volume: Json, path: string, refuse: Refuse): void {
  const known = ['hostPath', 'emptyDir'].some((kind) => objectAt(volume, kind) !== undefined);
  if (!known) {
    refuse(path, 'has hostPath and emptyDir volumes only');
    return;
  }
  const type = stringAt(volume, 'hostPath', 'type') ?? '';
  if (!HOST_PATH_TYPES.includes(type)) refuse(`${path}.hostPath.type`, 'makes no path that is missing');
  if ((stringAt(volume, 'emptyDir', 'medium') ?? '') !== '') {
    refuse(`${path}.emptyDir.medium`, 'keeps an emptyDir in a folder of this machine');
  }
}

function refuseMount(mount: Json, path: string, refuse: Refuse): void {
  for (const key of ['subPath', 'subPathExpr', 'mountPropagation', 'recursiveReadOnly']) {
    if (stringAt(mount, key) !== undefined) refuse(`${path}.${key}`, 'mounts volumes as they are');
  }
  if (!isMountPoint(stringAt(mount, 'mountPath') ?? '')) {
    refuse(
      `${path}.mountPath`,
      'mounts at paths that this machine has, or below a top-level folder that it lacks, but not in /proc and /sys',
    );
  }
}

function refuseOfContainer(container: JsonObject, path: string, podUser: number, refuse: Refuse): void {
  arrayAt(container, 'volumeMounts').forEach((mount, i) => {
    refuseMount(mount, `${path}.volumeMounts[${i}]`, refuse);
  });
  for (const name of arrayAt(container, 'securityContext', 'capabilities', 'drop')) {
    if (typeof name === 'string' && /^[A-Z_]+$/.test(name)) continue;
    refuse(`${path}.securityContext.capabilities.drop`, 'knows capabilities by their names in capitals');
  }
  for (const [key, what] of [
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
  const user = numberAt(container, 'securityContext', 'runAsUser') ?? podUser;
  if (user === 0 && valueAt(container, 'securityContext', 'runAsNonRoot') === true) {
    refuse(`${path}.securityContext.runAsNonRoot`, 'runs a container without runAsUser as root');
  }
}

/** setpriv takes whole numbers from 0 on. */
function refuseUser(holder: JsonObject, path: string, refuse: Refuse): void {
  for (const key of ['runAsUser', 'runAsGroup'] as const) {
    const id = numberAt(holder, 'securityContext', key) ?? 0;
    if (id < 0 || id > 0x7fff_ffff) refuse(`${path}.${key}`, 'takes ids from 0 to 2147483647');
  }
}
