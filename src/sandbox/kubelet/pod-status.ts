import type {
  Condition,
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
} from '../../core/kubernetes/objects.js';

/** What the kubelet knows of one container. */
export interface ContainerReport {
  readonly name: string;
  readonly image: string;
  /** Empty until the container was created. */
  readonly containerId: string;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
  readonly restartCount: number;
  /** It runs and its startup probe, if any, has succeeded. */
  readonly started: boolean;
  readonly ready: boolean;
}

/** What is known of a container before it was created for the first time. */
export function reportBeforeCreation({ name, image = '' }: Container): ContainerReport {
  return {
    name,
    image,
    containerId: '',
    state: { waiting: { reason: 'ContainerCreating' } },
    lastState: {},
    restartCount: 0,
    started: false,
    ready: false,
  };
}

export interface PodFacts {
  readonly nodeIp: string;
  readonly podIp: string;
  /** RFC 3339. */
  readonly startTime: string;
  /** The network is there: containers can be created. */
  readonly sandboxReady: boolean;
  readonly now: string;
}

type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** The Pod's status as the kubelet would write it from what it knows of the containers. */
export function podStatus(pod: Pod, reports: readonly ContainerReport[], facts: PodFacts): object {
  const generation = pod.metadata.generation ?? 1;
  const phase = podPhase(pod, reports);
  const unready = reports.filter((report) => !report.ready).map((report) => report.name);
  const over = phase === 'Succeeded' || phase === 'Failed';
  const readiness = {
    status: unready.length === 0 && !over ? 'True' : 'False',
    ...(over
      ? { reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' }
      : unready.length === 0
        ? {}
        : {
            reason: 'ContainersNotReady',
            message: `containers with unready status: [${unready.join(' ')}]`,
          }),
  } as const;
  const wanted: Omit<Condition, 'lastTransitionTime'>[] = [
    { type: 'PodReadyToStartContainers', status: facts.sandboxReady && !over ? 'True' : 'False' },
    { type: 'Initialized', status: 'True' },
    { type: 'Ready', ...readiness },
    { type: 'ContainersReady', ...readiness },
    { type: 'PodScheduled', status: 'True' },
  ];
  const before = pod.status?.conditions ?? [];
  return {
    observedGeneration: generation,
    phase,
    conditions: wanted.map((condition) => withTime(condition, before, facts.now, generation)),
    hostIP: facts.nodeIp,
    hostIPs: [{ ip: facts.nodeIp }],
    ...(facts.sandboxReady ? { podIP: facts.podIp, podIPs: [{ ip: facts.podIp }] } : {}),
    startTime: facts.startTime,
    containerStatuses: reports.map(containerStatus),
    ...(pod.status?.qosClass === undefined ? {} : { qosClass: pod.status.qosClass }),
  };
}

function containerStatus(report: ContainerReport): ContainerStatus {
  return {
    name: report.name,
    state: report.state,
    lastState: report.lastState,
    ready: report.ready,
    restartCount: report.restartCount,
    image: report.image,
    imageID: '',
    ...(report.containerId === '' ? {} : { containerID: `containerd://${report.containerId}` }),
    started: report.started,
  };
}

/** GetPhase of the kubelet, for Pods without init containers. */
export function podPhase(pod: Pod, reports: readonly ContainerReport[]): PodPhase {
  const policy = pod.spec.restartPolicy ?? 'Always';
  const waiting = reports.filter(
    ({ state, lastState }) => state.waiting !== undefined && lastState.terminated === undefined,
  );
  if (waiting.length > 0) return 'Pending';
  const alive = reports.some(({ state }) => state.running !== undefined || state.waiting !== undefined);
  if (alive || policy === 'Always') return 'Running';
  const codes = reports.map(({ state }) => state.terminated?.exitCode ?? 0);
  if (codes.every((code) => code === 0)) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

/** A condition keeps its time as long as its status is the same. */
function withTime(
  wanted: Omit<Condition, 'lastTransitionTime'>,
  before: readonly Condition[],
  now: string,
  observedGeneration: number,
): object {
  const old = before.find((one) => one.type === wanted.type);
  const lastTransitionTime = old?.status === wanted.status ? (old.lastTransitionTime ?? now) : now;
  const { type, status, ...rest } = wanted;
  return { type, observedGeneration, status, lastProbeTime: null, lastTransitionTime, ...rest };
}
