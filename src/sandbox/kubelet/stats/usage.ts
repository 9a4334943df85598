import type { CgroupMemory } from '../../../core/memory/working-set.js';

/** What a cgroup, or the whole node, uses at one moment. Sizes in bytes. */
export interface Usage {
  readonly memory: CgroupMemory;
  /** Null: no limit of its own. */
  readonly limitBytes: number | null;
  /** `pgfault` and `pgmajfault` of memory.stat: on cgroup v1 of the cgroup alone, on v2 with all below. */
  readonly pageFaults: number;
  readonly majorPageFaults: number;
  /** CPU time that its processes have used so far, ns. */
  readonly cpuNanoseconds: number;
}

/** A usage with its moment. */
export interface Point {
  /** ms since the epoch. */
  readonly time: number;
  readonly usage: Usage;
}

/** The last point and the rate since the one before; null before there are two. */
export interface Reading extends Point {
  readonly usageNanoCores: number | null;
}

export interface ContainerStats {
  readonly name: string;
  /** ms since the epoch. */
  readonly startTime: number;
  readonly reading: Reading;
}

export interface PodStats {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** ms since the epoch. */
  readonly startTime: number;
  readonly reading: Reading;
  readonly containers: readonly ContainerStats[];
}

/** What the kubelet of one node knows of usage. */
export interface NodeStats {
  readonly nodeName: string;
  /** The machine's boot, ms since the epoch. */
  readonly startTime: number;
  readonly node: Reading;
  /** All Pods together. */
  readonly allPods: Reading;
  readonly pods: readonly PodStats[];
}
