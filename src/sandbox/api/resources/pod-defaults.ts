import { qosClass } from '../../../core/memory/qos.js';
import { arrayAt, ensureObject, isObject, type JsonObject, objectAt } from '../json.js';
import { type Draft, typed } from '../kube-object.js';

/** The defaults of k8s.io/kubernetes/pkg/apis/core/v1 and of the usual admission plug-ins that the sandbox honours. */
export function defaultPod(pod: Draft): void {
  const spec = ensureObject(pod, 'spec');
  defaultPodSpec(spec);
  spec['serviceAccountName'] ??= 'default';
  spec['serviceAccount'] ??= spec['serviceAccountName'];
  spec['tolerations'] ??= ['not-ready', 'unreachable'].map((state) => ({
    key: `node.kubernetes.io/${state}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }));
  spec['priority'] ??= 0;
  spec['enableServiceLinks'] ??= true;
  spec['preemptionPolicy'] ??= 'PreemptLowerPriority';
  const status = ensureObject(pod, 'status');
  status['phase'] ??= 'Pending';
  status['qosClass'] ??= qosOf(pod);
}

/** The defaults that a Pod template gets as well as a Pod. */
export function defaultPodSpec(spec: JsonObject): void {
  spec['restartPolicy'] ??= 'Always';
  spec['terminationGracePeriodSeconds'] ??= 30;
  spec['dnsPolicy'] ??= 'ClusterFirst';
  spec['securityContext'] ??= {};
  spec['schedulerName'] ??= 'default-scheduler';
  for (const volume of arrayAt(spec, 'volumes')) {
    const hostPath = isObject(volume) ? volume['hostPath'] : undefined;
    if (isObject(hostPath)) hostPath['type'] ??= '';
  }
  for (const key of ['containers', 'initContainers']) {
    for (const container of arrayAt(spec, key)) if (isObject(container)) defaultContainer(container);
  }
}

/** BestEffort where there is no list of containers: validation refuses that Pod anyway. */
function qosOf(pod: Draft): string {
  if (arrayAt(pod, 'spec', 'containers').length === 0) return 'BestEffort';
  return qosClass(typed<{ spec: Parameters<typeof qosClass>[0] }>(pod).spec);
}

function defaultContainer(container: JsonObject): void {
  const resources = ensureObject(container, 'resources');
  const limits = resources['limits'];
  if (isObject(limits) && Object.keys(limits).length > 0) {
    const requests = ensureObject(resources, 'requests');
    for (const [name, amount] of Object.entries(limits)) requests[name] ??= amount;
  }
  container['terminationMessagePath'] ??= '/dev/termination-log';
  container['terminationMessagePolicy'] ??= 'File';
  const image = typeof container['image'] === 'string' ? container['image'] : '';
  const latest = !image.includes('@') && /(^|\/)[^:/]*(:latest)?$/.test(image);
  container['imagePullPolicy'] ??= latest ? 'Always' : 'IfNotPresent';
  for (const port of arrayAt(container, 'ports')) if (isObject(port)) port['protocol'] ??= 'TCP';
  for (const key of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[key];
    if (isObject(probe)) defaultProbe(probe);
  }
  for (const entry of arrayAt(container, 'env')) {
    const source = objectAt(entry, 'valueFrom', 'fieldRef');
    if (source !== undefined) source['apiVersion'] ??= 'v1';
  }
}

function defaultProbe(probe: JsonObject): void {
  probe['timeoutSeconds'] ??= 1;
  probe['periodSeconds'] ??= 10;
  probe['successThreshold'] ??= 1;
  probe['failureThreshold'] ??= 3;
  const get = probe['httpGet'];
  if (isObject(get)) {
    get['path'] ??= '/';
    get['scheme'] ??= 'HTTP';
  }
}
