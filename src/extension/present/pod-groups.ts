import { ownerOf } from '../../core/kubernetes/owner.js';
import { displayShare } from '../../core/units/display.js';
import type { PodView } from '../../lab/types.js';
import { Items } from '../contributions.js';
import { oomKillsText, podsText } from './count.js';
import type { NodeMemory } from './forecast.js';
import type { Language } from './localizer.js';
import { podKills } from './pod-alarm.js';
import { type Row, sentence, words } from './pods.js';

export const GROUPINGS = ['namespace', 'node', 'owner', 'flat'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What several Pods have in common; the names are empty where they have none. */
export interface Group {
  readonly id: string;
  readonly kind: Exclude<Grouping, 'flat'>;
  /** The namespace of an owner; empty otherwise. */
  readonly namespace: string;
  /** The kind of an owner, e.g. `Deployment`; empty otherwise. */
  readonly ownerKind: string;
  readonly name: string;
}

/** The group in which a Pod stands; null in a flat list. */
export function groupOf(pod: PodView, grouping: Grouping): Group | null {
  const plain = { namespace: '', ownerKind: '' };
  switch (grouping) {
    case 'flat':
      return null;
    case 'namespace':
      return { ...plain, id: `namespace/${pod.namespace}`, kind: 'namespace', name: pod.namespace };
    case 'node': {
      const name = pod.pod.spec.nodeName ?? '';
      return { ...plain, id: `node/${name}`, kind: 'node', name };
    }
    case 'owner': {
      const owner = ownerOf(pod.pod);
      if (owner === null) return { ...plain, id: 'owner', kind: 'owner', name: '' };
      const { namespace } = pod;
      const id = `owner/${namespace}/${owner.kind}/${owner.name}`;
      return { id, kind: 'owner', namespace, ownerKind: owner.kind, name: owner.name };
    }
  }
}

/** Groups by name, those without one last. */
export function compareGroups(a: Group, b: Group): number {
  if ((a.name === '') !== (b.name === '')) return a.name === '' ? 1 : -1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1;
}

const ICONS = { namespace: 'symbol-namespace', node: 'server', owner: 'layers' } as const;

/** The row of a group: its name, how many Pods it has, and their kills. */
export function groupRow(
  group: Group,
  pods: readonly PodView[],
  nodeMemory: NodeMemory,
  language: Language,
): Row {
  const { l10n, locale } = language;
  const kills = pods.reduce((sum, pod) => sum + podKills(pod), 0);
  const count = podsText(pods.length, language);
  const killed = kills > 0 ? oomKillsText(kills, language) : null;
  const capacity = group.kind === 'node' ? nodeMemory(group.name) : null;
  const used = capacity === null ? null : sumOf(pods);
  const share = capacity === null || used === null ? null : displayShare(used, capacity, locale);
  return {
    id: group.id,
    label: group.name === '' ? namelessText(group, language) : group.name,
    description: words([group.ownerKind, count, share, killed === null ? null : `⚠ ${killed}`], ' · '),
    icon: { kind: 'theme', id: ICONS[group.kind], colour: null },
    contextValue: Items[group.kind],
    sentence: sentence([
      titleOf(group, language),
      group.namespace === '' ? null : l10n.t('Namespace {0}', group.namespace),
      count,
      share === null ? null : l10n.t('working sets {0} of the node’s memory', share),
      killed,
    ]),
    highlighted: false,
  };
}

function titleOf(group: Group, language: Language): string {
  const { l10n } = language;
  if (group.name === '') return namelessText(group, language);
  switch (group.kind) {
    case 'namespace':
      return l10n.t('Namespace {0}', group.name);
    case 'node':
      return l10n.t('Node {0}', group.name);
    case 'owner':
      return `${group.ownerKind} ${group.name}`;
  }
}

function namelessText({ kind }: Group, { l10n }: Language): string {
  return kind === 'node' ? l10n.t('Not scheduled') : l10n.t('Without an owner');
}

function sumOf(pods: readonly PodView[]): number | null {
  const known = pods.map(({ workingSetBytes }) => workingSetBytes).filter((bytes) => bytes !== null);
  return known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0);
}
