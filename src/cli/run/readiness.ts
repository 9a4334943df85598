import type { StressChaos } from '../../core/kubernetes/objects.js';
import { selectPods } from '../../core/selection/select.js';
import { selectionNodes } from '../../lab/selection-nodes.js';
import type { ContainerView, Lab, PodView } from '../../lab/types.js';
import { RunRefusal } from './refusal.js';
import { until } from './until.js';

/** How long each may take until it is there, ms. */
const CONNECT_MS = 60_000;
const ENGINE_MS = 15_000;
const AGENTS_MS = 20_000;
const MEASURED_MS = 30_000;

/** A container that the selector hits now. */
export interface Candidate {
  readonly pod: PodView;
  readonly container: ContainerView;
}

/** Waits for the connection. Throws RunRefusal. */
export async function connected(lab: Lab, signal: AbortSignal): Promise<void> {
  const state = await until(
    lab.connection,
    ({ phase }) => phase === 'live' || phase === 'failed',
    CONNECT_MS,
    signal,
  );
  if (state?.phase === 'live') return;
  if (signal.aborted) return;
  if (state?.phase === 'failed') throw new RunRefusal(`no connection to the cluster: ${state.detail}`);
  throw new RunRefusal(`no connection to the cluster within ${CONNECT_MS / 1000} s`);
}

/** Waits until an engine is found, and until agents and measurements are there where they can be. */
export async function settled(
  lab: Lab,
  object: StressChaos,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  await until(lab.engine, ({ kind }) => kind !== 'none', ENGINE_MS, signal);
  const candidates = (): readonly Candidate[] => candidatesOf(lab, object, namespace);
  const nodes = new Set(candidates().map(({ pod }) => pod.pod.spec.nodeName));
  const areLive = (): boolean =>
    lab.agents.get().every(({ nodeName, state }) => !nodes.has(nodeName) || state === 'live');
  const hasAgents = lab.pods
    .get()
    .some(({ pod }) => pod.metadata.labels?.['app.kubernetes.io/name'] === 'podstress-agent');
  if (hasAgents) await until(lab.agents, (agents) => agents.length > 0 && areLive(), AGENTS_MS, signal);
  const interest = lab.interest();
  interest.show(candidates().map(({ pod }) => pod.key));
  const isMeasured = ({ container }: Candidate): boolean =>
    container.memory !== null && !container.memory.stale;
  await until(lab.pods, () => candidates().every(isMeasured), MEASURED_MS, signal);
  interest.dispose();
  return candidates();
}

export function candidatesOf(lab: Lab, object: StressChaos, namespace: string): readonly Candidate[] {
  const nodes = selectionNodes(lab.nodes.get());
  const { pods } = selectPods({ spec: object.spec, namespace, pods: lab.pods.get(), nodes });
  return pods.flatMap(({ item, containers }) =>
    item.containers
      .filter(({ name }) => containers.includes(name))
      .map((container) => ({ pod: item, container })),
  );
}
