import type { StressChaos } from '../core/kubernetes/objects.js';
import {
  type SelectedPod,
  type SelectionNode,
  type SelectionProblem,
  selectPods,
} from '../core/selection/select.js';
import type { AgentTarget } from './agent-experiment.js';
import { LabError } from './errors.js';
import type { PodView } from './types.js';

/**
 * The containers that an experiment acts on, chosen as Chaos Mesh does: once, at random where the mode takes some of
 * those that the selector hits. Throws LabError where there are none, or one of them does not run.
 *
 * @param namespace the experiment's own
 * @param nodes null: not known
 * @param random from 0 up to but not including 1
 */
export function chooseTargets(
  { spec }: StressChaos,
  namespace: string,
  pods: readonly PodView[],
  nodes: readonly SelectionNode[] | null,
  random: () => number = Math.random,
): readonly AgentTarget[] {
  const selection = selectPods({ spec, namespace, pods, nodes });
  const [problem] = selection.problems;
  if (problem !== undefined) throw new LabError('rejected', `The selection fails: ${problemText(problem)}.`);
  if (selection.pods.length === 0) throw new LabError('rejected', 'No Pod is selected.');
  const count =
    spec.mode === 'random-max-percent'
      ? Math.ceil((selection.pods.length * Math.floor(random() * (Number(spec.value) + 1))) / 100)
      : selection.atMost;
  const targets = some(selection.pods, count, random).flatMap(targetsOf);
  if (targets.length === 0) {
    throw new LabError(
      'rejected',
      'No target has been selected: the mode took no Pod, or none has such a container.',
    );
  }
  return targets;
}

/** Where the container is now. Throws LabError where it does not run. */
export function locate(pods: readonly PodView[], id: string): AgentTarget {
  const [namespace, pod, name] = id.split('/');
  const view = pods.find((one) => one.namespace === namespace && one.name === pod);
  const container = view?.containers.find((one) => one.name === name);
  const nodeName = view?.pod.spec.nodeName;
  if (view === undefined || container === undefined || nodeName === undefined) {
    throw new LabError('rejected', `The container ${id} is not there (any more).`);
  }
  if (container.containerId === null || container.state !== 'Running') {
    throw new LabError('rejected', `The container ${id} does not run (${container.state}).`);
  }
  return { id, nodeName, containerId: container.containerId };
}

function targetsOf({ item, containers }: SelectedPod<PodView>): readonly AgentTarget[] {
  return containers.map((name) => locate([item], `${item.namespace}/${item.name}/${name}`));
}

/** A random choice without repetition, in the order of before. */
function some<T>(items: readonly T[], count: number, random: () => number): readonly T[] {
  const order = items.map((item) => ({ item, rank: random() })).sort((a, b) => a.rank - b.rank);
  const chosen = new Set(order.slice(0, count).map(({ item }) => item));
  return items.filter((item) => chosen.has(item));
}

function problemText(problem: SelectionProblem): string {
  switch (problem.code) {
    case 'unknown-node':
      return `there is no node ${problem.node}`;
    case 'unsupported-phase':
      return `${JSON.stringify(problem.phase)} is no phase that can be selected by`;
    case 'invalid-expression':
      return `the expression about ${problem.key} is not valid`;
    case 'invalid-value':
      return `the value ${JSON.stringify(problem.value)} does not go with the mode`;
    case 'nodes-unknown':
      return 'it goes by labels of nodes, which may not be read';
  }
}
