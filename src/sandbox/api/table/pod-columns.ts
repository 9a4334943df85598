import { arrayAt, isObject, type Json, type JsonObject, numberAt, stringAt, valueAt } from '../json.js';
import { ageColumn, type Column, column, nameColumn, sinceText } from './column.js';

/** `kubectl get pods`, after printPod of the API server's printers. */
export const POD_COLUMNS: readonly Column[] = [
  nameColumn(),
  column('Ready', readyText, {
    description: 'The aggregate readiness state of this pod for accepting traffic.',
  }),
  column('Status', (pod) => podStatusText(pod), {
    description: 'The aggregate status of the containers in this pod.',
  }),
  column('Restarts', restartsText, {
    description:
      'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
  }),
  ageColumn(),
  column('IP', (pod) => stringAt(pod, 'status', 'podIP') ?? '<none>', {
    description:
      'podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated.',
    priority: 1,
  }),
  column('Node', (pod) => stringAt(pod, 'spec', 'nodeName') ?? '<none>', {
    description: 'NodeName indicates in which node this pod is scheduled.',
    priority: 1,
  }),
  column('Nominated Node', (pod) => stringAt(pod, 'status', 'nominatedNodeName') ?? '<none>', {
    description: 'nominatedNodeName is set only when this pod preempts other pods on the node.',
    priority: 1,
  }),
  column('Readiness Gates', () => '<none>', {
    description: 'If specified, all readiness gates will be evaluated for pod readiness.',
    priority: 1,
  }),
];

function statuses(pod: JsonObject): JsonObject[] {
  return arrayAt(pod, 'status', 'containerStatuses').filter(isObject);
}

function readyText(pod: JsonObject): Json {
  const ready = statuses(pod).filter((status) => status['ready'] === true).length;
  return `${ready}/${arrayAt(pod, 'spec', 'containers').length}`;
}

function restartsText(pod: JsonObject, now: Date): Json {
  const list = statuses(pod);
  const count = list.reduce((sum, status) => sum + (numberAt(status, 'restartCount') ?? 0), 0);
  const last = list
    .map((status) => stringAt(status, 'lastState', 'terminated', 'finishedAt') ?? '')
    .sort()
    .at(-1);
  return count > 0 && last !== undefined && last !== ''
    ? `${count} (${sinceText(last, now)} ago)`
    : String(count);
}

/** The one word that `kubectl get pods` says of a Pod. */
export function podStatusText(pod: JsonObject): string {
  const phase = stringAt(pod, 'status', 'phase') ?? '';
  let reason = stringAt(pod, 'status', 'reason') ?? phase;
  let running = false;
  for (const status of statuses(pod).toReversed()) {
    const waiting = stringAt(status, 'state', 'waiting', 'reason') ?? '';
    const terminated = valueAt(status, 'state', 'terminated');
    if (waiting !== '') reason = waiting;
    else if (isObject(terminated)) reason = terminatedText(terminated);
    else if (status['ready'] === true && valueAt(status, 'state', 'running') !== undefined) running = true;
  }
  if (reason === 'Completed' && running) reason = podReady(pod) ? 'Running' : 'NotReady';
  const deleting = stringAt(pod, 'metadata', 'deletionTimestamp') !== undefined;
  if (deleting && phase !== 'Succeeded' && phase !== 'Failed') reason = 'Terminating';
  return reason;
}

function terminatedText(terminated: JsonObject): string {
  const reason = stringAt(terminated, 'reason') ?? '';
  if (reason !== '') return reason;
  const signal = numberAt(terminated, 'signal') ?? 0;
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${numberAt(terminated, 'exitCode') ?? 0}`;
}

function podReady(pod: JsonObject): boolean {
  return arrayAt(pod, 'status', 'conditions').some(
    (one) => isObject(one) && one['type'] === 'Ready' && one['status'] === 'True',
  );
}
