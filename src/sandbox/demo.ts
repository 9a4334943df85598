import { AGENT_POD_LABELS, AGENT_PORT } from '../protocol/agent/types.js';
import type { JsonObject } from './api/json.js';
import { randomSuffix } from './api/names.js';
import { ensureNamespace } from './api/namespaces.js';
import type { Registry } from './api/registry.js';

/** Where the node agent runs, as its DaemonSet would install it. */
export const AGENT_NAMESPACE = 'podstress';
const DEMO_NAMESPACE = 'hello-kubernetes';
const DEMO_PODS = 2;

export interface AgentOptions {
  /** The agent's script. */
  readonly script: string;
  /** The sandbox's cgroup below the memory hierarchy's mount, e.g. `/podstress-sandbox-1-2-abcdef01`. */
  readonly cgroupRoot: string;
  readonly nodeName: string;
}

/** Runs the node agent as the Pod that its DaemonSet would make on this node. */
export function createAgentPod(registry: Registry, { script, cgroupRoot, nodeName }: AgentOptions): string {
  ensureNamespace(registry, AGENT_NAMESPACE);
  const name = `podstress-agent-${randomSuffix()}`;
  const command = [
    process.execPath,
    script,
    '--listen',
    `127.0.0.1:${AGENT_PORT}`,
    '--allow-stress',
    '--cgroup-root',
    cgroupRoot,
    '--node-name',
    nodeName,
  ];
  // The agent answers to no name but its own loopback's.
  const httpHeaders = [{ name: 'Host', value: 'localhost' }];
  const container: JsonObject = {
    name: 'agent',
    image: 'podstress-agent',
    command,
    resources: { requests: { memory: '64Mi' } },
    readinessProbe: { httpGet: { path: '/healthz', port: AGENT_PORT, httpHeaders }, periodSeconds: 1 },
  };
  createPod(
    registry,
    AGENT_NAMESPACE,
    name,
    { ...AGENT_POD_LABELS },
    { hostPID: true, containers: [container] },
  );
  return name;
}

/** The article's two Pods, as the chart hello-kubernetes makes them. */
export function createDemoPods(registry: Registry): string[] {
  ensureNamespace(registry, DEMO_NAMESPACE);
  const instance = 'hello-kubernetes-hello-world';
  const hash = randomSuffix(9);
  return Array.from({ length: DEMO_PODS }, () => {
    const name = `${instance}-${hash}-${randomSuffix()}`;
    const labels = {
      'app.kubernetes.io/instance': 'hello-world',
      'app.kubernetes.io/name': instance,
      'pod-template-hash': hash,
    };
    const httpGet: JsonObject = { path: '/', port: 'http' };
    const container: JsonObject = {
      name: 'hello-kubernetes',
      image: 'paulbouwer/hello-kubernetes:1.10',
      ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
      env: [
        { name: 'PORT', value: '8080' },
        field('KUBERNETES_NAMESPACE', 'metadata.namespace'),
        field('KUBERNETES_POD_NAME', 'metadata.name'),
        field('KUBERNETES_NODE_NAME', 'spec.nodeName'),
      ],
      resources: { requests: { memory: '200Mi' }, limits: { memory: '500Mi' } },
      livenessProbe: { httpGet, initialDelaySeconds: 2 },
      readinessProbe: { httpGet, periodSeconds: 1 },
    };
    createPod(registry, DEMO_NAMESPACE, name, labels, { containers: [container] });
    return name;
  });
}

function field(name: string, fieldPath: string): JsonObject {
  return { name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } };
}

function createPod(
  registry: Registry,
  namespace: string,
  name: string,
  labels: Record<string, string>,
  spec: JsonObject,
): void {
  const metadata = { name, namespace, labels };
  registry.create(registry.definition('pods'), namespace, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
}
