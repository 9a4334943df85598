import type { SelectionNode } from '../../core/selection/select.js';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import { isSingular } from '../../core/units/plural.js';
import { parseRuntimeSize } from '../../core/units/size.js';
import type { AgentView, ConnectionState, ExperimentView, PodView } from '../../lab/types.js';
import { podsOfText, podsText } from '../present/count.js';
import { experimentText, isActive, plain } from '../present/experiments.js';
import {
  askText,
  type Forecast,
  forecastTargets,
  forecastText,
  type NodeMemory,
  workingSetOf,
} from '../present/forecast.js';
import type { Language } from '../present/localizer.js';
import { selectTargets, type Targets } from '../present/targets.js';
import type { Baselines } from './baselines.js';

/** What the lenses of a document depend on; `connection` is null until a cluster was asked for. */
export interface LensWorld {
  readonly connection: ConnectionState | null;
  readonly pods: readonly PodView[];
  readonly agents: readonly AgentView[];
  /** Null where their labels are not known. */
  readonly nodes: readonly SelectionNode[] | null;
  readonly experiments: readonly ExperimentView[];
  readonly baselines: Pick<Baselines, 'of'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Lens {
  /** Offset (UTF-16) in the text of the line that it stands above. */
  readonly at: number;
  readonly title: string;
  readonly tooltip: string;
  /** Null: words only. */
  readonly action:
    | { readonly kind: 'inject' }
    | { readonly kind: 'stop'; readonly experiment: string }
    | { readonly kind: 'show-kills' }
    | null;
}

/** The namespace that an experiment of this document lands in. */
export function experimentNamespace(document: ManifestDocument, connection: ConnectionState | null): string {
  const own = isConnected(connection) ? connection.namespace : undefined;
  return document.namespace ?? own ?? 'default';
}

/** The experiment that this document made (or that has its name), where the cluster has one. */
export function experimentOf(document: ManifestDocument, world: LensWorld): ExperimentView | undefined {
  const key = `${experimentNamespace(document, world.connection)}/${document.name ?? ''}`;
  return world.experiments.find((experiment) => experiment.key === key);
}

/** The targets of a document now; null where it cannot be said. */
export function targetsOf(document: ManifestDocument, world: LensWorld): Targets | null {
  if (document.object === null || !isConnected(world.connection)) return null;
  const namespace = experimentNamespace(document, world.connection);
  return selectTargets(document.object.spec, namespace, world.pods, world.nodes);
}

/** The forecast of a document now; null where it cannot be made. */
export function forecastOf(document: ManifestDocument, world: LensWorld): Forecast | null {
  const targets = targetsOf(document, world);
  if (targets === null || document.memory === null || document.memory.workers < 1) return null;
  const held = heldBytes(experimentOf(document, world));
  return forecastTargets(document.memory, targets, nodeMemoryOf(world.agents), (container) => {
    const used = workingSetOf(container);
    if (held === null || used === null) return used;
    return world.baselines.of(container.containerId) ?? Math.max(0, used - held);
  });
}

/** What the agents know of their nodes' memory. */
export function nodeMemoryOf(agents: readonly AgentView[]): NodeMemory {
  return (nodeName) => agents.find((agent) => agent.nodeName === nodeName)?.node?.memoryTotalBytes ?? null;
}

/** The bytes that an experiment at work asked for in each container, gone once it is replaced; null: none is at work. */
function heldBytes(experiment: ExperimentView | undefined): number | null {
  if (experiment === undefined || !isActive(experiment)) return null;
  const size = parseRuntimeSize(experiment.object.spec.stressors?.memory?.size ?? '0');
  return size.kind === 'bytes' ? size.bytes : 0;
}

/** All lenses of one StressChaos document, in the order they are drawn. */
export function lensesOf(document: ManifestDocument, world: LensWorld, language: Language): readonly Lens[] {
  const lenses: Lens[] = [];
  const head = document.head.start;
  const experiment = experimentOf(document, world);
  if (experiment !== undefined) lenses.push(...runningLenses(head, experiment, world, language));
  if (document.object !== null && experiment?.phase !== 'stopping') {
    lenses.push(injectLens(document, experiment, world, language));
  }
  if (document.memory !== null)
    lenses.push(...memoryLens(document, document.memory.range.start, world, language));
  return lenses;
}

function runningLenses(
  at: number,
  experiment: ExperimentView,
  world: LensWorld,
  language: Language,
): readonly Lens[] {
  const { l10n } = language;
  const status: Lens = {
    at,
    title: experimentText(experiment, world.now, language),
    tooltip: experiment.detail === null ? l10n.t('Show OOM kills') : plain(experiment.detail),
    action: { kind: 'show-kills' },
  };
  if (!isActive(experiment)) return [status];
  return [
    status,
    {
      at,
      title: `$(debug-stop)\u00a0${l10n.t('Stop')}`,
      tooltip: l10n.t('Delete {0} and wait until its stress is gone', experiment.key),
      action: { kind: 'stop', experiment: experiment.key },
    },
  ];
}

function injectLens(
  document: ManifestDocument,
  experiment: ExperimentView | undefined,
  world: LensWorld,
  language: Language,
): Lens {
  const { l10n } = language;
  const action = { kind: 'inject' } as const;
  const at = document.head.start;
  if (!isConnected(world.connection)) {
    return {
      at,
      title: `$(play)\u00a0${l10n.t('Inject…')}`,
      tooltip: l10n.t('Connect to the cluster, then inject this experiment'),
      action,
    };
  }
  const context = plain(world.connection.context);
  const targets = targetsOf(document, world);
  const again = experiment !== undefined && isActive(experiment);
  const where = again ? l10n.t('Inject again into {0}', context) : l10n.t('Inject into {0}', context);
  return {
    at,
    title: `$(play)\u00a0${targets === null ? where : `${where} · ${targetsText(targets, language)}`}`,
    tooltip: again
      ? l10n.t('Replace the experiment {0} by what is written here', experiment.key)
      : l10n.t('Create this experiment in the cluster at {0}', world.connection.server),
    action,
  };
}

/** `2 Pods`, `1 of 2 Pods`, `0–2 of 4 Pods`, `no Pods`. */
export function targetsText(targets: Targets, language: Language): string {
  const { l10n, locale } = language;
  const available = targets.candidates.length;
  if (available === 0) return l10n.t('no Pods');
  if (targets.atLeast !== targets.atMost) {
    return isSingular(available, locale)
      ? l10n.t('{0}–{1} of {2} Pod', targets.atLeast, targets.atMost, available)
      : l10n.t('{0}–{1} of {2} Pods', targets.atLeast, targets.atMost, available);
  }
  if (targets.atMost < available) return podsOfText(targets.atMost, available, language);
  return podsText(available, language);
}

function memoryLens(
  document: ManifestDocument,
  at: number,
  world: LensWorld,
  language: Language,
): readonly Lens[] {
  const { l10n } = language;
  const ask = document.memory;
  if (ask === null || ask.workers < 1) return [];
  const told = forecastOf(document, world);
  if (told !== null) return [forecastLens(at, told, language)];
  const title =
    ask.nodePercent !== null
      ? l10n.t('{0} % of the node’s memory', ask.nodePercent)
      : ask.totalBytes !== null
        ? askText(ask.workers, ask.totalBytes, language)
        : null;
  return title === null ? [] : [{ at, title, tooltip: sizeTooltip(language), action: null }];
}

function forecastLens(at: number, told: Forecast, language: Language): Lens {
  const text = forecastText(told, language);
  if (told.outcome !== 'exceeds') return { at, title: text, tooltip: sizeTooltip(language), action: null };
  return {
    at,
    title: `$(warning)\u00a0${text}`,
    tooltip: language.l10n.t(
      'The kernel ends a process of the container as soon as its memory cannot be kept below the limit',
    ),
    action: { kind: 'show-kills' },
  };
}

function sizeTooltip({ l10n }: Language): string {
  return l10n.t('A size is a total shared by the workers of each container');
}

function isConnected(
  connection: ConnectionState | null,
): connection is Extract<ConnectionState, { phase: 'live' | 'stale' }> {
  return connection?.phase === 'live' || connection?.phase === 'stale';
}
