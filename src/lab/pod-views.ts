import type { Container, ContainerState, ContainerStatus, Pod } from '../core/kubernetes/objects.js';
import { qosClass } from '../core/memory/qos.js';
import type { MemoryReading } from '../core/memory/reading.js';
import { quantityBytes } from '../core/units/quantity.js';
import type { ContainerSample } from '../protocol/agent/types.js';
import { bareContainerId } from './kills.js';
import type { ContainerView, PodView } from './types.js';

export interface TimedSample {
  readonly sample: ContainerSample;
  /** ISO */
  readonly time: string;
}

/** What is known of containers besides the Pod object. */
export interface ContainerFacts {
  sample(containerId: string): TimedSample | null;
  /** Its memory by the best source that tells. */
  memory(pod: Pod, containerName: string, containerId: string | null): MemoryReading | null;
  /** OOM kills since the connection was made, in all instances of the container. */
  kills(pod: Pod, containerName: string, containerId: string | null): KillCount;
}

export interface KillCount {
  readonly oomKills: number;
  /** Those that the present instance has outlived. */
  readonly silentKills: number;
  readonly justKilled: boolean;
}

const RUNNING = 'Running';

/** A Pod as the views show it. */
export function podView(pod: Pod, facts: ContainerFacts, experiments: readonly string[]): PodView {
  const { name, namespace = '' } = pod.metadata;
  const statuses = new Map(pod.status?.containerStatuses?.map((status) => [status.name, status]));
  const containers = pod.spec.containers.map((container) =>
    containerView(pod, container, statuses.get(container.name) ?? null, facts),
  );
  return {
    key: `${namespace}/${name}`,
    pod,
    namespace,
    name,
    qosClass: pod.status?.qosClass ?? qosClass(pod.spec),
    phase: pod.status?.phase ?? 'Unknown',
    containers,
    workingSetBytes: sum(containers.map((container) => container.memory?.workingSetBytes ?? null)),
    limitBytes: containers.every((container) => container.limitBytes !== null)
      ? sum(containers.map((container) => container.limitBytes))
      : null,
    experiments,
  };
}

function containerView(
  pod: Pod,
  container: Container,
  status: ContainerStatus | null,
  facts: ContainerFacts,
): ContainerView {
  const containerId = status?.containerID ? bareContainerId(status.containerID) : null;
  const timed = containerId === null ? null : facts.sample(containerId);
  const limitBytes = quantityBytes(container.resources?.limits?.['memory']);
  const state = stateText(status?.state ?? null);
  const kills = facts.kills(pod, container.name, containerId);
  return {
    name: container.name,
    containerId,
    requestBytes: quantityBytes(container.resources?.requests?.['memory']),
    // A limit of zero is none.
    limitBytes: limitBytes === 0 ? null : limitBytes,
    restartCount: status?.restartCount ?? 0,
    ready: status?.ready ?? false,
    state,
    memory: facts.memory(pod, container.name, containerId),
    sample: timed?.sample ?? null,
    sampledAt: timed?.time ?? null,
    ...kills,
    // Whether an instance that has ended outlived a kill does not matter any more.
    silentKills: state === RUNNING ? kills.silentKills : 0,
  };
}

function stateText(state: ContainerState | null): string {
  if (state?.running !== undefined) {
    return RUNNING;
  }
  if (state?.terminated !== undefined) {
    return state.terminated.reason ?? 'Terminated';
  }
  return state?.waiting?.reason ?? 'Waiting';
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
