import {
  arrayAt,
  isObject,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
  stringMapAt,
  valueAt,
} from '../json.js';
import { ageColumn, type Column, column, nameColumn, sinceText } from './column.js';

export const NAMESPACE_COLUMNS: readonly Column[] = [
  nameColumn(),
  column('Status', (one) => stringAt(one, 'status', 'phase') ?? '', {
    description: 'The status of the namespace',
  }),
  ageColumn(),
];

export const NODE_COLUMNS: readonly Column[] = [
  nameColumn(),
  column('Status', nodeStatus, { description: 'The status of the node' }),
  column('Roles', () => '<none>', { description: 'The roles of the node' }),
  ageColumn(),
  column('Version', (node) => stringAt(node, 'status', 'nodeInfo', 'kubeletVersion') ?? '', {
    description: 'Kubelet Version reported by the node.',
  }),
  column('Internal-IP', (node) => address(node, 'InternalIP'), { priority: 1 }),
  column('External-IP', (node) => address(node, 'ExternalIP'), { priority: 1 }),
  nodeInfo('OS-Image', 'osImage'),
  nodeInfo('Kernel-Version', 'kernelVersion'),
  nodeInfo('Container-Runtime', 'containerRuntimeVersion'),
];

export const EVENT_COLUMNS: readonly Column[] = [
  column('Last Seen', (event, now) => sinceText(lastSeen(event), now), {
    description: 'The time at which the most recent occurrence of this event was recorded.',
  }),
  column('Type', (event) => stringAt(event, 'type') ?? '', {
    description: 'Type of this event (Normal, Warning), new types could be added in the future',
  }),
  column('Reason', (event) => stringAt(event, 'reason') ?? '', {
    description:
      "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
  }),
  column('Object', involved, { description: 'The object that this event is about.' }),
  column('Subobject', (event) => stringAt(event, 'involvedObject', 'fieldPath') ?? '', { priority: 1 }),
  column('Source', source, {
    description: 'The component reporting this event. Should be a short machine understandable string.',
    priority: 1,
  }),
  column('Message', (event) => (stringAt(event, 'message') ?? '').trim(), {
    description: 'A human-readable description of the status of this operation.',
  }),
  column('First Seen', (event, now) => sinceText(firstSeen(event), now), {
    description: 'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)',
    priority: 1,
  }),
  column('Count', (event) => numberAt(event, 'count') ?? 1, {
    description: 'The number of times this event has occurred.',
    priority: 1,
  }),
  nameColumn(1),
];

export const CONFIG_MAP_COLUMNS: readonly Column[] = [
  nameColumn(),
  column('Data', (map) => String(entries(map, 'data') + entries(map, 'binaryData')), {
    description: 'Number of data entries',
  }),
  ageColumn(),
];

/** `kubectl get daemonsets`, after printDaemonSet of the API server's printers. */
export const DAEMON_SET_COLUMNS: readonly Column[] = [
  nameColumn(),
  count('Desired', 'desiredNumberScheduled'),
  count('Current', 'currentNumberScheduled'),
  count('Ready', 'numberReady'),
  count('Up-to-date', 'updatedNumberScheduled'),
  count('Available', 'numberAvailable'),
  column('Node Selector', (set) =>
    selectorText(stringMapAt(set, 'spec', 'template', 'spec', 'nodeSelector')),
  ),
  ageColumn(),
  column('Containers', (set) => containers(set, 'name'), { priority: 1 }),
  column('Images', (set) => containers(set, 'image'), { priority: 1 }),
  column('Selector', (set) => selectorText(stringMapAt(set, 'spec', 'selector', 'matchLabels')), {
    priority: 1,
  }),
];

/** `kubectl get deployments`, after printDeployment of the API server's printers. */
export const DEPLOYMENT_COLUMNS: readonly Column[] = [
  nameColumn(),
  column('Ready', (one) => {
    const ready = numberAt(one, 'status', 'readyReplicas') ?? 0;
    return `${ready}/${numberAt(one, 'spec', 'replicas') ?? 0}`;
  }),
  count('Up-to-date', 'updatedReplicas'),
  count('Available', 'availableReplicas'),
  ageColumn(),
  column('Containers', (one) => containers(one, 'name'), { priority: 1 }),
  column('Images', (one) => containers(one, 'image'), { priority: 1 }),
  column('Selector', (one) => selectorText(stringMapAt(one, 'spec', 'selector', 'matchLabels')), {
    priority: 1,
  }),
];

/** `kubectl get pdb`, after printPodDisruptionBudget of the API server's printers. */
export const BUDGET_COLUMNS: readonly Column[] = [
  nameColumn(),
  column('Min Available', (one) => String(valueAt(one, 'spec', 'minAvailable') ?? 'N/A')),
  column('Max Unavailable', (one) => String(valueAt(one, 'spec', 'maxUnavailable') ?? 'N/A')),
  count('Allowed Disruptions', 'disruptionsAllowed'),
  ageColumn(),
];

/** `kubectl get hpa`, but for the targets, which nobody measures here. */
export const AUTOSCALER_COLUMNS: readonly Column[] = [
  nameColumn(),
  column('Reference', (one) => {
    const target = objectAt(one, 'spec', 'scaleTargetRef');
    return `${stringAt(target, 'kind') ?? ''}/${stringAt(target, 'name') ?? ''}`;
  }),
  column('MinPods', (one) => String(numberAt(one, 'spec', 'minReplicas') ?? '<unset>')),
  { ...column('MaxPods', (one) => numberAt(one, 'spec', 'maxReplicas') ?? 0), type: 'integer' },
  count('Replicas', 'currentReplicas'),
  ageColumn(),
];

export const WEBHOOK_COLUMNS: readonly Column[] = [
  nameColumn(),
  { ...column('Webhooks', (one) => arrayAt(one, 'webhooks').length), type: 'integer' },
  ageColumn(),
];

/** For kinds whose own columns nobody here reads. */
export const PLAIN_COLUMNS: readonly Column[] = [nameColumn(), ageColumn()];

export const CRD_COLUMNS: readonly Column[] = [
  nameColumn(),
  column('Created At', (crd) => stringAt(crd, 'metadata', 'creationTimestamp') ?? '', {
    format: 'date-time',
  }),
];

/** A custom resource's own columns follow its name; there is no age unless the definition asks for it. */
export function customColumn(name: string, ...path: readonly string[]): Column {
  return column(name, (object) => stringAt(object, ...path) ?? '', {
    description: `Custom resource definition column (in JSONPath format): .${path.join('.')}`,
  });
}

function nodeStatus(node: JsonObject): string {
  const ready = arrayAt(node, 'status', 'conditions').find((one) => isObject(one) && one['type'] === 'Ready');
  if (ready === undefined) return 'Unknown';
  return isObject(ready) && ready['status'] === 'True' ? 'Ready' : 'NotReady';
}

function address(node: JsonObject, type: string): string {
  const found = arrayAt(node, 'status', 'addresses').find((one) => isObject(one) && one['type'] === type);
  return stringAt(found, 'address') ?? '<none>';
}

function nodeInfo(name: string, key: string): Column {
  return column(name, (node) => stringAt(node, 'status', 'nodeInfo', key) ?? '<unknown>', { priority: 1 });
}

function involved(event: JsonObject): string {
  const kind = stringAt(event, 'involvedObject', 'kind') ?? '';
  return `${kind.toLowerCase()}/${stringAt(event, 'involvedObject', 'name') ?? ''}`;
}

function source(event: JsonObject): string {
  const component = stringAt(event, 'source', 'component') ?? stringAt(event, 'reportingComponent') ?? '';
  const host = stringAt(event, 'source', 'host') ?? stringAt(event, 'reportingInstance') ?? '';
  return [component, host].filter((part) => part !== '').join(', ');
}

function firstSeen(event: JsonObject): string | undefined {
  return stringAt(event, 'firstTimestamp') ?? stringAt(event, 'eventTime');
}

function lastSeen(event: JsonObject): string | undefined {
  return stringAt(event, 'lastTimestamp') ?? firstSeen(event);
}

function entries(object: JsonObject, key: string): number {
  return Object.keys(objectAt(object, key) ?? {}).length;
}

function count(name: string, key: string): Column {
  const cell: Column['cell'] = (object) => numberAt(object, 'status', key) ?? 0;
  return { ...column(name, cell), type: 'integer' };
}

function selectorText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}

function containers(set: JsonObject, key: 'name' | 'image'): string {
  const list = arrayAt(set, 'spec', 'template', 'spec', 'containers');
  return list.map((one) => stringAt(one, key) ?? '').join(',');
}
