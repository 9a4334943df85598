import type { AgentView, KillLog, PodView } from '../../lab/types.js';
import type { NodeStatus, PanelStatus } from '../../protocol/panel/status.js';
import { failureText, isAboutKubeconfig } from '../present/errors.js';
import type { Language } from '../present/localizer.js';
import type { SessionState } from '../present/session-state.js';

/** Remembers since when each node's agent is in its state, and makes the panel's status of it. */
export class StatusKeeper {
  readonly #since = new Map<string, { readonly state: NodeStatus['state']; readonly at: string }>();

  /** @param now ISO 8601. */
  status(
    session: SessionState,
    agents: readonly AgentView[],
    pods: readonly PodView[],
    gaps: KillLog['gaps'],
    now: string,
    language: Language,
  ): PanelStatus {
    const nodes = [
      ...agents.map((agent) => this.#node(agent, gaps, now)),
      ...this.#nodesWithoutAgent(agents, pods, now),
    ];
    const nothing = { context: null, detail: null, since: null, nextStep: null, nodes: [] };
    switch (session.phase) {
      case 'none':
        return { ...nothing, phase: 'none' };
      case 'loading':
        return { ...nothing, phase: 'connecting' };
      case 'connecting':
      case 'live':
        return { ...nothing, phase: session.phase, context: session.context, nodes };
      case 'stale': {
        const { context, detail, since } = session;
        return { ...nothing, phase: 'stale', context, detail, since, nodes };
      }
      case 'failed': {
        const detail = `${failureText(session.failure, language)} ${session.detail}`.trim();
        const nextStep = isAboutKubeconfig(session.failure) ? 'choose-kubeconfig' : 'reconnect';
        return { ...nothing, phase: 'failed', context: session.context, detail, nextStep };
      }
    }
  }

  /** Another cluster: nothing of the old one counts. */
  reset(): void {
    this.#since.clear();
  }

  /** The nodes that Pods run on and no agent does. */
  #nodesWithoutAgent(agents: readonly AgentView[], pods: readonly PodView[], now: string): NodeStatus[] {
    const watched = new Set(agents.map(({ nodeName }) => nodeName));
    const bare = new Set<string>();
    for (const { pod, phase } of pods) {
      const { nodeName } = pod.spec;
      if (phase === 'Running' && nodeName !== undefined && !watched.has(nodeName)) bare.add(nodeName);
    }
    return [...bare].sort().map((node) => ({
      node,
      state: 'missing',
      since: this.#sinceWhen(node, 'missing', now),
      detail: null,
      kernelLog: null,
      lost: 0,
    }));
  }

  #sinceWhen(node: string, state: NodeStatus['state'], now: string): string {
    const known = this.#since.get(node);
    const at = known?.state === state ? known.at : now;
    this.#since.set(node, { state, at });
    return at;
  }

  #node(agent: AgentView, gaps: KillLog['gaps'], now: string): NodeStatus {
    return {
      node: agent.nodeName,
      state: agent.state,
      since: this.#sinceWhen(agent.nodeName, agent.state, now),
      detail: agent.detail,
      kernelLog: agent.node?.capabilities.kernelLog ?? null,
      lost: gaps
        .filter(({ nodeName }) => nodeName === agent.nodeName)
        .reduce((sum, { gap }) => sum + gap.lost, 0),
    };
  }
}
