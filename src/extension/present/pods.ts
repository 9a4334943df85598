import { NEAR_PERCENT } from '../../core/memory/forecast.js';
import { displayBytes, displayShare, percentOf } from '../../core/units/display.js';
import type { ContainerView, PodView } from '../../lab/types.js';
import { Items } from '../contributions.js';
import type { Language } from './localizer.js';

/** `calm`; `near` from NEAR_PERCENT of the limit on; `killed` where the OOM killer acted since the connection was made. */
export type Alarm = 'calm' | 'near' | 'killed';

/** Eighths of the limit; `open`: no limit; `unknown`: nobody measures. */
export type Fill = number | 'open' | 'unknown';

/** One row of the Pods view, with everything that VS Code draws of it except the tooltip. */
export interface Row {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** How far the icon is filled. */
  readonly fill: Fill | null;
  readonly alarm: Alarm;
  readonly contextValue: string;
  /** The row as one sentence, for screen readers. */
  readonly sentence: string;
}

/** Bytes in use, the limit, both where known. */
interface Memory {
  readonly used: number | null;
  readonly limit: number | null;
}

/** Kills seen in a Pod since the connection was made. */
function podKills(pod: PodView): number {
  return pod.containers.reduce((sum, container) => sum + container.oomKills, 0);
}

/** The row of a namespace: its name and how many Pods it has. */
export function namespaceRow(namespace: string, pods: readonly PodView[], language: Language): Row {
  const { l10n } = language;
  const kills = pods.reduce((sum, pod) => sum + podKills(pod), 0);
  const count = pods.length === 1 ? l10n.t('1 Pod') : l10n.t('{0} Pods', pods.length);
  const killed = killsText(kills, language);
  return {
    id: `namespace/${namespace}`,
    label: namespace,
    description: killed === null ? count : `${count} · ⚠ ${killed}`,
    fill: null,
    alarm: kills > 0 ? 'killed' : 'calm',
    contextValue: Items.namespace,
    sentence: sentence([l10n.t('Namespace {0}', namespace), count, killed]),
  };
}

/** The row of a Pod: working set of the limit, percent, QoS class, and what is wrong with it. */
export function podRow(pod: PodView, language: Language): Row {
  const { l10n } = language;
  const memory = { used: pod.workingSetBytes, limit: pod.limitBytes };
  const kills = podKills(pod);
  const state = pod.phase === 'Running' ? troubledState(pod.containers) : pod.phase;
  const restarts = pod.containers.reduce((sum, container) => sum + container.restartCount, 0);
  const stressed = pod.experiments.length > 0;
  return {
    id: `pod/${pod.key}`,
    label: shortPodName(pod.name, pod.namespace),
    description: words([
      kills > 0 ? `⚠ ${killsText(kills, language)} ·` : null,
      memoryText(memory, language),
      kills > 0 ? null : pod.qosClass,
      state,
      restarts > 0 ? `↻ ${restarts}` : null,
    ]),
    fill: fillOf(memory),
    alarm: alarm(memory, kills),
    contextValue: contextValue(Items.pod, stressed),
    sentence: sentence([
      l10n.t('Pod {0}', pod.name),
      memorySentence(memory, language),
      l10n.t('QoS class {0}', pod.qosClass),
      state ?? l10n.t('running'),
      restartsText(restarts, language),
      killsText(kills, language),
      stressed ? l10n.t('under stress') : null,
    ]),
  };
}

/** Longer names are shortened in the tree: in a side bar of 300 pixels a row must have room for its numbers. */
const MAX_LABEL = 15;
/** `-HASH-SUFFIX` as Deployments name their Pods (the safe alphabet of k8s.io/apimachinery/pkg/util/rand). */
const GENERATED = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})$/;

/**
 * A Pod's name short enough for its row: without the namespace it repeats and the hash it shares with its siblings,
 * e.g. `hello-wor…8mln6`. The tooltip and the sentence have the whole name.
 */
export function shortPodName(name: string, namespace: string): string {
  if (name.length <= MAX_LABEL) return name;
  const [, generated = name, suffix = ''] = GENERATED.exec(name) ?? [];
  const base = generated.startsWith(`${namespace}-`) ? generated.slice(namespace.length + 1) : generated;
  if (suffix === '' && base.length < MAX_LABEL) return `…${base}`;
  const tail = suffix === '' ? base.slice(-6) : suffix.slice(1);
  return `${base.slice(0, MAX_LABEL - 1 - tail.length).replace(/[-.]$/, '')}…${tail}`;
}

/** The row of a container. `stressed`: an experiment acts on its Pod. */
export function containerRow(pod: PodView, container: ContainerView, language: Language): Row {
  const { l10n } = language;
  const memory = { used: container.sample?.workingSetBytes ?? null, limit: container.limitBytes };
  const state = container.state === 'Running' ? null : container.state;
  return {
    id: `container/${pod.key}/${container.name}`,
    label: container.name,
    description: words([
      container.oomKills > 0 ? `⚠ ${killsText(container.oomKills, language)} ·` : null,
      memoryText(memory, language),
      state,
      container.restartCount > 0 ? `↻ ${container.restartCount}` : null,
    ]),
    fill: fillOf(memory),
    alarm: alarm(memory, container.oomKills),
    contextValue: contextValue(Items.container, pod.experiments.length > 0),
    sentence: sentence([
      l10n.t('Container {0}', container.name),
      memorySentence(memory, language),
      state ?? l10n.t('running'),
      restartsText(container.restartCount, language),
      killsText(container.oomKills, language),
    ]),
  };
}

/** How far a vessel of the limit's size is filled: at least one eighth where anything is used. */
export function fillOf({ used, limit }: Memory): Fill {
  if (used === null) return 'unknown';
  if (limit === null) return 'open';
  if (used <= 0) return 0;
  return Math.min(8, Math.max(1, Math.round((used / limit) * 8)));
}

function alarm({ used, limit }: Memory, kills: number): Alarm {
  if (kills > 0) return 'killed';
  return used !== null && limit !== null && used * 100 >= limit * NEAR_PERCENT ? 'near' : 'calm';
}

function memoryText({ used, limit }: Memory, { l10n, locale }: Language): string {
  if (used === null)
    return limit === null ? l10n.t('no limit') : l10n.t('limit {0}', displayBytes(limit, locale));
  if (limit === null) return `${displayBytes(used, locale)}  ${l10n.t('no limit')}`;
  return `${displayShare(used, limit, locale)}  ${l10n.t('{0} %', percentOf(used, limit))}`;
}

function memorySentence({ used, limit }: Memory, { l10n, locale }: Language): string {
  if (used === null) return l10n.t('working set unknown');
  if (limit === null) return l10n.t('working set {0} without a limit', displayBytes(used, locale));
  return l10n.t(
    'working set {0} of {1}, {2} percent',
    displayBytes(used, locale),
    displayBytes(limit, locale),
    percentOf(used, limit),
  );
}

function killsText(kills: number, { l10n }: Language): string | null {
  if (kills === 0) return null;
  return kills === 1 ? l10n.t('1 OOM kill') : l10n.t('{0} OOM kills', kills);
}

function restartsText(restarts: number, { l10n }: Language): string | null {
  if (restarts === 0) return null;
  return restarts === 1 ? l10n.t('1 restart') : l10n.t('{0} restarts', restarts);
}

/** The state of the first container that is not running, e.g. `CrashLoopBackOff`. */
function troubledState(containers: readonly ContainerView[]): string | null {
  return containers.find((container) => container.state !== 'Running')?.state ?? null;
}

function contextValue(kind: string, stressed: boolean): string {
  return stressed ? `${kind} ${Items.stressed}` : kind;
}

/** Two spaces keep the columns apart in a proportional font. */
function words(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join('  ');
}

function sentence(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(', ');
}
