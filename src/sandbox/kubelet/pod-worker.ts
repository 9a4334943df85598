import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Container, Pod, QosClass } from '../../core/kubernetes/objects.js';
import { oomScoreAdj } from '../../core/memory/oom-score-adj.js';
import { quantityBytes } from '../../core/units/quantity.js';
import type { NewEvent } from '../api/events.js';
import { kubeTime } from '../api/kube-object.js';
import type { BackOffTiming } from './back-off.js';
import { ContainerRunner } from './container-runner.js';
import { containerEnvironment } from './environment.js';
import type { KubeletHost } from './host.js';
import { imageParts } from './images.js';
import { createPodNetwork, hostNetwork, type PodNetwork } from './pod-network.js';
import { type ContainerReport, podStatus, reportBeforeCreation } from './pod-status.js';
import type { RunningPod } from './stats/sampler.js';
import { PodVolumes } from './volumes.js';

export interface PodWorkerOptions {
  readonly host: KubeletHost;
  readonly pod: Pod;
  readonly podIp: string;
  readonly nodeIp: string;
  readonly backOff: BackOffTiming;
  readonly record: (event: NewEvent) => void;
  /** Given the Pod's new status after each change. */
  readonly publish: (makeStatus: (current: Pod) => object) => void;
}

/** One Pod on this node, from its cgroup and network to the end of its last container. */
export class PodWorker {
  readonly #options: PodWorkerOptions;
  readonly #cgroup: string;
  readonly #logFolder: string;
  readonly #startTime = kubeTime(new Date());
  #runners: ContainerRunner[] = [];
  #network: PodNetwork | null = null;
  #volumes: PodVolumes | null = null;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: PodWorkerOptions) {
    this.#options = options;
    this.#cgroup = podCgroup(options.pod);
    // Not by its name, which may be as long as a file's name can be.
    this.#logFolder = join(options.host.folder, 'logs', `pod${options.pod.metadata.uid}`);
  }

  /** Sets the Pod up and lets its containers run; returns at once. */
  start(): void {
    this.#running = this.#run();
  }

  /** What of it can be measured now; null before it has a cgroup and after. */
  running(): RunningPod | null {
    if (this.#network === null) return null;
    const { name, namespace = '', uid = '' } = this.#options.pod.metadata;
    const containers = this.#runners.flatMap(({ report }): RunningPod['containers'] => {
      const startedAt = report.state.running?.startedAt;
      if (startedAt === undefined) return [];
      const cgroup = `${this.#cgroup}/${report.containerId}`;
      return [{ name: report.name, startTime: Date.parse(startedAt), cgroup }];
    });
    const startTime = Date.parse(this.#startTime);
    return { name, namespace, uid, startTime, cgroup: this.#cgroup, containers };
  }

  /** Connects to a port on the Pod's loopback. Throws Error. */
  connect(port: number): Promise<Socket> {
    if (this.#network === null) return Promise.reject(new Error('the network of the Pod is not up'));
    return this.#network.connect(port);
  }

  /** What runs one of the Pod's containers; undefined before they are set up. */
  container(name: string): ContainerRunner | undefined {
    return this.#runners.find(({ report }) => report.name === name);
  }

  /** Ends every container and takes down what the Pod had. Never throws. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    const { record, host, pod } = this.#options;
    for (const { report } of this.#runners) {
      if (report.state.running === undefined) continue;
      const fieldPath = `spec.containers{${report.name}}`;
      record({ type: 'Normal', reason: 'Killing', message: `Stopping container ${report.name}`, fieldPath });
    }
    try {
      await Promise.all(this.#runners.map((runner) => runner.terminate(graceMs)));
      await this.#running;
      await this.#release();
      await rm(this.#logFolder, { recursive: true, force: true });
    } catch (error) {
      host.log(`${pod.metadata.namespace}/${pod.metadata.name}: ${String(error)}`);
    }
  }

  /** Kills its containers at once; none is started again. */
  abandon(): void {
    this.#stopped = true;
    for (const runner of this.#runners) void runner.terminate(0);
  }

  /** Waits until its processes were ended by somebody and are gone from this process's table, too. */
  async ended(): Promise<void> {
    await this.#running;
    await this.#network?.close();
  }

  async #run(): Promise<void> {
    const { host, pod, record } = this.#options;
    try {
      await this.#setUp();
      await Promise.all(this.#runners.map((runner) => runner.run()));
      const over = this.#runners.every(({ report }) => report.state.terminated !== undefined);
      if (over && !this.#stopped) await this.#release();
    } catch (error) {
      const message = `Failed to create pod sandbox: ${error instanceof Error ? error.message : String(error)}`;
      record({ type: 'Warning', reason: 'FailedCreatePodSandBox', message });
      host.log(`${pod.metadata.namespace}/${pod.metadata.name}: ${message}`);
    }
  }

  async #setUp(): Promise<void> {
    const { host, pod, podIp, nodeIp } = this.#options;
    this.#publish();
    host.cgroups.create(this.#cgroup, { memoryBytes: podLimit(pod.spec.containers), container: false });
    this.#network = pod.spec.hostNetwork === true ? hostNetwork(nodeIp) : await createPodNetwork(host, podIp);
    if (this.#stopped) return;
    const network = this.#network;
    const volumes = new PodVolumes(host.folder, pod);
    this.#volumes = volumes;
    this.#runners = pod.spec.containers.map((container) => this.#runner(container, network, volumes));
    this.#publish();
  }

  #runner(container: Container, network: PodNetwork, volumes: PodVolumes): ContainerRunner {
    const { host, pod, record, backOff, nodeIp } = this.#options;
    const facts = { nodeName: host.nodeName, podIp: network.ip, hostIp: nodeIp };
    const image = imageParts(container.image ?? '', host.images);
    const files = Object.entries(image.files).map(([target, source]) => ({ source, target, readOnly: true }));
    return new ContainerRunner({
      host,
      pod,
      container,
      network,
      podCgroup: this.#cgroup,
      logFolder: this.#logFolder,
      memoryBytes: quantityBytes(container.resources?.limits?.['memory']),
      oomScoreAdj: this.#oomScoreAdj(container),
      env: containerEnvironment(pod, container, facts, image.env),
      mounts: [...files, ...volumes.mounts(container)],
      backOff,
      record,
      changed: () => this.#publish(),
    });
  }

  /** What the kubelet gives the container; 0, said aloud, where this machine forbids a negative one. */
  #oomScoreAdj(container: Container): number | null {
    const { host, pod, record } = this.#options;
    const wanted = oomScoreAdj(pod.spec, qosOf(pod), container.name, host.memoryBytes);
    if (wanted === null || wanted >= 0 || host.negativeOomScoreAdj) return wanted;
    const message =
      `Container ${container.name} should have oom_score_adj ${wanted}; this machine forbids negative values ` +
      '(CAP_SYS_RESOURCE is missing), so it runs with 0';
    record({ type: 'Warning', reason: 'OOMScoreAdjNotSet', message });
    host.log(`${pod.metadata.namespace}/${pod.metadata.name}: ${message}`);
    return 0;
  }

  async #release(): Promise<void> {
    const network = this.#network;
    this.#network = null;
    await network?.close();
    await this.#options.host.cgroups.remove(this.#cgroup);
    this.#volumes?.remove();
  }

  #publish(): void {
    const { pod, podIp, nodeIp, publish } = this.#options;
    const reports = this.#reports();
    publish((current) =>
      podStatus(current, reports, {
        nodeIp,
        podIp: pod.spec.hostNetwork === true ? nodeIp : podIp,
        startTime: this.#startTime,
        sandboxReady: this.#network !== null,
        now: kubeTime(new Date()),
      }),
    );
  }

  #reports(): ContainerReport[] {
    if (this.#runners.length > 0) return this.#runners.map((runner) => runner.report);
    return this.#options.pod.spec.containers.map(reportBeforeCreation);
  }
}

const QOS_FOLDERS: Readonly<Record<QosClass, string>> = {
  Guaranteed: 'kubepods',
  Burstable: 'kubepods/burstable',
  BestEffort: 'kubepods/besteffort',
};

/** The cgroups that hold all Pods; parents first. */
export const POD_PARENTS = ['kubepods', 'kubepods/burstable', 'kubepods/besteffort'] as const;

function podCgroup(pod: Pod): string {
  return `${QOS_FOLDERS[qosOf(pod)]}/pod${pod.metadata.uid}`;
}

function qosOf(pod: Pod): QosClass {
  return pod.status?.qosClass ?? 'BestEffort';
}

/** The Pod's own limit: the sum where every container has one, else none. */
function podLimit(containers: readonly Container[]): number | null {
  let sum = 0;
  for (const { resources } of containers) {
    const limit = quantityBytes(resources?.limits?.['memory']);
    if (limit === null) return null;
    sum += limit;
  }
  return sum;
}
