import type { AgentView, KillLog } from '../../lab/types.js';
import type { NodeStatus, PanelStatus } from '../../protocol/panel/types.js';
import { failureText, isAboutKubeconfig } from '../present/errors.js';
import type { Language } from '../present/localizer.js';
import type { SessionState } from '../present/session-state.js';

/** Remembers since when each node's agent is in its state, and makes the panel's status of it. */
export class StatusKeeper {
  readonly #since = new Map<string, { readonly state: AgentView['state']; readonly at: string }>();

  /** @param now ISO 8601. */
  status(
    session: SessionState,
    agents: readonly AgentView[],
    gaps: KillLog['gaps'],
    now: string,
    language: Language,
  ): PanelStatus {
    const nodes = agents.map((agent) => this.#node(agent, gaps, now));
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

  #node(agent: AgentView, gaps: KillLog['gaps'], now: string): NodeStatus {
    const known = this.#since.get(agent.nodeName);
    const since = known?.state === agent.state ? known.at : now;
    this.#since.set(agent.nodeName, { state: agent.state, at: since });
    return {
      node: agent.nodeName,
      state: agent.state,
      since,
      detail: agent.detail,
      kernelLog: agent.node?.capabilities.kernelLog ?? null,
      lost: gaps
        .filter(({ nodeName }) => nodeName === agent.nodeName)
        .reduce((sum, { gap }) => sum + gap.lost, 0),
    };
  }
}
