import type { AgentView, ChaosMeshInstallation, EngineChoice, EnginePreference } from './types.js';

/** Chaos Mesh where the API server knows its kinds; null: it does not. */
export type FoundChaosMesh = { readonly installation: ChaosMeshInstallation | null } | null;

/** Which engine an Inject will use: the preferred one where it is there, and by default Chaos Mesh before the agents. */
export function engineChoice(
  preference: EnginePreference,
  chaosMesh: FoundChaosMesh,
  agents: readonly AgentView[],
): EngineChoice {
  const nodes = agents.filter(mayStress).map(({ nodeName }) => nodeName);
  if (chaosMesh !== null && preference !== 'agent') {
    const { installation } = chaosMesh;
    return { kind: 'chaos-mesh', version: installation?.version ?? null, installation };
  }
  if (nodes.length > 0 && preference !== 'chaos-mesh') {
    return { kind: 'agent', nodes: [...new Set(nodes)].sort() };
  }
  return { kind: 'none', reason: preference === 'agent' ? 'agent-missing' : 'chaos-mesh-missing' };
}

/** Whether an Inject may go through this agent now. */
export function mayStress({ state, node }: AgentView): boolean {
  return state === 'live' && node?.capabilities.stress === true;
}
