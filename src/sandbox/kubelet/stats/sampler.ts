import type { Cgroups } from '../cgroup/cgroups.js';
import type { ContainerStats, NodeStats, PodStats, Reading, Usage } from './usage.js';

/** What of the node is to be measured. Times in ms since the epoch, cgroups relative to the sandbox's. */
export interface RunningPod {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly startTime: number;
  readonly cgroup: string;
  readonly containers: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly cgroup: string;
  }[];
}

export interface SamplerOptions {
  readonly nodeName: string;
  readonly startTime: number;
  /** How old a reading may become before it is taken anew, ms. */
  readonly periodMs?: number;
  readonly cgroups: Pick<Cgroups, 'usage'>;
  /** The cgroup of all Pods. */
  readonly allPods: string;
  readonly machineUsage: () => Usage;
  readonly runningPods: () => readonly RunningPod[];
  readonly now?: () => number;
}

/** cAdvisor's housekeeping interval as the kubelet sets it: between two readings the numbers are old, as on a node. */
export const HOUSEKEEPING_MS = 10_000;

/** How often to look for what has become due, ms. */
const TICK_MS = 1000;

/** Stands in for the cAdvisor in the kubelet: reads the cgroups of Pods and containers from time to time. */
export class StatsSampler {
  readonly #options: SamplerOptions;
  readonly #now: () => number;
  #readings = new Map<string, Reading>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  start(): void {
    this.#timer = setInterval(() => this.latest(), TICK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The newest readings of all that runs; takes those that are due. */
  latest(): NodeStats {
    const { nodeName, startTime, allPods, cgroups, machineUsage, runningPods } = this.#options;
    const seen = new Map<string, Reading>();
    const read = (path: string, usage: () => Usage | null): Reading | null => {
      const reading = this.#read(path, usage);
      if (reading !== null) seen.set(path, reading);
      return reading;
    };
    const node = read('/', machineUsage);
    const all = read(allPods, () => cgroups.usage(allPods));
    const pods = runningPods().flatMap((pod): PodStats[] => {
      const containers = pod.containers.flatMap(({ name, startTime: started, cgroup }): ContainerStats[] => {
        const reading = read(cgroup, () => cgroups.usage(cgroup));
        return reading === null ? [] : [{ name, startTime: started, reading }];
      });
      const reading = read(pod.cgroup, () => cgroups.usage(pod.cgroup));
      return reading === null ? [] : [{ ...pod, reading, containers }];
    });
    // What has ended is forgotten.
    this.#readings = seen;
    if (node === null || all === null) throw new Error('the cgroup of all Pods cannot be read');
    return { nodeName, startTime, node, allPods: all, pods };
  }

  /** The last reading while it is young enough or nothing newer can be had. */
  #read(path: string, usage: () => Usage | null): Reading | null {
    const last = this.#readings.get(path);
    const time = this.#now();
    if (last !== undefined && time - last.time < (this.#options.periodMs ?? HOUSEKEEPING_MS)) return last;
    const found = usage();
    if (found === null) return null;
    if (last === undefined) return { time, usage: found, usageNanoCores: null };
    // Processes that end take their time with them where it is summed over processes; a counter never goes back.
    const cpuNanoseconds = Math.max(found.cpuNanoseconds, last.usage.cpuNanoseconds);
    const usageNanoCores = Math.round(
      ((cpuNanoseconds - last.usage.cpuNanoseconds) * 1000) / (time - last.time),
    );
    return { time, usage: { ...found, cpuNanoseconds }, usageNanoCores };
  }
}
