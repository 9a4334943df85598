import type { MemorySource } from '../../core/memory/reading.js';
import type { AgentView, ConnectionState } from '../../lab/types.js';
import { insecureText, scopeText } from './connection-status.js';
import { formatSpan } from './experiments.js';
import type { Language } from './localizer.js';
import type { SessionState } from './session-state.js';

/** Context and state in a few words, for a view's description: `sandbox · live`. */
export function connectionText(state: SessionState, now: number, language: Language): string {
  const { l10n } = language;
  switch (state.phase) {
    case 'none':
      return '';
    case 'loading':
      return l10n.t('connecting…');
    case 'connecting':
      return `${state.context} · ${l10n.t('connecting…')}`;
    case 'live':
      return `${state.context} · ${l10n.t('live')}`;
    case 'stale':
      return `${state.context} · ${l10n.t('stale for {0}', formatSpan(now - Date.parse(state.since), language))}`;
    case 'failed': {
      const failed = l10n.t('not connected');
      return state.context === null ? failed : `${state.context} · ${failed}`;
    }
  }
}

/**
 * What must be known to read the tree, for the message above it. Empty where a welcome view speaks: VS Code shows
 * either of the two.
 *
 * @param sources whom fresh numbers come from now.
 */
export function podsMessage(
  state: SessionState,
  pods: number,
  agents: readonly AgentView[],
  language: Language,
  sources: ReadonlySet<MemorySource> = new Set(),
): string {
  const scope = scopeText(state, language);
  if (pods === 0) return state.phase === 'live' ? scope : '';
  const parts = [insecureText(state, language), scope];
  if (state.phase === 'live') parts.push(memoryMessage(agents, sources, language));
  return parts.filter((part) => part !== '').join(' ');
}

/** Where rows have their working set from, or why they lack it; empty while agents tell. */
function memoryMessage(
  agents: readonly AgentView[],
  sources: ReadonlySet<MemorySource>,
  { l10n }: Language,
): string {
  if (agents.some((agent) => agent.state === 'live')) return '';
  if (agents.some((agent) => agent.state === 'connecting')) {
    return l10n.t('Connecting to the node agent: memory in use comes in a moment.');
  }
  if (sources.has('kubelet')) {
    return l10n.t('Without a node agent: memory by the kubelet every 10 s, no OOM kills.');
  }
  if (sources.has('metrics')) {
    return l10n.t('Without a node agent: memory by metrics.k8s.io, up to a minute old, no OOM kills.');
  }
  if (agents.length > 0) {
    return l10n.t('The node agent is out of reach: memory in use is not current. Podstress goes on trying.');
  }
  return l10n.t('No node agent in this cluster: limits are shown, memory in use and OOM kills are not.');
}

/** The context that `podstress sandbox` writes into its kubeconfig. */
const SANDBOX_CONTEXT = 'podstress-sandbox';

/**
 * Whether this is a Podstress sandbox of this machine: its context's name and an address on loopback. Both can be
 * imitated only by who writes the user's kubeconfig.
 */
export function isSandbox(connection: ConnectionState): boolean {
  if (connection.phase === 'failed' || connection.context !== SANDBOX_CONTEXT) return false;
  return /^https:\/\/(127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d+)?\/?$/.test(connection.server);
}
