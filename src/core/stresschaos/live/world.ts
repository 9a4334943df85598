import type { ChaosMeshInstallation } from '../../kubernetes/chaos-mesh.js';
import type { Pod, QosClass } from '../../kubernetes/objects.js';
import type { Surroundings } from '../../kubernetes/surroundings.js';
import type { SelectionNode } from '../../selection/select.js';

/** A container as a live rule sees it. Sizes are bytes; null: not known. */
export interface LiveContainer {
  readonly name: string;
  readonly containerId: string | null;
  /** Null: it has none of its own. */
  readonly limitBytes: number | null;
  /** The last measurement; stale ones count as unknown. */
  readonly memory: {
    readonly workingSetBytes: number;
    readonly rssBytes: number | null;
    readonly stale: boolean;
  } | null;
}

/** A Pod as a live rule sees it: the lab's own views are of this shape, so that nothing is copied. */
export interface LivePod {
  /** `namespace/name`. */
  readonly key: string;
  readonly pod: Pod;
  readonly namespace: string;
  readonly name: string;
  readonly qosClass: QosClass;
  readonly phase: string;
  readonly containers: readonly LiveContainer[];
}

/** Sizes are bytes; null: not known. */
export interface LiveNode {
  readonly name: string;
  readonly capacityBytes: number | null;
  /** What Pods may have of it. */
  readonly allocatableBytes: number | null;
  /** What can be had now without swapping. */
  readonly availableBytes: number | null;
  readonly swapBytes: number | null;
  readonly cgroupVersion: 1 | 2 | null;
  /** Whether an OOM kill takes the whole container. */
  readonly groupKill: boolean | null;
  /** E.g. `containerd`. */
  readonly runtime: string | null;
  /** Whether our agent may stress there; null: no agent answers. */
  readonly agentStresses: boolean | null;
}

/** An experiment at work. */
export interface LiveExperiment {
  /** `namespace/name`. */
  readonly key: string;
  /** The Schedule or Workflow of the same namespace that made it. */
  readonly parent: string | null;
  /** `namespace/pod/container` of those that are stressed now. */
  readonly containers: ReadonlySet<string>;
  readonly totalBytes: number | null;
  /** Of the node's memory. */
  readonly nodePercent: number | null;
}

/** All that live rules know of a cluster. What is not known is null, and a rule that needs it keeps silent. */
export interface LiveWorld {
  /** For objects that name none. */
  readonly namespace: string;
  readonly pods: readonly LivePod[];
  /** Those whose Pods are read; null: all. */
  readonly readNamespaces: ReadonlySet<string> | null;
  /** By name. */
  readonly nodes: ReadonlyMap<string, LiveNode>;
  /** All nodes with their labels; null: not known. */
  readonly selectionNodes: readonly SelectionNode[] | null;
  /** What will inject; `none` and null: nothing, or not known yet. */
  readonly engine: 'chaos-mesh' | 'agent' | 'none' | null;
  readonly chaosMesh: ChaosMeshInstallation | null;
  readonly experiments: readonly LiveExperiment[];
  readonly surroundings: Surroundings;
  /** What a container held before it was stressed, bytes; null: it was never seen without. */
  readonly quietBytes: (containerId: string) => number | null;
}
