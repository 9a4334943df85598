import { displayBytes, displayShare, percentOf } from '../../core/units/display.js';
import type { ContainerView, PodView } from '../../lab/types.js';
import { Items } from '../contributions.js';
import { restartsText } from './count.js';
import type { Language } from './localizer.js';
import {
  type Alarm,
  containerAlarm,
  containerWorries,
  podAlarm,
  podKills,
  podSilentKills,
  podWorries,
} from './pod-alarm.js';

/** Eighths of the limit; `open`: no limit; `unknown`: nobody measures. */
export type Fill = number | 'open' | 'unknown';

/** A vessel that fills with the limit's share, or one of VS Code's own icons. */
export type RowIcon =
  | { readonly kind: 'vessel'; readonly fill: Fill; readonly alarm: Alarm }
  | { readonly kind: 'theme'; readonly id: string; readonly colour: string | null };

/** One row of the Pods view, with everything that VS Code draws of it except the tooltip. */
export interface Row {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: RowIcon;
  readonly contextValue: string;
  /** The row as one sentence, for screen readers. */
  readonly sentence: string;
  /** It stands out, as a target that is being shown. */
  readonly highlighted: boolean;
}

/** What a row depends on besides what it shows. */
export interface RowContext {
  readonly language: Language;
  /** The Pods stand in no place that says their namespace. */
  readonly withNamespace: boolean;
  /** Pods to stand out, by key. */
  readonly highlighted: ReadonlySet<string>;
  /** Ids of the nodes that are pinned to the status bar. */
  readonly pinned: ReadonlySet<string>;
}

/** Bytes in use, the limit, both where known. */
interface Memory {
  readonly used: number | null;
  readonly limit: number | null;
  /** `used` is older than its source should let it be. */
  readonly stale: boolean;
}

/** The QoS classes as short as kubectl's neighbours write them, so that they stay in sight in a side bar of 300 pixels. */
const SHORT_QOS = { Guaranteed: 'GA', Burstable: 'BU', BestEffort: 'BE' } as const;

/** The row of a Pod: what is wrong, working set of the limit, percent, QoS class, restarts, state. */
export function podRow(pod: PodView, context: RowContext): Row {
  const { language } = context;
  const { l10n } = language;
  const id = `pod/${pod.key}`;
  const memory = podMemory(pod);
  const state = pod.phase === 'Running' ? troubledState(pod.containers) : pod.phase;
  const restarts = pod.containers.reduce((sum, container) => sum + container.restartCount, 0);
  const stressed = pod.experiments.length > 0;
  const highlighted = context.highlighted.has(pod.key);
  return {
    id,
    label: shortPodName(pod.name, pod.namespace),
    description: words([
      killsMark(podKills(pod), podSilentKills(pod), language),
      memoryText(memory, language),
      SHORT_QOS[pod.qosClass],
      state,
      restarts > 0 ? `↻ ${restarts}` : null,
      context.withNamespace ? pod.namespace : null,
    ]),
    icon: { kind: 'vessel', fill: fillOf(memory), alarm: podAlarm(pod) },
    contextValue: contextValue(Items.pod, stressed, context.pinned.has(id)),
    sentence: sentence([
      l10n.t('Pod {0}', pod.name),
      memorySentence(memory, language),
      l10n.t('QoS class {0}', pod.qosClass),
      state ?? l10n.t('running'),
      restarts > 0 ? restartsText(restarts, language) : null,
      ...podWorries(pod, language),
      stressed ? l10n.t('under stress') : null,
      context.withNamespace ? l10n.t('Namespace {0}', pod.namespace) : null,
      highlighted ? l10n.t('a target') : null,
    ]),
    highlighted,
  };
}

/** The row of a container. */
export function containerRow(pod: PodView, container: ContainerView, context: RowContext): Row {
  const { language } = context;
  const { l10n } = language;
  const id = containerId(pod.key, container.name);
  const memory = containerMemory(container);
  const state = container.state === 'Running' ? null : container.state;
  const { oomKills, silentKills, restartCount } = container;
  return {
    id,
    label: container.name,
    description: words([
      killsMark(oomKills, silentKills, language),
      memoryText(memory, language),
      state,
      restartCount > 0 ? `↻ ${restartCount}` : null,
    ]),
    icon: { kind: 'vessel', fill: fillOf(memory), alarm: containerAlarm(container) },
    contextValue: contextValue(Items.container, pod.experiments.length > 0, context.pinned.has(id)),
    sentence: sentence([
      l10n.t('Container {0}', container.name),
      memorySentence(memory, language),
      state ?? l10n.t('running'),
      restartCount > 0 ? restartsText(restartCount, language) : null,
      ...containerWorries(container, language),
    ]),
    highlighted: false,
  };
}

/** The id of a container's place in the tree. */
export function containerId(podKey: string, container: string): string {
  return `container/${podKey}/${container}`;
}

/** Longer names are shortened in the tree: in a side bar of 300 pixels a row must have room for its numbers. */
const MAX_LABEL = 10;
/** `-HASH-SUFFIX` as Deployments name their Pods (the safe alphabet of k8s.io/apimachinery/pkg/util/rand). */
const GENERATED = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{6,10}(-[bcdfghjklmnpqrstvwxz2456789]{5})$/;

/**
 * A Pod's name short enough for its row: without the namespace it repeats and the hash it shares with its siblings,
 * e.g. `hell…8mln6`. The tooltip and the sentence have the whole name.
 */
export function shortPodName(name: string, namespace: string): string {
  if (name.length <= MAX_LABEL) return name;
  const [, generated = name, suffix = ''] = GENERATED.exec(name) ?? [];
  const base = generated.startsWith(`${namespace}-`) ? generated.slice(namespace.length + 1) : generated;
  if (suffix === '' && base.length < MAX_LABEL) return `…${base}`;
  const tail = suffix === '' ? base.slice(-5).replace(/^[-.]/, '') : suffix.slice(1);
  return `${base.slice(0, MAX_LABEL - 1 - tail.length).replace(/[-.]$/, '')}…${tail}`;
}

/** How far a vessel of the limit's size is filled: at least one eighth where anything is used. */
export function fillOf({ used, limit }: Pick<Memory, 'used' | 'limit'>): Fill {
  if (used === null) return 'unknown';
  if (limit === null) return 'open';
  if (used <= 0) return 0;
  return Math.min(8, Math.max(1, Math.round((used / limit) * 8)));
}

export function podMemory(pod: PodView): Memory {
  const stale = pod.containers.some(({ memory }) => memory?.stale === true);
  return { used: pod.workingSetBytes, limit: pod.limitBytes, stale };
}

export function containerMemory({ memory, limitBytes }: ContainerView): Memory {
  return { used: memory?.workingSetBytes ?? null, limit: limitBytes, stale: memory?.stale ?? false };
}

/** `88/500 MiB 18 %`; a number that is out of date has a `~` in front. */
export function memoryText({ used, limit, stale }: Memory, { l10n, locale }: Language): string {
  if (used === null) {
    return limit === null ? l10n.t('no limit') : l10n.t('limit {0}', displayBytes(limit, locale));
  }
  const mark = stale ? '~' : '';
  if (limit === null) return `${mark}${displayBytes(used, locale)} ${l10n.t('no limit')}`;
  return `${mark}${displayShare(used, limit, locale)} ${l10n.t('{0} %', percentOf(used, limit))}`;
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

/** `⚠ 37`, or `⚠ 37 silent` where the container outlived all of them: a mark must never say fewer than there were. */
function killsMark(kills: number, silent: number, { l10n }: Language): string | null {
  if (silent > 0 && silent >= kills) return `⚠ ${l10n.t('{0} silent', silent)}`;
  return kills > 0 ? `⚠ ${kills}` : null;
}

/** The state of the first container that is not running, e.g. `CrashLoopBackOff`. */
function troubledState(containers: readonly ContainerView[]): string | null {
  return containers.find((container) => container.state !== 'Running')?.state ?? null;
}

function contextValue(kind: string, stressed: boolean, pinned: boolean): string {
  return words([kind, stressed ? Items.stressed : null, pinned ? Items.pinned : null]);
}

/** One line of what there is. */
export function words(parts: readonly (string | null)[], separator = ' '): string {
  return parts.filter((part) => part !== null && part !== '').join(separator);
}

export function sentence(parts: readonly (string | null)[]): string {
  return words(parts, ', ');
}
