import type { LiveExperiment, LiveNode, LiveWorld } from '../core/stresschaos/live/world.js';
import { parseRuntimeSize } from '../core/units/size.js';
import { stressedContainers } from './experiments.js';
import { selectionNodes } from './selection-nodes.js';
import type { EngineChoice, ExperimentView, Lab, NodeView, Surroundings } from './types.js';

/** The stores that live rules look at. */
export type LiveSources = Pick<
  Lab,
  'connection' | 'engine' | 'pods' | 'nodes' | 'experiments' | 'surroundings' | 'baselines'
>;

/**
 * All that is known of the connected cluster, as live rules want it; null unless the connection is live: what is old is not held
 * against anybody. Costs what the cluster has of nodes and experiments, and nothing for its Pods.
 */
export function liveWorld(sources: LiveSources): LiveWorld | null {
  const connection = sources.connection.get();
  if (connection.phase !== 'live') return null;
  const engine = sources.engine.get();
  const nodes = sources.nodes.get();
  const surroundings = sources.surroundings.get();
  return {
    namespace: connection.namespace ?? 'default',
    pods: sources.pods.get(),
    readNamespaces: connection.scope === undefined ? null : new Set(connection.scope.namespaces),
    nodes: new Map(nodes.map((node) => [node.name, liveNode(node, engine, surroundings)])),
    selectionNodes: selectionNodes(nodes),
    engine: engine.kind,
    chaosMesh: engine.kind === 'chaos-mesh' ? (engine.installation ?? onlyVersion(engine.version)) : null,
    experiments: sources.experiments
      .get()
      .filter(({ phase }) => phase !== 'finished')
      .map(liveExperiment),
    surroundings,
    quietBytes: (containerId) => sources.baselines.of(containerId),
  };
}

/** What is known of Chaos Mesh before its installation was read. */
function onlyVersion(version: string | null): LiveWorld['chaosMesh'] {
  return {
    version,
    namespace: null,
    controllerReady: null,
    clusterScoped: null,
    targetNamespace: null,
    filtersNamespaces: null,
    runtime: null,
    checksRights: null,
    daemonNodes: null,
  };
}

function liveNode(
  { name, facts, agent }: NodeView,
  engine: EngineChoice,
  surroundings: Surroundings,
): LiveNode {
  const { info } = agent;
  return {
    name,
    capacityBytes: info?.memoryTotalBytes ?? facts?.capacityBytes ?? null,
    allocatableBytes: facts?.allocatableBytes ?? null,
    availableBytes: surroundings.availableBytes.get(name) ?? null,
    swapBytes: info?.swapTotalBytes ?? null,
    cgroupVersion: info?.cgroupVersion ?? null,
    groupKill: groupKill(info),
    runtime: facts?.containerRuntime?.split('://')[0] ?? null,
    agentStresses: engine.kind === 'agent' ? engine.nodes.includes(name) : null,
  };
}

/** cgroup v1 kills single processes. */
function groupKill(info: NodeView['agent']['info']): boolean | null {
  if (info === null) return null;
  if (info.cgroupVersion === 1) return false;
  return info.groupKill === 'on' ? true : info.groupKill === 'off' ? false : null;
}

function liveExperiment({ key, object }: ExperimentView): LiveExperiment {
  const { labels = {} } = object.metadata;
  const size = parseRuntimeSize(object.spec.stressors?.memory?.size ?? '');
  return {
    key,
    parent: labels['managed-by'] ?? labels['chaos-mesh.org/workflow'] ?? null,
    containers: new Set(stressedContainers(object)),
    totalBytes: size.kind === 'bytes' ? size.bytes : null,
    nodePercent: size.kind === 'percent' ? size.percent : null,
  };
}
