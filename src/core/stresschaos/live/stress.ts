import type { PodSelectorSpec, StressChaosSpec } from '../../kubernetes/objects.js';
import { type Forecast, forecast, stressBytesOnNode, withoutStress } from '../../memory/forecast.js';
import { oomScoreAdj } from '../../memory/oom-score-adj.js';
import { selectPods } from '../../selection/select.js';
import type { StressModel } from '../check/model.js';
import type { MemoryAsk } from '../manifest.js';
import { memoryAsk } from '../parse.js';
import { toPlain } from '../yaml/plain.js';
import type { LiveContainer, LiveExperiment, LiveNode, LivePod, LiveWorld } from './world.js';

/** A Pod that the selector hits, with the containers in it that would be stressed; none where no named one is there. */
export interface LiveCandidate {
  readonly pod: LivePod;
  readonly containers: readonly LiveContainer[];
}

/** A container that may be stressed, and what the stress makes of it. Bytes; null: not known. */
export interface LiveTarget {
  readonly pod: LivePod;
  readonly container: LiveContainer;
  readonly node: LiveNode | null;
  /** What it holds without the experiment that this one replaces. */
  readonly beforeBytes: number | null;
  readonly stressBytes: number | null;
  readonly forecast: Forecast;
  /** The oom_score_adj of its own processes. */
  readonly adj: number | null;
}

/** What the selector hits now. */
export interface LiveSelection {
  /** Names of nodes that it wants and that do not exist: nothing is selected then. */
  readonly unknownNodes: readonly string[];
  readonly candidates: readonly LiveCandidate[];
  /** How many of those with a container to stress the mode takes. */
  readonly atLeast: number;
  readonly atMost: number;
}

/** A stress as it stands in a manifest, held against a cluster. */
export interface LiveStress {
  readonly model: StressModel;
  readonly world: LiveWorld;
  /** The experiment's own. */
  readonly namespace: string;
  /** Those in which it looks for Pods. */
  readonly namespaces: readonly string[];
  readonly spec: StressChaosSpec;
  /** Null where it cannot be told. */
  readonly selection: LiveSelection | null;
  /** The memory it asks for; null: none that can be read. */
  readonly ask: MemoryAsk | null;
  /** Every container that it may hit. */
  readonly targets: readonly LiveTarget[];
  /** Experiments at work that this one does not replace. */
  readonly others: readonly LiveExperiment[];
}

/** The namespaces in which a selector looks. */
export function namespacesOf(selector: PodSelectorSpec, own: string): readonly string[] {
  const named = Object.keys(selector.pods ?? {});
  if (named.length > 0) return named;
  return selector.namespaces?.length ? selector.namespaces : [own];
}

/** The spec as the API server would get it; null where it is no map. The static checks have held it against its shape. */
export function plainSpec(model: StressModel): StressChaosSpec | null {
  return toPlain(model.spec) as unknown as StressChaosSpec | null;
}

/** `namespace/pod/container`. */
export function containerKey(pod: LivePod, container: LiveContainer): string {
  return `${pod.key}/${container.name}`;
}

/** Holds a stress without static errors against the cluster; null where its spec cannot be read. */
export function liveStress(model: StressModel, world: LiveWorld): LiveStress | null {
  const spec = plainSpec(model);
  if (spec === null) return null;
  const namespace = model.object.namespace ?? world.namespace;
  const namespaces = namespacesOf(spec.selector, namespace);
  const selection = select(spec, namespace, namespaces, world);
  const ask = memoryAsk(model);
  const isOwn = ownExperiments(model, namespace);
  const own = world.experiments.filter(isOwn);
  const asks = ask !== null && ask.workers > 0;
  const scores = new Scores();
  const targets: LiveTarget[] = [];
  for (const { pod, containers } of selection?.candidates ?? []) {
    for (const container of containers)
      targets.push(targetOf(pod, container, asks ? ask : null, own, scores, world));
  }
  return {
    model,
    world,
    namespace,
    namespaces,
    spec,
    selection,
    ask: asks ? ask : null,
    targets,
    others: world.experiments.filter((experiment) => !isOwn(experiment)),
  };
}

/** Which experiments at work a document has made, or would take the place of. */
function ownExperiments(model: StressModel, namespace: string): (experiment: LiveExperiment) => boolean {
  const { name, kind } = model.object;
  const key = `${namespace}/${name ?? ''}`;
  if (kind === 'StressChaos') return (experiment) => experiment.key === key;
  return (experiment) =>
    experiment.parent !== null && experiment.parent === name && experiment.key.startsWith(`${namespace}/`);
}

function select(
  spec: StressChaosSpec,
  namespace: string,
  namespaces: readonly string[],
  world: LiveWorld,
): LiveSelection | null {
  const { readNamespaces, pods, selectionNodes: nodes } = world;
  if (readNamespaces !== null && namespaces.some((one) => !readNamespaces.has(one))) return null;
  const found = selectPods({ spec, namespace, pods, nodes });
  const unknownNodes = found.problems.flatMap((one) => (one.code === 'unknown-node' ? [one.node] : []));
  if (found.problems.length > unknownNodes.length) return null;
  const candidates = found.pods.map(({ item, containers }) => ({
    pod: item,
    containers: item.containers.filter(({ name }) => containers.includes(name)),
  }));
  const able = candidates.filter(({ containers }) => containers.length > 0).length;
  const atMost = Math.min(found.atMost, able);
  return { unknownNodes, candidates, atLeast: Math.min(found.atLeast, atMost), atMost };
}

function targetOf(
  pod: LivePod,
  container: LiveContainer,
  ask: MemoryAsk | null,
  own: readonly LiveExperiment[],
  scores: Scores,
  world: LiveWorld,
): LiveTarget {
  const node = world.nodes.get(pod.pod.spec.nodeName ?? '') ?? null;
  const capacity = node?.capacityBytes ?? null;
  const beforeBytes = restOf(pod, container, own, capacity, world);
  const stressBytes = ask === null ? null : stressBytesOnNode(ask, capacity);
  const input = { workingSetBytes: beforeBytes, limitBytes: container.limitBytes, stressBytes };
  const adj = scores.of(pod, container, capacity);
  return { pod, container, node, beforeBytes, stressBytes, forecast: forecast(input), adj };
}

/** The oom_score_adj of containers, worked out once for those that are alike: a selector may hit thousands of replicas. */
class Scores {
  readonly #known = new Map<string, number | null>();

  /** Null where the node's memory decides and is not known. */
  of({ pod: { spec }, qosClass }: LivePod, { name }: LiveContainer, capacity: number | null): number | null {
    if (capacity === null && qosClass === 'Burstable') return null;
    const work = (): number | null => oomScoreAdj(spec, qosClass, name, capacity ?? 1);
    // A sidecar's hangs on the other containers.
    if (spec.initContainers !== undefined) return work();
    const own = spec.containers.find((one) => one.name === name);
    const key = `${qosClass} ${spec.priorityClassName} ${own?.resources?.requests?.['memory']} ${capacity}`;
    let adj = this.#known.get(key);
    if (adj === undefined) {
      adj = work();
      this.#known.set(key, adj);
    }
    return adj;
  }
}

/** What a container holds without the experiments that are replaced; null: not known. */
function restOf(
  pod: LivePod,
  container: LiveContainer,
  own: readonly LiveExperiment[],
  nodeBytes: number | null,
  world: LiveWorld,
): number | null {
  const { memory, containerId } = container;
  const used = memory === null || memory.stale ? null : memory.workingSetBytes;
  if (used === null || own.length === 0) return used;
  const quiet = containerId === null ? null : world.quietBytes(containerId);
  const key = containerKey(pod, container);
  const held = own.reduce(
    (sum, experiment) =>
      sum + (experiment.containers.has(key) ? (stressBytesOnNode(experiment, nodeBytes) ?? 0) : 0),
    0,
  );
  return withoutStress(used, held, quiet);
}
