import type { Caution } from '../../core/experiment/safety.js';
import type { CpuStressor, MemoryStressor, StressChaos } from '../../core/kubernetes/objects.js';
import { isSingular } from '../../core/units/plural.js';
import type { ConnectionState, EngineChoice } from '../../lab/types.js';
import { targetsText } from '../lens/model.js';
import { engineText } from './errors.js';
import { type Forecast, forecastText } from './forecast.js';
import type { Language } from './localizer.js';
import { plain } from './plain.js';
import type { Targets } from './targets.js';

/** An experiment that is ready to be sent, with what is known of its effect. */
export interface Injection {
  readonly object: StressChaos;
  readonly namespace: string;
  readonly targets: Targets | null;
  readonly forecast: Forecast | null;
  /** An experiment of that name is there and will be replaced. */
  readonly replaces: boolean;
  /** The manifest's path in its workspace; null: not from a file. */
  readonly file: string | null;
  /** The document as it is written; null: it was not written as one. */
  readonly text: string | null;
}

/** The object with the namespace that it will be in. */
export function inPlace({ object, namespace }: Injection): StressChaos {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

export type ReviewAction = 'inject' | 'manifest' | 'copy';

/** A row of the last question: something to do, or something to know. */
export interface ReviewRow {
  /** A codicon's name. */
  readonly icon: string;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly action: ReviewAction | null;
  /** The step of the wizard that decides what the row says. */
  readonly step?: 'size' | 'workers' | 'load' | 'duration' | 'ramp';
}

export interface ReviewInput {
  readonly injections: readonly Injection[];
  readonly connection: ConnectionState;
  readonly engine: EngineChoice;
  readonly cautions: readonly Caution[];
  /** What can be done beside injecting. */
  readonly offers: readonly ReviewAction[];
}

/** What can be done, the first as what Enter does, and below it what will happen. */
export function reviewActions(input: ReviewInput, language: Language): readonly ReviewRow[] {
  const { l10n } = language;
  const rows: ReviewRow[] = [injectRow(input, language)];
  if (input.offers.includes('manifest')) {
    rows.push({
      icon: 'new-file',
      label: l10n.t('Open as Manifest'),
      description: l10n.t('an untitled YAML document beside this editor; nothing is injected'),
      action: 'manifest',
    });
  }
  rows.push({
    icon: 'clippy',
    label: l10n.t('Copy kubectl Command'),
    description: l10n.t('for a POSIX shell; nothing is injected'),
    action: 'copy',
  });
  return rows;
}

/** What the question says of the injections: of several a row for each, of one every part of it. */
export function reviewFacts(input: ReviewInput, language: Language): readonly ReviewRow[] {
  const { injections, cautions } = input;
  const [only] = injections;
  return [
    ...cautions.map((caution) => cautionRow(caution, language)),
    ...(injections.length === 1 && only !== undefined
      ? factsOf(only, language)
      : injections.map((injection) => summaryOf(injection, language))),
    clusterRow(input, language),
  ];
}

/** The question itself. */
export function reviewQuestion({ injections, connection }: ReviewInput, { l10n }: Language): string {
  const context = plain(connection.context ?? '');
  const [only] = injections;
  if (injections.length === 1 && only !== undefined) {
    return l10n.t('Inject {0} into {1}?', plain(only.object.metadata.name), context);
  }
  return l10n.t('Inject {0} experiments into {1}?', injections.length, context);
}

/** The question where the title says what. */
export function whereQuestion({ connection }: ReviewInput, { l10n }: Language): string {
  return l10n.t('Inject into {0}?', plain(connection.context ?? ''));
}

function injectRow({ injections, connection, engine }: ReviewInput, language: Language): ReviewRow {
  const { l10n } = language;
  if (engine.kind === 'none') {
    return {
      icon: 'circle-slash',
      label: l10n.t('Nothing can inject here'),
      description: engineText(engine, language),
      action: null,
    };
  }
  const replaces = injections.some((injection) => injection.replaces);
  const told = injections.flatMap(({ forecast }) => (forecast === null ? [] : [forecast]));
  const worst = told.find(({ outcome }) => outcome === 'exceeds') ?? told[0];
  const [only] = injections;
  const parts = [
    plain(connection.context ?? ''),
    ...(injections.length === 1 && only !== undefined ? [hitText(only, language)] : []),
    engineText(engine, language),
  ];
  return {
    icon: worst?.outcome === 'exceeds' ? 'warning' : 'play',
    label: replaces ? l10n.t('Replace and Inject Now') : l10n.t('Inject Now'),
    description: parts.join(' · '),
    ...(worst !== undefined && injections.length === 1 && { detail: forecastText(worst, language) }),
    action: 'inject',
  };
}

function factsOf(injection: Injection, language: Language): ReviewRow[] {
  const { l10n } = language;
  const { object, namespace, targets } = injection;
  const { stressors, duration } = object.spec;
  const rows: ReviewRow[] = [
    fact(
      'target',
      l10n.t('Targets'),
      targets === null ? l10n.t('what the selector hits') : namesOf(targets, language),
    ),
  ];
  const { memory, cpu } = stressors ?? {};
  if (memory !== undefined) rows.push(...memoryRows(memory, language));
  if (cpu !== undefined) rows.push(cpuRow(cpu, language));
  const lasts =
    duration === undefined
      ? l10n.t('until it is stopped')
      : l10n.t('{0}, then it ends by itself', plain(duration));
  rows.push({ ...fact('watch', l10n.t('Duration'), lasts), step: 'duration' });
  const name = `${plain(namespace)}/${plain(object.metadata.name)}`;
  rows.push(
    fact(
      'symbol-object',
      l10n.t('Experiment'),
      injection.replaces ? l10n.t('{0}: the one that is there now is stopped first', name) : name,
    ),
  );
  return rows;
}

function memoryRows(memory: MemoryStressor, { l10n, locale }: Language): ReviewRow[] {
  const size = plain(memory.size ?? '');
  const shared = isSingular(memory.workers, locale)
    ? l10n.t('{0} in {1} worker', size, memory.workers)
    : l10n.t('{0} shared by {1} workers', size, memory.workers);
  const options = (memory.options ?? []).filter((option) => option.trim() !== '');
  const [flag, ramp, ...others] = options;
  const grows = flag === '--time' && ramp !== undefined && others.length === 0;
  const text = grows || options.length === 0 ? shared : `${shared} · ${plain(options.join(' '))}`;
  const rows: ReviewRow[] = [{ ...fact('pulse', l10n.t('Memory'), text), step: 'size' }];
  if (grows) {
    rows.push({ ...fact('graph-line', l10n.t('Ramp'), l10n.t('grows over {0}', plain(ramp))), step: 'ramp' });
  }
  return rows;
}

function cpuRow(cpu: CpuStressor, { l10n, locale }: Language): ReviewRow {
  const load = cpu.load ?? 100;
  const text = isSingular(cpu.workers, locale)
    ? l10n.t('{0} worker at {1} % of a core', cpu.workers, load)
    : l10n.t('{0} workers at {1} % of a core each', cpu.workers, load);
  return { ...fact('dashboard', 'CPU', text), step: 'workers' };
}

/** One of several. */
function summaryOf(injection: Injection, language: Language): ReviewRow {
  const { object, namespace, forecast } = injection;
  const name = `${plain(namespace)}/${plain(object.metadata.name)}`;
  const replaces = injection.replaces ? [language.l10n.t('replaces the one that is there')] : [];
  return {
    ...fact(
      forecast?.outcome === 'exceeds' ? 'warning' : 'symbol-object',
      name,
      [hitText(injection, language), ...replaces].join(' · '),
    ),
    ...(forecast !== null && { detail: forecastText(forecast, language) }),
  };
}

function clusterRow({ connection }: ReviewInput, { l10n }: Language): ReviewRow {
  const context = plain(connection.context ?? '');
  const server =
    connection.phase === 'live' || connection.phase === 'stale' ? ` · ${plain(connection.server)}` : '';
  return fact('server-environment', l10n.t('Cluster'), `${context}${server}`);
}

function cautionRow(caution: Caution, { l10n }: Language): ReviewRow {
  const typed = l10n.t('its name must be typed');
  const name = plain(caution.name);
  switch (caution.code) {
    case 'protected-context':
      return fact('shield', l10n.t('Protected context'), `${name} · ${typed}`);
    case 'protected-namespace':
      return fact('shield', l10n.t('Protected namespace'), `${name} · ${typed}`);
    case 'remote-cluster':
      return fact('shield', l10n.t('Another cluster'), `${name} · ${typed}`);
  }
}

function hitText({ targets }: Injection, language: Language): string {
  return targets === null ? language.l10n.t('what the selector hits') : targetsText(targets, language);
}

/** The question names at most so many Pods. */
const MAX_NAMES = 4;

/** `2 Pods: shop/a (app), shop/b (app)`. */
function namesOf(targets: Targets, language: Language): string {
  const { candidates } = targets;
  const count = targetsText(targets, language);
  if (candidates.length === 0) return count;
  const names = candidates
    .slice(0, MAX_NAMES)
    .map(({ pod, containers }) => `${pod.key} (${containers.map(({ name }) => name).join(', ')})`);
  return `${count}: ${plain([...names, ...(candidates.length > MAX_NAMES ? ['…'] : [])].join(', '))}`;
}

function fact(icon: string, label: string, description: string): ReviewRow {
  return { icon, label, description, action: null };
}
