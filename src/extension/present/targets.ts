import type { StressChaosSpec } from '../../core/kubernetes/objects.js';
import { type SelectionNode, selectPods } from '../../core/selection/select.js';
import type { ContainerView, PodView } from '../../lab/types.js';

export { selectionNodes } from '../../lab/selection-nodes.js';

/** A Pod that an experiment may act on, with the containers in it that it would stress. */
export interface TargetPod {
  readonly pod: PodView;
  readonly containers: readonly ContainerView[];
}

export interface Targets {
  /** Every Pod that the selector hits and that has a container to stress. */
  readonly candidates: readonly TargetPod[];
  /** How many of them the mode takes. They differ for random-max-percent only. */
  readonly atLeast: number;
  readonly atMost: number;
}

/**
 * What an experiment would act on now.
 *
 * @param namespace the experiment's own namespace.
 * @param nodes all nodes with their labels; null where they are not known.
 * @returns null where Chaos Mesh would refuse the selection, or where the labels of nodes decide and are not known.
 */
export function selectTargets(
  spec: StressChaosSpec,
  namespace: string,
  pods: readonly PodView[],
  nodes: readonly SelectionNode[] | null = null,
): Targets | null {
  const selection = selectPods({ spec, namespace, pods, nodes });
  if (selection.problems.length > 0) return null;
  const candidates = selection.pods
    .map(({ item, containers }) => ({
      pod: item,
      containers: item.containers.filter(({ name }) => containers.includes(name)),
    }))
    .filter(({ containers }) => containers.length > 0);
  const atMost = Math.min(selection.atMost, candidates.length);
  return { candidates, atLeast: Math.min(selection.atLeast, atMost), atMost };
}

/** Just these containers, all of them. */
export function targetsAre(
  containers: readonly { readonly pod: PodView; readonly container: ContainerView }[],
): Targets {
  return {
    candidates: containers.map(({ pod, container }) => ({ pod, containers: [container] })),
    atLeast: containers.length,
    atMost: containers.length,
  };
}
