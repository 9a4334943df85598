import { createHash } from 'node:crypto';
import type { Container, Pod } from '../../core/kubernetes/objects.js';
import { deepFreeze, type Json, type JsonObject } from '../api/json.js';
import { kubeTime, plain, typed } from '../api/kube-object.js';
import { PODS } from '../api/resources/pods.js';
import { type ContainerReport, podStatus } from '../kubelet/pod-status.js';

/** Says of a Pod or a namespace that nothing stands behind it; its node's name says it too. */
export const SYNTHETIC_ANNOTATION = 'podstress/synthetic';

const PODS_PER_NODE = 110;
const REPLICAS = 10;
const APPS = [
  'api',
  'web',
  'worker',
  'cache',
  'queue',
  'search',
  'billing',
  'mail',
  'auth',
  'report',
] as const;
const LIMITS = ['64Mi', '128Mi', '256Mi', '512Mi', '1Gi'] as const;

/** How a synthetic Pod is; changed from outside, one `version` at a time. */
export interface SyntheticState {
  readonly restarts: number;
  /** ms since the epoch. */
  readonly since: number;
}

export function isSynthetic(object: JsonObject): boolean {
  const { annotations } = object['metadata'] as { annotations?: Record<string, string> };
  return annotations?.[SYNTHETIC_ANNOTATION] === 'true';
}

export function syntheticNamespace(index: number): string {
  return `synthetic-${String(index).padStart(3, '0')}`;
}

/**
 * The Pod with an index, as a kubelet would have published it, but for its version: of a ReplicaSet, mostly running,
 * a few crashing or being created, one in ten with a sidecar, one in five without a limit. The same index gives the
 * same Pod.
 */
export function syntheticPod(index: number, namespaces: number, state: SyntheticState): JsonObject {
  const namespace = syntheticNamespace(index % namespaces);
  const place = Math.floor(index / namespaces);
  const app = APPS[Math.floor(place / REPLICAS) % APPS.length] ?? 'api';
  const owner = `${app}-${hashed(`${namespace}/${Math.floor(place / REPLICAS)}`, 10)}`;
  const created = kubeTime(new Date(state.since));
  const pod: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${owner}-${hashed(String(index), 5)}`,
      generateName: `${owner}-`,
      namespace,
      uid: uidOf(`pod ${index}`),
      generation: 1,
      creationTimestamp: created,
      labels: { app, 'pod-template-hash': owner.slice(app.length + 1) },
      annotations: { [SYNTHETIC_ANNOTATION]: 'true' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: owner,
          uid: uidOf(owner),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: MANAGED_FIELDS,
    },
    spec: {
      nodeName: `synthetic-node-${String(Math.floor(index / PODS_PER_NODE)).padStart(3, '0')}`,
      // No process has to end: a delete takes effect at once.
      terminationGracePeriodSeconds: 0,
      containers: containersOf(index, app),
    },
  };
  PODS.defaults?.(pod);
  return withStatus(pod, index, state);
}

/** The same Pod with another status. */
export function withStatus(pod: JsonObject, index: number, state: SyntheticState): JsonObject {
  const shape = typed<Pod>(pod);
  const reports = shape.spec.containers.map((container) => reportOf(container, index, state));
  const status = podStatus(shape, reports, {
    nodeIp: `10.0.${Math.floor(index / PODS_PER_NODE / 250)}.${(Math.floor(index / PODS_PER_NODE) % 250) + 1}`,
    podIp: `10.245.${Math.floor(index / 250) % 250}.${(index % 250) + 1}`,
    startTime: kubeTime(new Date(state.since)),
    sandboxReady: true,
    now: kubeTime(new Date(state.since)),
  });
  return { ...pod, status: plain(status) };
}

function containersOf(index: number, app: string): Json[] {
  const limit = LIMITS[index % LIMITS.length] ?? '64Mi';
  const resources: JsonObject =
    index % 5 === 4
      ? { requests: { cpu: '50m', memory: '32Mi' } }
      : { requests: { cpu: '50m', memory: '32Mi' }, limits: { memory: limit } };
  const main: JsonObject = {
    name: app,
    image: `registry.example/${app}:1.${index % 7}`,
    env: [
      { name: 'PORT', value: '8080' },
      { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
    ],
    ports: [{ name: 'http', containerPort: 8080 }],
    resources,
    readinessProbe: { httpGet: { path: '/', port: 'http' } },
  };
  const sidecar: JsonObject = {
    name: 'sidecar',
    image: 'registry.example/sidecar:2',
    resources: { limits: { cpu: '100m', memory: '32Mi' } },
  };
  return index % 10 === 9 ? [main, sidecar] : [main];
}

function reportOf({ name, image = '' }: Container, index: number, state: SyntheticState): ContainerReport {
  const { restarts, since } = state;
  const at = kubeTime(new Date(since));
  const containerId = createHash('sha256').update(`${index} ${name} ${restarts}`).digest('hex');
  const first = { name, image, containerId, restartCount: restarts, lastState: {} };
  if (index % 100 === 50 && restarts === 0) {
    const state = { waiting: { reason: 'ContainerCreating' } };
    return { ...first, containerId: '', state, started: false, ready: false };
  }
  if (restarts === 0) return { ...first, state: { running: { startedAt: at } }, started: true, ready: true };
  const terminated = {
    exitCode: 137,
    reason: 'OOMKilled',
    startedAt: at,
    finishedAt: at,
    containerID: `containerd://${createHash('sha256')
      .update(`${index} ${name} ${restarts - 1}`)
      .digest('hex')}`,
  };
  const crashes = index % 70 === 35;
  return {
    ...first,
    state: crashes ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: { startedAt: at } },
    lastState: { terminated },
    started: !crashes,
    ready: !crashes,
  };
}

/** As long as on a cluster: every list carries them. The same object for all. */
const MANAGED_FIELDS = deepFreeze(managedFields('2026-11-20T18:00:00Z'));

function managedFields(time: string): Json {
  const owned = (...names: string[]): JsonObject =>
    Object.fromEntries(names.map((name) => [`f:${name}`, {}]));
  const condition = (type: string): [string, JsonObject] => [
    `k:{"type":"${type}"}`,
    { '.': {}, ...owned('lastProbeTime', 'lastTransitionTime', 'observedGeneration', 'status', 'type') },
  ];
  const conditions = ['ContainersReady', 'Initialized', 'PodReadyToStartContainers', 'Ready'].map(condition);
  const common = { operation: 'Update', apiVersion: 'v1', time, fieldsType: 'FieldsV1' };
  return [
    {
      manager: 'kube-controller-manager',
      ...common,
      fieldsV1: {
        'f:metadata': owned('generateName', 'labels', 'ownerReferences'),
        'f:spec': owned(
          'containers',
          'dnsPolicy',
          'enableServiceLinks',
          'restartPolicy',
          'schedulerName',
          'securityContext',
          'terminationGracePeriodSeconds',
        ),
      },
    },
    {
      manager: 'kubelet',
      ...common,
      fieldsV1: {
        'f:status': {
          'f:conditions': Object.fromEntries(conditions),
          ...owned('containerStatuses', 'hostIP', 'hostIPs', 'phase', 'podIP', 'podIPs', 'startTime'),
        },
      },
      subresource: 'status',
    },
  ];
}

/** Letters and digits that Kubernetes uses in generated names. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

function hashed(text: string, length: number): string {
  const bytes = createHash('sha256').update(text).digest();
  return Array.from({ length }, (_, i) => SAFE[(bytes[i] ?? 0) % SAFE.length] ?? '').join('');
}

function uidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
