import { withoutStress } from '../../core/memory/forecast.js';
import type { SelectionNode } from '../../core/selection/select.js';
import type { Carrier, ManifestDocument } from '../../core/stresschaos/manifest.js';
import { isSingular } from '../../core/units/plural.js';
import { parseRuntimeSize } from '../../core/units/size.js';
import type {
  AgentView,
  ConnectionState,
  EngineChoice,
  ExperimentView,
  MemoryBaselines,
  PodView,
} from '../../lab/types.js';
import { arrivalLines } from '../present/arrivals.js';
import { podsOfText, podsText } from '../present/count.js';
import { engineText } from '../present/errors.js';
import { canPause, experimentText, isActive, isStressing } from '../present/experiments.js';
import {
  type Ask,
  askText,
  type Forecast,
  forecastTargets,
  forecastText,
  type NodeMemory,
  workingSetOf,
} from '../present/forecast.js';
import type { Language } from '../present/localizer.js';
import { plain } from '../present/plain.js';
import { selectTargets, type Targets } from '../present/targets.js';

/** A tooltip has so many lines at most. */
const MOST_LINES = 12;

/** What the lenses of a document depend on; `connection` is null until a cluster was asked for. */
export interface LensWorld {
  readonly connection: ConnectionState | null;
  readonly pods: readonly PodView[];
  readonly agents: readonly AgentView[];
  /** Null where their labels are not known. */
  readonly nodes: readonly SelectionNode[] | null;
  readonly experiments: readonly ExperimentView[];
  /** Who would inject; null: not known yet. */
  readonly engine: EngineChoice | null;
  readonly baselines: MemoryBaselines;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a click does: to the experiment of that key, or with the document itself. */
export type LensAction =
  | { readonly kind: 'inject' | 'preview' | 'dry-run' | 'panel' | 'show-kills' | 'show-experiments' }
  | { readonly kind: 'pause' | 'resume' | 'stop' | 'explain-hang'; readonly experiment: string };

export interface Lens {
  /** Offset (UTF-16) in the text of the line that it stands above. */
  readonly at: number;
  readonly title: string;
  readonly tooltip: string;
  /** Null: words only. */
  readonly action: LensAction | null;
}

/** As much of a document as its effect depends on; what is asked for in a wizard has it, too. */
export type Planned = Pick<ManifestDocument, 'name' | 'namespace' | 'object'> & {
  readonly memory: Ask | null;
};

/** The namespace that an experiment of this document lands in. */
export function experimentNamespace(document: Planned, connection: ConnectionState | null): string {
  const own = isConnected(connection) ? connection.namespace : undefined;
  return document.namespace ?? own ?? 'default';
}

/** The experiment that this document made (or that has its name), where the cluster has one. */
export function experimentOf(document: Planned, world: LensWorld): ExperimentView | undefined {
  const key = `${experimentNamespace(document, world.connection)}/${document.name ?? ''}`;
  return world.experiments.find((experiment) => experiment.key === key);
}

/** The targets of a document now; null where it cannot be said. */
export function targetsOf(document: Planned, world: LensWorld): Targets | null {
  if (document.object === null || !isConnected(world.connection)) return null;
  const namespace = experimentNamespace(document, world.connection);
  return selectTargets(document.object.spec, namespace, world.pods, world.nodes);
}

/** The forecast of a document now; null where it cannot be made. */
export function forecastOf(document: Planned, world: LensWorld): Forecast | null {
  const targets = targetsOf(document, world);
  if (targets === null || document.memory === null || document.memory.workers < 1) return null;
  const held = heldBytes(experimentOf(document, world));
  return forecastTargets(document.memory, targets, nodeMemoryOf(world.agents), (container) => {
    const used = workingSetOf(container);
    if (held === null || used === null) return used;
    return withoutStress(used, held, world.baselines.of(container.containerId));
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

/** All lenses of a file, each with the index of its document; a carrier has those of its own once. */
export function fileLenses(
  documents: readonly ManifestDocument[],
  world: LensWorld,
  language: Language,
): readonly { readonly lens: Lens; readonly index: number }[] {
  const carriers = new Set<number>();
  return documents.flatMap((document, index) => {
    const lenses = [...lensesOf(document, world, language)];
    const head = document.carrier?.head.start;
    if (head !== undefined && !carriers.has(head)) {
      carriers.add(head);
      lenses.unshift(
        ...runsLenses(head, document, world, language),
        ...(document.raw === null ? [] : [dryRunLens(head, language)]),
      );
    }
    return lenses.map((lens) => ({ lens, index }));
  });
}

/** What Chaos Mesh writes on the experiments that it makes of a Schedule or a Workflow: the carrier's name. */
const MADE_OF: Readonly<Record<Carrier['kind'], string>> = {
  Schedule: 'managed-by',
  Workflow: 'chaos-mesh.org/workflow',
};

/** How many experiments of this carrier act on the cluster now; nothing where there is none. */
function runsLenses(
  at: number,
  document: ManifestDocument,
  world: LensWorld,
  language: Language,
): readonly Lens[] {
  const { l10n, locale } = language;
  const { carrier } = document;
  if (carrier === null || carrier.name === null) return [];
  const prefix = `${experimentNamespace(document, world.connection)}/`;
  const runs = world.experiments.filter(
    (experiment) =>
      experiment.key.startsWith(prefix) &&
      isActive(experiment) &&
      experiment.object.metadata.labels?.[MADE_OF[carrier.kind]] === carrier.name,
  );
  if (runs.length === 0) return [];
  return [
    {
      at,
      title: `$(circle-filled)\u00a0${
        isSingular(runs.length, locale)
          ? l10n.t('{0} experiment of it is active', runs.length)
          : l10n.t('{0} experiments of it are active', runs.length)
      }`,
      tooltip: runs.map(({ key }) => plain(key)).join('\n'),
      action: { kind: 'show-experiments' },
    },
  ];
}

/** The lenses of one StressChaos, in the order they are drawn: at most six in a line. */
export function lensesOf(document: ManifestDocument, world: LensWorld, language: Language): readonly Lens[] {
  const lenses: Lens[] = [];
  const head = document.head.start;
  const experiment = experimentOf(document, world);
  if (experiment !== undefined) lenses.push(...experimentLenses(head, experiment, world, language));
  const again = experiment !== undefined && isActive(experiment);
  if (document.object !== null) {
    const inject = injectLens(document, experiment, world, language);
    if (!again && experiment?.phase !== 'stopping') lenses.push(inject);
    lenses.push(previewLens(head, language));
    if (document.carrier === null && !again) lenses.push(dryRunLens(head, language));
    lenses.push(panelLens(head, language));
    if (again) lenses.push(inject);
  } else if (document.raw !== null && document.carrier === null) {
    lenses.push(dryRunLens(head, language));
  }
  if (document.memory !== null)
    lenses.push(...memoryLens(document, document.memory.range.start, world, language));
  return lenses;
}

function experimentLenses(
  at: number,
  experiment: ExperimentView,
  world: LensWorld,
  language: Language,
): readonly Lens[] {
  const { l10n } = language;
  const { key } = experiment;
  const status = statusLens(at, experiment, world, language);
  if (!isActive(experiment)) return [status];
  const lenses = [status];
  if (canPause(experiment)) {
    lenses.push({
      at,
      title: `$(debug-pause)\u00a0${l10n.t('Pause')}`,
      tooltip: l10n.t(
        'Take the stress of {0} away and keep the experiment; its duration goes on',
        plain(key),
      ),
      action: { kind: 'pause', experiment: key },
    });
  } else if (experiment.phase === 'paused') {
    lenses.push({
      at,
      title: `$(debug-continue)\u00a0${l10n.t('Resume')}`,
      tooltip: l10n.t('Stress the containers of {0} again', plain(key)),
      action: { kind: 'resume', experiment: key },
    });
  }
  lenses.push({
    at,
    title: `$(debug-stop)\u00a0${l10n.t('Stop')}`,
    tooltip: l10n.t('Delete {0} and wait until its stress is gone', plain(key)),
    action: { kind: 'stop', experiment: key },
  });
  return lenses;
}

function statusLens(at: number, experiment: ExperimentView, world: LensWorld, language: Language): Lens {
  const { l10n } = language;
  const { hang, detail, key } = experiment;
  const title = experimentText(experiment, world.now, language);
  if (hang !== null) {
    return {
      at,
      title: `${title} · ${l10n.t('Why?')}`,
      tooltip: l10n.t('What holds the deletion of {0}, and what can be done', plain(key)),
      action: { kind: 'explain-hang', experiment: key },
    };
  }
  const lines = isStressing(experiment) ? arrivalLines(experiment, language) : [];
  const told = [...(detail === null ? [] : [plain(detail)]), ...lines].slice(0, MOST_LINES);
  return {
    at,
    title,
    tooltip: told.length === 0 ? l10n.t('Show OOM kills') : told.join('\n'),
    action: { kind: 'show-kills' },
  };
}

function previewLens(at: number, { l10n }: Language): Lens {
  return {
    at,
    title: `$(target)\u00a0${l10n.t('Preview targets')}`,
    tooltip: l10n.t('Name the Pods and containers that the selector hits now'),
    action: { kind: 'preview' },
  };
}

function dryRunLens(at: number, { l10n }: Language): Lens {
  return {
    at,
    title: `$(check)\u00a0${l10n.t('Dry run')}`,
    tooltip: l10n.t('Ask the API server and Chaos Mesh’s webhooks what they say of it; nothing is created'),
    action: { kind: 'dry-run' },
  };
}

function panelLens(at: number, { l10n }: Language): Lens {
  return {
    at,
    title: `$(pulse)\u00a0${l10n.t('Memory panel')}`,
    tooltip: l10n.t('Show the memory of its Pods'),
    action: { kind: 'panel' },
  };
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
  const isOnce = document.carrier !== null;
  if (!isConnected(world.connection)) {
    return {
      at,
      title: `$(play)\u00a0${isOnce ? l10n.t('Inject once…') : l10n.t('Inject…')}`,
      tooltip: l10n.t('Connect to the cluster, then inject this experiment'),
      action,
    };
  }
  const context = plain(world.connection.context);
  const targets = targetsOf(document, world);
  const again = experiment !== undefined && isActive(experiment);
  const where = again
    ? l10n.t('Inject again into {0}', context)
    : isOnce
      ? l10n.t('Inject once into {0}', context)
      : l10n.t('Inject into {0}', context);
  return {
    at,
    title: `$(play)\u00a0${targets === null ? where : `${where} · ${targetsText(targets, language)}`}`,
    tooltip: [
      injectTooltip(document, again ? experiment : undefined, world.connection.server, language),
      ...(world.engine === null ? [] : [l10n.t('Engine: {0}', engineText(world.engine, language))]),
    ].join(' · '),
    action,
  };
}

function injectTooltip(
  { carrier, name }: ManifestDocument,
  replaced: ExperimentView | undefined,
  server: string,
  { l10n }: Language,
): string {
  if (replaced !== undefined) {
    return l10n.t('Replace the experiment {0} by what is written here', plain(replaced.key));
  }
  if (carrier === null) return l10n.t('Create this experiment in the cluster at {0}', server);
  return l10n.t(
    'Create it once, as the StressChaos {0}, in the cluster at {1}; the {2} is not created',
    plain(name ?? ''),
    server,
    carrier.kind,
  );
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
