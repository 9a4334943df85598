import type {
  Condition,
  Container,
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
  ObjectMeta,
  OwnerReference,
  Pod,
  PodSpec,
  PodStatus,
  ResourceRequirements,
} from '../core/kubernetes/objects.js';
import { asArray, asBoolean, asNumber, asRecord, asString, asStringMap, type JsonRecord } from './decode.js';

/** Longer annotations (last-applied-configuration and the like) are dropped: no selector compares them. */
const LONGEST_ANNOTATION = 256;

/** The parts of a Pod that Podstress shows or selects by; null where it is no Pod one can name. */
export function projectPod(raw: JsonRecord): Pod | null {
  const metadata = projectMeta(raw['metadata']);
  const spec = asRecord(raw['spec']);
  if (metadata === null || spec === null) {
    return null;
  }
  return { metadata, spec: projectSpec(spec), status: projectStatus(asRecord(raw['status']) ?? {}) };
}

/** Names, labels, annotations and the like; null without a name. */
export function projectMeta(raw: unknown): ObjectMeta | null {
  const meta = asRecord(raw);
  const name = asString(meta?.['name']);
  if (meta === null || name === null) {
    return null;
  }
  const annotations = Object.entries(asStringMap(meta['annotations']) ?? {}).filter(
    ([, value]) => value.length <= LONGEST_ANNOTATION,
  );
  const owners = asArray(meta['ownerReferences']).flatMap(projectOwner);
  return {
    name,
    ...texts(meta, ['namespace', 'uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp']),
    ...given('generation', asNumber(meta['generation'])),
    ...given('labels', asStringMap(meta['labels'])),
    ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }),
    ...given('finalizers', stringsOrNull(meta['finalizers'])),
    ...(owners.length > 0 && { ownerReferences: owners }),
  };
}

/** The conditions of a status that have a type. */
export function projectConditions(raw: unknown): Condition[] {
  return asArray(raw).flatMap((item) => {
    const condition = asRecord(item);
    const type = asString(condition?.['type']);
    const status = condition?.['status'];
    if (
      condition === null ||
      type === null ||
      !(status === 'True' || status === 'False' || status === 'Unknown')
    ) {
      return [];
    }
    return [{ type, status, ...texts(condition, ['reason', 'message', 'lastTransitionTime']) }];
  });
}

function projectOwner(raw: unknown): OwnerReference[] {
  const owner = asRecord(raw);
  const kind = asString(owner?.['kind']);
  const name = asString(owner?.['name']);
  if (owner === null || kind === null || name === null) {
    return [];
  }
  return [
    {
      apiVersion: asString(owner['apiVersion']) ?? '',
      kind,
      name,
      uid: asString(owner['uid']) ?? '',
      ...given('controller', asBoolean(owner['controller'])),
    },
  ];
}

function projectSpec(spec: JsonRecord): PodSpec {
  const init = asArray(spec['initContainers']).flatMap((item) =>
    projectContainer(item).map((container) => ({
      ...container,
      ...texts(asRecord(item) ?? {}, ['restartPolicy']),
    })),
  );
  const restart = spec['restartPolicy'];
  return {
    containers: asArray(spec['containers']).flatMap(projectContainer),
    ...(init.length > 0 && { initContainers: init }),
    ...texts(spec, ['nodeName', 'priorityClassName', 'schedulerName', 'serviceAccountName']),
    ...((restart === 'Always' || restart === 'OnFailure' || restart === 'Never') && {
      restartPolicy: restart,
    }),
  };
}

function projectContainer(raw: unknown): Container[] {
  const container = asRecord(raw);
  const name = asString(container?.['name']);
  if (container === null || name === null) {
    return [];
  }
  return [
    {
      name,
      ...texts(container, ['image']),
      ...given('resources', projectResources(container['resources'])),
    },
  ];
}

function projectResources(raw: unknown): ResourceRequirements | null {
  const requests = asStringMap(asRecord(raw)?.['requests']);
  const limits = asStringMap(asRecord(raw)?.['limits']);
  return requests === null && limits === null
    ? null
    : { ...given('requests', requests), ...given('limits', limits) };
}

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const;
const QOS = ['Guaranteed', 'Burstable', 'BestEffort'] as const;

function projectStatus(status: JsonRecord): PodStatus {
  const conditions = projectConditions(status['conditions']);
  return {
    ...given('phase', oneOf(status['phase'], PHASES)),
    ...given('qosClass', oneOf(status['qosClass'], QOS)),
    ...texts(status, ['reason', 'message', 'hostIP', 'podIP', 'startTime', 'nominatedNodeName']),
    ...(conditions.length > 0 && { conditions }),
    containerStatuses: asArray(status['containerStatuses']).flatMap(projectContainerStatus),
    initContainerStatuses: asArray(status['initContainerStatuses']).flatMap(projectContainerStatus),
  };
}

function projectContainerStatus(raw: unknown): ContainerStatus[] {
  const status = asRecord(raw);
  const name = asString(status?.['name']);
  if (status === null || name === null) {
    return [];
  }
  return [
    {
      name,
      ...texts(status, ['containerID']),
      image: asString(status['image']) ?? '',
      imageID: '',
      ready: status['ready'] === true,
      restartCount: asNumber(status['restartCount']) ?? 0,
      ...given('started', asBoolean(status['started'])),
      ...given('state', projectState(status['state'])),
      ...given('lastState', projectState(status['lastState'])),
    },
  ];
}

function projectState(raw: unknown): ContainerState | null {
  const state = asRecord(raw);
  const waiting = asRecord(state?.['waiting']);
  const running = asRecord(state?.['running']);
  const terminated = asRecord(state?.['terminated']);
  if (waiting === null && running === null && terminated === null) {
    return null;
  }
  return {
    ...(waiting !== null && { waiting: texts(waiting, ['reason', 'message']) }),
    ...(running !== null && { running: texts(running, ['startedAt']) }),
    ...(terminated !== null && { terminated: projectTerminated(terminated) }),
  };
}

function projectTerminated(terminated: JsonRecord): ContainerStateTerminated {
  return {
    exitCode: asNumber(terminated['exitCode']) ?? 0,
    ...given('signal', asNumber(terminated['signal'])),
    ...texts(terminated, ['reason', 'message', 'startedAt', 'finishedAt', 'containerID']),
  };
}

/** Those of the fields that are texts and not empty. */
export function texts<K extends string>(record: JsonRecord, keys: readonly K[]): { [P in K]?: string } {
  const result: { [P in K]?: string } = {};
  for (const key of keys) {
    const value = record[key];
    if (typeof value === 'string' && value !== '') {
      result[key] = value;
    }
  }
  return result;
}

export function stringsOrNull(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : null;
}

export function given<K extends string, V>(key: K, value: V | null): { [P in K]?: V } {
  return value === null ? {} : ({ [key]: value } as { [P in K]?: V });
}

export function oneOf<V extends string>(value: unknown, values: readonly V[]): V | null {
  return values.find((one) => one === value) ?? null;
}
