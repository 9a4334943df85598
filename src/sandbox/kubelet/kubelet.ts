import type { Duplex } from 'node:stream';
import type { Pod } from '../../core/kubernetes/objects.js';
import { EventRecorder } from '../api/events.js';
import type { ContainerAccess } from '../api/http/container-access.js';
import { clone, ensureObject, type JsonObject, numberAt, stringAt } from '../api/json.js';
import { type KubeObject, namespaceOf, plain, typed } from '../api/kube-object.js';
import type { Registry } from '../api/registry.js';
import type { ResourceDefinition } from '../api/resource.js';
import { ApiError, badRequest } from '../api/status.js';
import { type BackOffTiming, RESTART_BACK_OFF } from './back-off.js';
import type { ContainerRunner } from './container-runner.js';
import type { KubeletHost } from './host.js';
import { createNode, NODE_IP } from './node.js';
import { POD_PARENTS, PodWorker } from './pod-worker.js';
import { bootTime, machineUsage } from './stats/proc.js';
import { HOUSEKEEPING_MS, StatsSampler } from './stats/sampler.js';
import type { NodeStats } from './stats/usage.js';

export interface KubeletOptions {
  readonly registry: Registry;
  readonly host: KubeletHost;
  /** Absent: the kubelet's own. */
  readonly backOff?: BackOffTiming;
  /** How old usage may become, ms; absent: as old as a kubelet's. */
  readonly housekeepingMs?: number;
}

/** Stands in for the kubelet (and the scheduler) of the one node: Pods become processes of this machine. */
export class Kubelet {
  readonly #registry: Registry;
  readonly #host: KubeletHost;
  readonly #pods: ResourceDefinition;
  readonly #events: EventRecorder;
  readonly #scheduler: EventRecorder;
  readonly #backOff: BackOffTiming;
  readonly #workers = new Map<string, PodWorker>();
  readonly #ending = new Map<string, Promise<void>>();
  readonly #sampler: StatsSampler;
  #unsubscribe: () => void = () => {};
  #lastIp = 0;

  constructor({
    registry,
    host,
    backOff = RESTART_BACK_OFF,
    housekeepingMs = HOUSEKEEPING_MS,
  }: KubeletOptions) {
    this.#registry = registry;
    this.#host = host;
    this.#backOff = backOff;
    this.#pods = registry.definition('pods');
    this.#events = new EventRecorder(registry, { component: 'kubelet', host: host.nodeName });
    this.#scheduler = new EventRecorder(registry, { component: 'default-scheduler' });
    this.#sampler = new StatsSampler({
      nodeName: host.nodeName,
      startTime: bootTime(),
      periodMs: housekeepingMs,
      cgroups: host.cgroups,
      allPods: POD_PARENTS[0],
      machineUsage,
      runningPods: () => [...this.#workers.values()].flatMap((worker) => worker.running() ?? []),
    });
  }

  /** Registers the node and takes on Pods from now on. */
  start(): void {
    for (const parent of POD_PARENTS) {
      this.#host.cgroups.create(parent, { memoryBytes: null, container: false });
    }
    createNode(this.#registry, this.#host.nodeName);
    this.#unsubscribe = this.#registry.subscribe(this.#pods, ({ last, after }) => {
      // After the write that told of it is through: what follows writes, too.
      queueMicrotask(() => this.#safely(() => (after === null ? this.#vanished(last) : this.#sync(last))));
    });
    for (const pod of this.#registry.list(this.#pods)) this.#sync(pod);
    this.#sampler.start();
  }

  /** The usage of the node, its Pods and their containers, as old as a kubelet's. */
  stats(): NodeStats {
    return this.#sampler.latest();
  }

  /** Connects to a port on a Pod's loopback. Throws Error. */
  openPort(pod: KubeObject, port: number): Promise<Duplex> {
    const worker = this.#workers.get(pod.metadata.uid);
    return worker === undefined
      ? Promise.reject(new Error('the Pod does not run here'))
      : worker.connect(port);
  }

  /** Logs of and commands in the containers of this node. */
  readonly containers: ContainerAccess = {
    log: (pod, container, options, signal) => this.#container(pod, container).log(options, signal),
    checkRunning: (pod, container) => void this.#container(pod, container).running(),
    exec: (pod, container, request) => this.#container(pod, container).exec(request),
  };

  /** Throws ApiError where the Pod is not set up on this node. */
  #container(pod: KubeObject, name: string): ContainerRunner {
    const found = this.#workers.get(pod.metadata.uid)?.container(name);
    if (found === undefined) {
      const which = `container ${JSON.stringify(name)} in pod ${JSON.stringify(pod.metadata.name)}`;
      throw badRequest(`${which} is waiting to start: ContainerCreating`);
    }
    return found;
  }

  /** Takes on no more Pods and starts no container again; whoever calls it kills the processes. */
  stop(): void {
    this.#sampler.stop();
    this.#unsubscribe();
    for (const worker of this.#workers.values()) worker.abandon();
  }

  /** Waits until all that it started has ended, once it was stopped and its processes were killed. */
  async ended(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.ended()));
  }

  /** What goes wrong with one Pod must not end all of them. */
  #safely(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#host.log(`kubelet: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #sync(seen: KubeObject): void {
    const { uid, name } = seen.metadata;
    const pod = this.#registry.find(this.#pods, namespaceOf(seen), name);
    if (pod === undefined || pod.metadata.uid !== uid) return;
    const node = stringAt(pod, 'spec', 'nodeName') ?? '';
    if (pod.metadata['deletionTimestamp'] !== undefined) {
      this.#end(pod);
      return;
    }
    if (node === '') this.#schedule(pod);
    else if (node === this.#host.nodeName && !this.#workers.has(uid)) this.#begin(pod);
  }

  #schedule(pod: KubeObject): void {
    const { nodeName } = this.#host;
    const namespace = namespaceOf(pod);
    const { name } = pod.metadata;
    this.#registry.patch(this.#pods, namespace, name, (current) => {
      const copy = clone(current);
      ensureObject(copy, 'spec')['nodeName'] = nodeName;
      return copy;
    });
    const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
    this.#scheduler.record(pod, { type: 'Normal', reason: 'Scheduled', message });
  }

  #begin(object: KubeObject): void {
    this.#lastIp += 1;
    const worker = new PodWorker({
      host: this.#host,
      pod: typed<Pod>(object),
      podIp: `10.244.${Math.floor(this.#lastIp / 256)}.${this.#lastIp % 256}`,
      nodeIp: NODE_IP,
      backOff: this.#backOff,
      record: (event) => this.#safely(() => this.#events.record(object, event)),
      publish: (makeStatus) => this.#safely(() => this.#publish(object, makeStatus)),
    });
    this.#workers.set(object.metadata.uid, worker);
    worker.start();
  }

  /** Ends a Pod that is being deleted and then lets its object go. */
  #end(pod: KubeObject): void {
    const { uid, name } = pod.metadata;
    if (this.#ending.has(uid)) return;
    const graceMs = (numberAt(pod.metadata, 'deletionGracePeriodSeconds') ?? 30) * 1000;
    const ending = async (): Promise<void> => {
      await this.#workers.get(uid)?.stop(graceMs);
      this.#workers.delete(uid);
      try {
        this.#registry.delete(this.#pods, namespaceOf(pod), name, { uid, graceSeconds: 0 });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
      }
      this.#ending.delete(uid);
    };
    this.#ending.set(uid, ending());
  }

  /** A Pod that was deleted with force: its processes must not outlive its object. */
  #vanished(pod: KubeObject): void {
    const { uid } = pod.metadata;
    const worker = this.#workers.get(uid);
    if (worker === undefined) return;
    if (this.#ending.has(uid)) {
      worker.abandon();
      return;
    }
    this.#workers.delete(uid);
    void worker.stop(0);
  }

  #publish(pod: KubeObject, makeStatus: (current: Pod) => object): void {
    const { uid, name } = pod.metadata;
    const current = this.#registry.find(this.#pods, namespaceOf(pod), name);
    if (current?.metadata.uid !== uid) return;
    const change = (object: JsonObject): JsonObject => ({
      ...object,
      status: plain(makeStatus(typed<Pod>(object))),
    });
    this.#registry.patch(this.#pods, namespaceOf(pod), name, change, { subresource: 'status' });
  }
}
