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
  Probe,
  ResourceRequirements,
} from '../core/kubernetes/objects.js';
import { asArray, asBoolean, asNumber, asRecord, asString, asStringMap, type JsonRecord } from './decode.js';
import { Shared } from './shared.js';

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
  const result: Mutable<ObjectMeta> = { name };
  copyTexts(result, meta, ['uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp']);
  copyShared(result, meta, ['namespace']);
  const generation = asNumber(meta['generation']);
  if (generation !== null) result.generation = generation;
  const labels = asStringMap(meta['labels']);
  if (labels !== null) result.labels = SHARED.map(labels);
  const annotations = Object.entries(asStringMap(meta['annotations']) ?? {}).filter(
    ([, value]) => value.length <= LONGEST_ANNOTATION,
  );
  if (annotations.length > 0) result.annotations = SHARED.map(Object.fromEntries(annotations));
  const finalizers = stringsOrNull(meta['finalizers']);
  if (finalizers !== null) result.finalizers = finalizers;
  const owners = asArray(meta['ownerReferences']).flatMap(projectOwner);
  if (owners.length > 0) result.ownerReferences = owners;
  return result;
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
  const result: Mutable<OwnerReference> = {
    apiVersion: SHARED.text(asString(owner['apiVersion']) ?? ''),
    kind: SHARED.text(kind),
    name: SHARED.text(name),
    uid: SHARED.text(asString(owner['uid']) ?? ''),
  };
  const controller = asBoolean(owner['controller']);
  if (controller !== null) result.controller = controller;
  return [result];
}

function projectSpec(spec: JsonRecord): PodSpec {
  const result: Mutable<PodSpec> = { containers: asArray(spec['containers']).flatMap(projectContainer) };
  const init = asArray(spec['initContainers']).flatMap((item) =>
    projectContainer(item).map((container) => ({
      ...container,
      ...texts(asRecord(item) ?? {}, ['restartPolicy']),
    })),
  );
  if (init.length > 0) result.initContainers = init;
  copyShared(result, spec, ['nodeName', 'priorityClassName', 'schedulerName', 'serviceAccountName']);
  const restart = oneOf(spec['restartPolicy'], RESTART_POLICIES);
  if (restart !== null) result.restartPolicy = restart;
  return result;
}

function projectContainer(raw: unknown): Container[] {
  const container = asRecord(raw);
  const name = asString(container?.['name']);
  if (container === null || name === null) {
    return [];
  }
  const result: Mutable<Container> = { name: SHARED.text(name) };
  copyShared(result, container, ['image']);
  const resources = projectResources(container['resources']);
  if (resources !== null) result.resources = resources;
  const liveness = asRecord(container['livenessProbe']);
  if (liveness !== null) result.livenessProbe = projectProbe(liveness);
  return [result];
}

const PROBE_TIMES = ['initialDelaySeconds', 'periodSeconds', 'timeoutSeconds', 'failureThreshold'] as const;

/** When a probe gives up, without what it asks. */
function projectProbe(raw: JsonRecord): Probe {
  const times = PROBE_TIMES.flatMap((key) => {
    const value = asNumber(raw[key]);
    return value === null ? [] : [[key, value] as const];
  });
  return SHARED.map(Object.fromEntries(times) as Partial<Record<(typeof PROBE_TIMES)[number], number>>);
}

function projectResources(raw: unknown): ResourceRequirements | null {
  const requests = asStringMap(asRecord(raw)?.['requests']);
  const limits = asStringMap(asRecord(raw)?.['limits']);
  if (requests === null && limits === null) {
    return null;
  }
  const result: Mutable<ResourceRequirements> = {};
  if (requests !== null) result.requests = SHARED.map(requests);
  if (limits !== null) result.limits = SHARED.map(limits);
  return result;
}

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const;
const QOS = ['Guaranteed', 'Burstable', 'BestEffort'] as const;
const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'] as const;
/** What the Pods of a cluster say alike is kept once. */
const SHARED = new Shared();

/** Without conditions: nothing that is shown or selected by comes of a Pod's. */
function projectStatus(status: JsonRecord): PodStatus {
  const result: Mutable<PodStatus> = {
    containerStatuses: asArray(status['containerStatuses']).flatMap(projectContainerStatus),
  };
  const phase = oneOf(status['phase'], PHASES);
  if (phase !== null) result.phase = phase;
  const qos = oneOf(status['qosClass'], QOS);
  if (qos !== null) result.qosClass = qos;
  copyTexts(result, status, ['reason', 'message', 'podIP', 'nominatedNodeName']);
  copyShared(result, status, ['hostIP', 'startTime']);
  const init = asArray(status['initContainerStatuses']).flatMap(projectContainerStatus);
  if (init.length > 0) result.initContainerStatuses = init;
  return result;
}

function projectContainerStatus(raw: unknown): ContainerStatus[] {
  const status = asRecord(raw);
  const name = asString(status?.['name']);
  if (status === null || name === null) {
    return [];
  }
  const result: Mutable<ContainerStatus> = {
    name: SHARED.text(name),
    image: SHARED.text(asString(status['image']) ?? ''),
    imageID: '',
    ready: status['ready'] === true,
    restartCount: asNumber(status['restartCount']) ?? 0,
  };
  copyTexts(result, status, ['containerID']);
  const started = asBoolean(status['started']);
  if (started !== null) result.started = started;
  const state = projectState(status['state']);
  if (state !== null) result.state = state;
  const lastState = projectState(status['lastState']);
  if (lastState !== null) result.lastState = lastState;
  return [result];
}

function projectState(raw: unknown): ContainerState | null {
  const state = asRecord(raw);
  const waiting = asRecord(state?.['waiting']);
  const running = asRecord(state?.['running']);
  const terminated = asRecord(state?.['terminated']);
  if (waiting === null && running === null && terminated === null) {
    return null;
  }
  const result: Mutable<ContainerState> = {};
  if (waiting !== null) result.waiting = texts(waiting, ['reason', 'message']);
  if (running !== null) result.running = copyShared({}, running, ['startedAt']);
  if (terminated !== null) result.terminated = projectTerminated(terminated);
  return result;
}

function projectTerminated(terminated: JsonRecord): ContainerStateTerminated {
  const result: Mutable<ContainerStateTerminated> = { exitCode: asNumber(terminated['exitCode']) ?? 0 };
  const signal = asNumber(terminated['signal']);
  if (signal !== null) result.signal = signal;
  copyTexts(result, terminated, ['message', 'containerID']);
  return copyShared(result, terminated, ['reason', 'startedAt', 'finishedAt']);
}

type Mutable<T> = { -readonly [P in keyof T]: T[P] };

/** Sets those of the fields that are texts and not empty; the same order of fields gives all objects one shape. */
function copyTexts<K extends string, T extends { [P in K]?: string }>(
  target: T,
  record: JsonRecord,
  keys: readonly K[],
  keep: (text: string) => string = (text) => text,
): T {
  for (const key of keys) {
    const value = record[key];
    if (typeof value === 'string' && value !== '') {
      (target as { [P in K]?: string })[key] = keep(value);
    }
  }
  return target;
}

/** The same for texts that many objects have in common. */
function copyShared<K extends string, T extends { [P in K]?: string }>(
  target: T,
  record: JsonRecord,
  keys: readonly K[],
): T {
  return copyTexts(target, record, keys, (text) => SHARED.text(text));
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
