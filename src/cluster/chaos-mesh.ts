import type { ChaosMeshInstallation } from '../core/kubernetes/chaos-mesh.js';
import { asArray, asNumber, asRecord, asString, type JsonRecord } from './decode.js';
import { ClusterError } from './errors.js';
import { projectConditions } from './objects.js';
import type { Transport } from './transport.js';

const WEBHOOKS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
/** The configuration that says where the controller is. */
const VALIDATION = 'chaos-mesh-validation';
/** That of the check of rights, by its names since 2.3 and before. */
const AUTH = ['chaos-mesh-validation-auth', 'validate-auth'];
const SELECTOR = 'app.kubernetes.io/name=chaos-mesh,app.kubernetes.io/component=';
const DAEMONS_PER_PAGE = '5000';

/** The object; `absent`; null where it may not be read or nobody answers. */
type Found = JsonRecord | 'absent' | null;

/**
 * Reads what there is to read of an installation, wherever it is: its controller's Deployment, its daemon's DaemonSet
 * and Pods, its webhook configurations. Throws ClusterError only when cancelled.
 */
export async function readInstallation(
  transport: Transport,
  signal: AbortSignal,
): Promise<ChaosMeshInstallation> {
  const [validation, ...auth] = await Promise.all(
    [VALIDATION, ...AUTH].map((name) => find(transport, `${WEBHOOKS}/${name}`, signal)),
  );
  const from = validation === undefined ? null : serviceNamespace(validation);
  const some = (path: string, resource: string, component: string): Promise<readonly JsonRecord[] | null> =>
    listSome(transport, path, resource, component, from, signal);
  const [deployments, daemonSets, daemons] = await Promise.all([
    some('/apis/apps/v1', 'deployments', 'controller-manager'),
    some('/apis/apps/v1', 'daemonsets', 'chaos-daemon'),
    some('/api/v1', 'pods', 'chaos-daemon'),
  ]);
  const controller = deployments?.find((one) => from === null || namespaceOf(one) === from) ?? null;
  const environment = controller === null ? null : environmentOf(controller);
  const daemonSet = daemonSets?.[0] ?? null;
  const clusterScoped = environment === null ? null : environment.get('CLUSTER_SCOPED') !== 'false';
  return {
    version: controller === null ? null : versionOf(controller),
    namespace: from ?? (controller === null ? null : namespaceOf(controller)),
    controllerReady: controller === null ? (deployments === null ? null : false) : isAvailable(controller),
    // What is not set is the controller's own default.
    clusterScoped,
    targetNamespace: clusterScoped === false ? environment?.get('TARGET_NAMESPACE') || null : null,
    filtersNamespaces: environment === null ? null : environment.get('ENABLE_FILTER_NAMESPACE') === 'true',
    runtime: daemonSet === null ? null : runtimeOf(daemonSet),
    checksRights: checksRights(auth, environment),
    daemonNodes: daemonNodes(daemonSet, daemons),
  };
}

/** Null where neither the configurations nor the controller may be read. */
function checksRights(
  auth: readonly Found[],
  environment: ReadonlyMap<string, string> | null,
): boolean | null {
  const mode = environment?.get('SECURITY_MODE');
  if (auth.every((one) => one === 'absent') || mode === 'false') return false;
  if (auth.some((one) => one !== null && one !== 'absent') || mode === 'true') return true;
  return null;
}

async function find(transport: Transport, path: string, signal: AbortSignal): Promise<Found> {
  try {
    return asRecord(await transport.json({ path, signal }));
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'not-found') return 'absent';
    return refused(error);
  }
}

/** In the whole cluster, or, where that is refused, in the one namespace; null where neither may be read. */
async function listSome(
  transport: Transport,
  root: string,
  resource: string,
  component: string,
  namespace: string | null,
  signal: AbortSignal,
): Promise<readonly JsonRecord[] | null> {
  const within = namespace === null ? [] : [`/namespaces/${encodeURIComponent(namespace)}`];
  for (const place of ['', ...within]) {
    const query = { labelSelector: `${SELECTOR}${component}`, limit: DAEMONS_PER_PAGE };
    const path = `${root}${place}/${resource}`;
    const list = await transport.json({ path, query, signal }).catch(refused);
    if (list !== null)
      return asArray(asRecord(list)?.['items'])
        .map(asRecord)
        .filter((one) => one !== null);
  }
  return null;
}

function refused(error: unknown): null {
  if (error instanceof ClusterError && error.kind !== 'aborted') return null;
  throw error;
}

function serviceNamespace(configuration: Found): string | null {
  if (configuration === null || configuration === 'absent') return null;
  for (const webhook of asArray(configuration['webhooks'])) {
    const service = asRecord(asRecord(asRecord(webhook)?.['clientConfig'])?.['service']);
    const namespace = asString(service?.['namespace']);
    if (namespace !== null) return namespace;
  }
  return null;
}

function namespaceOf(object: JsonRecord): string | null {
  return asString(asRecord(object['metadata'])?.['namespace']);
}

function containersOf(workload: JsonRecord): readonly JsonRecord[] {
  const template = asRecord(asRecord(workload['spec'])?.['template']);
  return asArray(asRecord(template?.['spec'])?.['containers'])
    .map(asRecord)
    .filter((one) => one !== null);
}

/** The variables of the controller that are set by value; null where none of its containers is the controller. */
function environmentOf(deployment: JsonRecord): ReadonlyMap<string, string> | null {
  const container = containersOf(deployment).find((one) => one['name'] === 'chaos-mesh');
  if (container === undefined) return null;
  const variables = asArray(container['env']).map(asRecord);
  return new Map(variables.map((one) => [asString(one?.['name']) ?? '', asString(one?.['value']) ?? '']));
}

function isAvailable(deployment: JsonRecord): boolean {
  const available = asRecord(deployment['status'])?.['availableReplicas'];
  return typeof available === 'number' && available > 0;
}

/** The image's tag says what runs; the label repeats the chart's version. */
function versionOf(deployment: JsonRecord): string | null {
  for (const container of containersOf(deployment)) {
    const image = asString(container['image']) ?? '';
    const tag = /\/chaos-mesh:v?([0-9]+\.[0-9]+\.[0-9]+[^@\s]*)/.exec(image)?.[1];
    if (tag !== undefined) return tag;
  }
  return asString(asRecord(asRecord(deployment['metadata'])?.['labels'])?.['app.kubernetes.io/version']);
}

function runtimeOf(daemonSet: JsonRecord): string | null {
  for (const container of containersOf(daemonSet)) {
    const words = [...asArray(container['command']), ...asArray(container['args'])].map(asString);
    for (const [index, word] of words.entries()) {
      const flag = /^--?runtime(?:=(.*))?$/.exec(word ?? '');
      if (flag !== null) return flag[1] ?? words[index + 1] ?? null;
    }
  }
  return null;
}

function isReady(pod: JsonRecord): boolean {
  const conditions = projectConditions(asRecord(pod['status'])?.['conditions']);
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Null also where the DaemonSet counts more than there are Pods to be seen. */
function daemonNodes(
  daemonSet: JsonRecord | null,
  pods: readonly JsonRecord[] | null,
): readonly string[] | null {
  const ready = asNumber(asRecord(daemonSet?.['status'])?.['numberReady']);
  if (ready === 0) return [];
  if (pods === null) return null;
  const nodes = pods
    .filter(isReady)
    .map((pod) => asString(asRecord(pod['spec'])?.['nodeName']))
    .filter((node) => node !== null);
  const distinct = [...new Set(nodes)].sort();
  return ready !== null && distinct.length < ready ? null : distinct;
}
