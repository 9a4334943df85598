import { displayBytes } from '../../core/units/display.js';
import type { AgentLevel, NodeAgent, NodeView } from '../../lab/types.js';
import type { NodeInfo } from '../../protocol/agent/types.js';
import { Items } from '../contributions.js';
import { formatSpan } from './experiments.js';
import type { Language } from './localizer.js';

/** A line about a node: plain text, in part from the cluster. */
export interface NodeDetail {
  readonly label: string;
  readonly value: string;
}

/** One row of the Nodes view. */
export interface NodeRow {
  readonly name: string;
  readonly description: string;
  readonly icon: NodeIcon;
  readonly contextValue: string;
  /** The row as one sentence, for screen readers. */
  readonly sentence: string;
}

/** `trouble`: the node or its agent is not well. */
export type NodeIcon = 'live' | 'missing' | 'busy' | 'trouble';

/** The row of a node: kernel, cgroup version, and how its agent is. */
export function nodeRow(node: NodeView, now: number, language: Language): NodeRow {
  const { l10n } = language;
  const { facts, agent, name } = node;
  const kernel = kernelOf(node);
  const troubles = nodeTroubles(node, language);
  const cgroup = agent.info === null ? null : l10n.t('cgroup v{0}', agent.info.cgroupVersion);
  const state = agentText(agent, now, language);
  const kernelText = kernel === null ? null : l10n.t('kernel {0}', kernel);
  return {
    name,
    description: [...troubles, kernel, cgroup, state].filter((part) => part !== null).join(' · '),
    icon: troubles.length > 0 ? 'trouble' : ICONS[agent.state],
    contextValue: `${Items.node} ${agent.podName === null ? Items.withoutAgent : Items.withAgent}`,
    sentence: [
      l10n.t('Node {0}', name),
      facts?.ready === true && troubles.length === 0 ? l10n.t('ready') : null,
      ...troubles,
      kernelText,
      cgroup,
      state,
    ]
      .filter((part) => part !== null)
      .join(', '),
  };
}

const ICONS: Readonly<Record<NodeAgent['state'], NodeIcon>> = {
  missing: 'missing',
  installing: 'busy',
  leaving: 'busy',
  connecting: 'busy',
  live: 'live',
  lost: 'trouble',
};

/** Everything known of a node, a line each. */
export function nodeDetails(node: NodeView, now: number, language: Language): readonly NodeDetail[] {
  const { l10n } = language;
  const { facts, agent } = node;
  const { info } = agent;
  const kernel = kernelOf(node);
  const unknown = l10n.t('known once an agent runs there');
  const rows: (NodeDetail | null)[] = [
    agentDetail(agent, now, language),
    kernel === null ? null : { label: l10n.t('Kernel'), value: kernel },
    { label: l10n.t('cgroup version'), value: info === null ? unknown : cgroupText(info) },
    { label: l10n.t('cgroup driver'), value: info?.cgroupDriver ?? unknown },
    { label: l10n.t('Group kill'), value: info === null ? unknown : groupKillText(info, language) },
    { label: l10n.t('Swap'), value: info === null ? unknown : swapText(info, language) },
    memoryDetail(node, language),
    facts?.containerRuntime ? { label: l10n.t('Container runtime'), value: facts.containerRuntime } : null,
    facts?.kubeletVersion ? { label: 'kubelet', value: facts.kubeletVersion } : null,
    facts !== null && facts.taints.length > 0
      ? { label: l10n.t('Taints'), value: facts.taints.join(', ') }
      : null,
    facts === null ? { label: l10n.t('Source'), value: l10n.t('Pods only: you may not list nodes') } : null,
  ];
  return rows.filter((row) => row !== null);
}

/** What an agent of one level may do, for who is about to install it. */
export interface LevelText {
  readonly label: string;
  /** How privileged it is, in a few words. */
  readonly description: string;
  /** One line of a quick pick: longer ones are cut off. */
  readonly detail: string;
  /** All of it. */
  readonly explanation: string;
}

export function levelText(level: AgentLevel, { l10n }: Language): LevelText {
  switch (level) {
    case 'counters':
      return {
        label: l10n.t('Counters only'),
        description: l10n.t('unprivileged'),
        detail: l10n.t('Reads cgroup files as nobody. OOM kills are counted, not named.'),
        explanation: l10n.t(
          'Unprivileged: runs as nobody and reads the node’s cgroup files. Memory every second; OOM kills are counted, not named.',
        ),
      };
    case 'kernel-log':
      return {
        label: l10n.t('Counters and kernel log'),
        description: l10n.t('privileged, reads only'),
        detail: l10n.t('Privileged to open /dev/kmsg. OOM kills carry victim, memory and limit.'),
        explanation: l10n.t(
          'Privileged, since a container can open /dev/kmsg in no other way; the node’s files stay read-only. OOM kills carry victim, memory and limit.',
        ),
      };
    case 'stress':
      return {
        label: l10n.t('Everything, stress included'),
        description: l10n.t('privileged, acts on containers'),
        detail: l10n.t('Can put load into any container of the node. Not for clusters that serve.'),
        explanation: l10n.t(
          'Privileged, in the node’s PID namespace, with writable cgroups: who may forward ports in its namespace may load any container of the node. Not for clusters that serve.',
        ),
      };
  }
}

/** The state of an agent in a few words: `agent live for 5 min`. */
function agentText(agent: NodeAgent, now: number, language: Language): string {
  const { l10n } = language;
  const span = formatSpan(Math.max(0, now - Date.parse(agent.since)), language);
  switch (agent.state) {
    case 'missing':
      return l10n.t('no agent');
    case 'installing':
      return agent.detail === null ? l10n.t('agent starting') : l10n.t('agent starting: {0}', agent.detail);
    case 'leaving':
      return l10n.t('agent ending');
    case 'connecting':
      return l10n.t('agent connecting');
    case 'live':
      return l10n.t('agent live for {0}', span);
    case 'lost':
      return l10n.t('agent lost for {0}', span);
  }
}

function agentDetail(agent: NodeAgent, now: number, language: Language): NodeDetail {
  const { l10n } = language;
  const { info, detail } = agent;
  const parts = [agentText(agent, now, language)];
  if (agent.state === 'lost' && detail !== null) parts.push(detail);
  if (info !== null) {
    const { kernelLog, stress } = info.capabilities;
    parts.push(`${info.agentVersion}`);
    parts.push(kernelLog ? l10n.t('reads the kernel log') : l10n.t('counters only'));
    if (stress) parts.push(l10n.t('may stress'));
  }
  return { label: l10n.t('Agent'), value: parts.join(' · ') };
}

function kernelOf({ facts, agent }: NodeView): string | null {
  return facts?.kernelVersion ?? agent.info?.kernelRelease ?? null;
}

function cgroupText({ cgroupVersion, cgroupMode }: NodeInfo): string {
  return cgroupMode === null ? `v${cgroupVersion}` : `v${cgroupVersion} (${cgroupMode})`;
}

function groupKillText({ groupKill, cgroupVersion }: NodeInfo, { l10n }: Language): string {
  switch (groupKill) {
    case 'on':
      return l10n.t('on: an OOM kill ends the whole container');
    case 'off':
      return l10n.t('off: an OOM kill ends single processes');
    case 'mixed':
      return l10n.t('differs from container to container');
    case null:
      return cgroupVersion === 1
        ? l10n.t('not with cgroup v1: an OOM kill ends single processes')
        : l10n.t('not known: no container runs there');
  }
}

function swapText({ swapTotalBytes }: NodeInfo, { l10n, locale }: Language): string {
  return swapTotalBytes === 0 ? l10n.t('none') : displayBytes(swapTotalBytes, locale);
}

function memoryDetail({ facts, agent }: NodeView, { l10n, locale }: Language): NodeDetail | null {
  const total = facts?.capacityBytes ?? agent.info?.memoryTotalBytes ?? null;
  if (total === null) return null;
  const allocatable = facts?.allocatableBytes ?? null;
  const value =
    allocatable === null
      ? displayBytes(total, locale)
      : l10n.t(
          '{0}, of which Pods may have {1}',
          displayBytes(total, locale),
          displayBytes(allocatable, locale),
        );
  return { label: l10n.t('Memory'), value };
}

function nodeTroubles({ facts }: NodeView, { l10n }: Language): string[] {
  if (facts === null) return [];
  return [
    facts.ready === true ? null : l10n.t('not ready'),
    facts.memoryPressure === true ? l10n.t('memory pressure') : null,
    facts.unschedulable ? l10n.t('cordoned') : null,
  ].filter((part) => part !== null);
}
