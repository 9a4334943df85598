import type { ChaosMeshInstallation } from '../../kubernetes/chaos-mesh.js';
import type { Container, PodStatus, QosClass } from '../../kubernetes/objects.js';
import type { NamespaceSurroundings } from '../../kubernetes/surroundings.js';
import type { LiveContainer, LiveNode, LivePod, LiveWorld } from './world.js';

export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;

interface ContainerParts extends Partial<Container> {
  readonly name?: string;
  /** MiB; null: no limit. */
  readonly limit?: number | null;
  /** Working set, MiB; null: nobody measures it. */
  readonly used?: number | null;
}

interface PodParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly node?: string;
  readonly qos?: QosClass;
  readonly phase?: NonNullable<PodStatus['phase']>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of its Deployment; null: it stands alone. */
  readonly owner?: string | null;
  readonly containers?: readonly ContainerParts[];
  readonly init?: readonly string[];
}

/** A Pod of the examples: `web-a` in `shop` on `n1`, its container `app` with 38 of 500 MiB. */
export function pod(parts: PodParts = {}): LivePod {
  const { name = 'web-a', namespace = 'shop', node = 'n1', qos = 'Burstable', phase = 'Running' } = parts;
  const containers = (parts.containers ?? [{}]).map(containerOf);
  const owner = parts.owner === undefined ? null : parts.owner;
  return {
    key: `${namespace}/${name}`,
    namespace,
    name,
    qosClass: qos,
    phase,
    containers: containers.map(({ live }) => live),
    pod: {
      metadata: {
        name,
        namespace,
        labels: { app: 'web', ...parts.labels },
        ...(owner === null
          ? {}
          : {
              ownerReferences: [
                {
                  apiVersion: 'apps/v1',
                  kind: 'ReplicaSet',
                  name: `${owner}-5d5f7c4b6d`,
                  uid: owner,
                  controller: true,
                },
              ],
            }),
      },
      spec: {
        nodeName: node,
        containers: containers.map(({ spec }) => spec),
        ...(parts.init === undefined ? {} : { initContainers: parts.init.map((each) => ({ name: each })) }),
      },
      status: { phase, qosClass: qos },
    },
  };
}

function containerOf(parts: ContainerParts): { readonly spec: Container; readonly live: LiveContainer } {
  const { name = 'app', limit = 500, used = 38, ...rest } = parts;
  const limits = limit === null ? {} : { limits: { memory: `${limit}Mi` } };
  return {
    spec: { name, resources: { requests: { memory: '200Mi' }, ...limits }, ...rest },
    live: {
      name,
      containerId: `id-${name}`,
      limitBytes: limit === null ? null : limit * MIB,
      memory:
        used === null ? null : { workingSetBytes: used * MIB, rssBytes: used * MIB * 0.9, stale: false },
    },
  };
}

/** A node of 16 GiB of which little is known. */
export function node(parts: Partial<LiveNode> = {}): LiveNode {
  return {
    name: 'n1',
    capacityBytes: 16 * GIB,
    allocatableBytes: 15 * GIB,
    availableBytes: null,
    swapBytes: null,
    cgroupVersion: null,
    groupKill: null,
    runtime: null,
    agentStresses: null,
    ...parts,
  };
}

/** Chaos Mesh 2.8 as its chart installs it. */
export function chaosMesh(parts: Partial<ChaosMeshInstallation> = {}): ChaosMeshInstallation {
  return {
    version: '2.8.3',
    namespace: 'chaos-mesh',
    controllerReady: true,
    clusterScoped: true,
    targetNamespace: null,
    filtersNamespaces: false,
    runtime: 'containerd',
    checksRights: true,
    daemonNodes: ['n1'],
    ...parts,
  };
}

type WorldParts = Partial<Omit<LiveWorld, 'nodes' | 'surroundings'>> & {
  readonly nodes?: readonly LiveNode[];
  readonly namespaces?: Readonly<Record<string, Partial<NamespaceSurroundings>>>;
  readonly mayCreate?: Readonly<Record<string, boolean>>;
  readonly stressChaos?: boolean | null;
};

/** A cluster with one Pod, in which everything else is not known. */
export function world(parts: WorldParts = {}): LiveWorld {
  const { nodes = [node()], namespaces = {}, mayCreate = {}, stressChaos = null, ...rest } = parts;
  const unknown = { exists: null, annotations: null, disruptionBudgets: null, autoscalers: null };
  return {
    namespace: 'default',
    pods: [pod()],
    readNamespaces: null,
    nodes: new Map(nodes.map((each) => [each.name, each])),
    selectionNodes: nodes.map(({ name }) => ({ name, labels: {} })),
    engine: 'chaos-mesh',
    chaosMesh: null,
    experiments: [],
    quietBytes: () => null,
    ...rest,
    surroundings: {
      stressChaos,
      namespaces: new Map(Object.entries(namespaces).map(([name, one]) => [name, { ...unknown, ...one }])),
      mayCreate: new Map(Object.entries(mayCreate)),
      availableBytes: new Map(),
    },
  };
}
