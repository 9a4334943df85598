import type { PodSelectorSpec } from './objects.js';

/** A LabelSelector as policy/v1 and apps/v1 have it; empty: everything. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: NonNullable<PodSelectorSpec['expressionSelectors']>;
}

/** A PodDisruptionBudget. */
export interface DisruptionBudget {
  readonly name: string;
  /** Null: it selects nothing. */
  readonly selector: LabelSelector | null;
  /** How many of its Pods may go now; null: its controller has not said. */
  readonly disruptionsAllowed: number | null;
}

/** An autoscaler that acts on how much memory its workload uses. */
export interface MemoryAutoscaler {
  readonly kind: 'HorizontalPodAutoscaler' | 'VerticalPodAutoscaler';
  readonly name: string;
  /** What it scales, e.g. `Deployment` and its name. */
  readonly targetKind: string;
  readonly targetName: string;
}

/** What stands around the Pods of one namespace. Null: it may not be read, or has not been yet. */
export interface NamespaceSurroundings {
  readonly exists: boolean | null;
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly disruptionBudgets: readonly DisruptionBudget[] | null;
  /** Horizontal and vertical ones; null where one of the kinds may not be read. */
  readonly autoscalers: readonly MemoryAutoscaler[] | null;
}

/** What a manifest's experiment would meet besides Pods and nodes; holds what was asked for and nothing else. */
export interface Surroundings {
  /** Whether the API server knows StressChaos; null: not known yet. */
  readonly stressChaos: boolean | null;
  readonly namespaces: ReadonlyMap<string, NamespaceSurroundings>;
  /** Whether the user may create it, by {@link rightKey}. */
  readonly mayCreate: ReadonlyMap<string, boolean>;
  /** What can be had without swapping on nodes where our agent answers, bytes. */
  readonly availableBytes: ReadonlyMap<string, number>;
}

/** What somebody wants to know of the surroundings of experiments. */
export interface WantedSurroundings {
  readonly namespaces: ReadonlySet<string>;
  /** Whether the user may create these resources of Chaos Mesh; an empty namespace: in the whole cluster. */
  readonly rights: readonly { readonly namespace: string; readonly resource: string }[];
  /** Nodes whose free memory matters. */
  readonly nodes: ReadonlySet<string>;
}

export const NO_SURROUNDINGS: Surroundings = {
  stressChaos: null,
  namespaces: new Map(),
  mayCreate: new Map(),
  availableBytes: new Map(),
};

/**
 * Names the right to create a resource of Chaos Mesh.
 *
 * @param namespace empty: in the whole cluster.
 */
export function rightKey(namespace: string, resource: string): string {
  return `${namespace}/${resource}`;
}
