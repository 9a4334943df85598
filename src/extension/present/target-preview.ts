import type { PodSelectorSpec, StressChaosSpec } from '../../core/kubernetes/objects.js';
import { type SelectionNode, type SelectionProblem, selectPods } from '../../core/selection/select.js';
import { displayBytes, displayShare } from '../../core/units/display.js';
import type { ChaosMeshInstallation, ContainerView, PodView, Surroundings } from '../../lab/types.js';
import { podsOfText, podsText } from './count.js';
import { workingSetOf } from './forecast.js';
import type { Language } from './localizer.js';
import { plain } from './plain.js';

const INJECT = 'chaos-mesh.org/inject';

/** A near miss beyond so many says nothing new. */
const MOST_MISSES = 50;

export interface PreviewInput {
  readonly spec: StressChaosSpec;
  /** The experiment's own. */
  readonly namespace: string;
  readonly pods: readonly PodView[];
  /** Null: their labels are not known. */
  readonly nodes: readonly SelectionNode[] | null;
  /** Namespaces in which Chaos Mesh, as it is installed, selects nothing, with the reason. */
  readonly outside: ReadonlyMap<string, OutsideReason>;
}

/** It acts in another namespace only, or selects in annotated ones only. */
export type OutsideReason = 'other-namespace' | 'not-annotated';

/** The namespaces of these Pods in which Chaos Mesh selects nothing. */
export function outsideNamespaces(
  pods: readonly PodView[],
  installation: ChaosMeshInstallation | null,
  { namespaces }: Surroundings,
): ReadonlyMap<string, OutsideReason> {
  const outside = new Map<string, OutsideReason>();
  if (installation === null) return outside;
  const { clusterScoped, targetNamespace, filtersNamespaces } = installation;
  for (const name of new Set(pods.map(({ namespace }) => namespace))) {
    const annotations = namespaces.get(name)?.annotations ?? null;
    if (clusterScoped === false && targetNamespace !== null && name !== targetNamespace) {
      outside.set(name, 'other-namespace');
    } else if (filtersNamespaces === true && annotations !== null && annotations[INJECT] !== 'enabled') {
      outside.set(name, 'not-annotated');
    }
  }
  return outside;
}

/** One container that is hit, or a Pod that nearly is. */
export interface PreviewRow {
  /** `namespace/pod/container`, of a miss `namespace/pod`. */
  readonly id: string;
  readonly namespace: string;
  readonly pod: string;
  readonly label: string;
  /** Namespace, node, phase and memory; of a miss its namespace and why it is missed. */
  readonly detail: string;
  /** What is wrong with a hit; null: nothing. */
  readonly warning: string | null;
}

/** What a selector hits now. */
export interface TargetPreview {
  /** `2 Pods, all of them`, or why Chaos Mesh would refuse the selection. */
  readonly summary: string;
  readonly hits: readonly PreviewRow[];
  /** Pods that all but one of the selectors hit, with the one that does not. */
  readonly misses: readonly PreviewRow[];
  /** `namespace/pod` of the hits. */
  readonly podKeys: readonly string[];
}

export function targetPreview(input: PreviewInput, language: Language): TargetPreview {
  const { spec, namespace, nodes, outside } = input;
  const pods = input.pods.filter((pod) => !outside.has(pod.namespace));
  const selection = selectPods({ spec, namespace, pods, nodes });
  const [problem] = selection.problems;
  if (problem !== undefined) {
    return { summary: problemText(problem, language), hits: [], misses: [], podKeys: [] };
  }
  const candidates = selection.pods.filter(({ containers }) => containers.length > 0);
  const hits = candidates.flatMap(({ item, containers }) =>
    item.containers
      .filter(({ name }) => containers.includes(name))
      .map((container) => hitRow(item, container, language)),
  );
  const unnamed = selection.pods
    .filter(({ containers }) => containers.length === 0)
    .map(({ item }) => missRow(item, containersText(item, spec, language)));
  const kept = selectPods({ ...input, pods: input.pods.filter((pod) => outside.has(pod.namespace)) }).pods;
  const shut = kept.map(({ item }) =>
    missRow(item, outsideText(outside.get(item.namespace) ?? 'not-annotated', language)),
  );
  const hitKeys = new Set(selection.pods.map(({ item }) => item.key));
  return {
    summary: amountText(selection, candidates.length, language),
    hits,
    misses: [...shut, ...unnamed, ...nearMisses({ ...input, pods }, hitKeys, language)].slice(0, MOST_MISSES),
    podKeys: candidates.map(({ item }) => item.key),
  };
}

function outsideText(reason: OutsideReason, { l10n }: Language): string {
  return reason === 'other-namespace'
    ? l10n.t('Chaos Mesh is installed for another namespace only')
    : l10n.t('Its namespace is not annotated {0}: Chaos Mesh passes over it in silence', `${INJECT}=enabled`);
}

function amountText(
  { atLeast, atMost }: { readonly atLeast: number; readonly atMost: number },
  available: number,
  language: Language,
): string {
  const { l10n } = language;
  if (available === 0) return l10n.t('The selector hits nothing now');
  const most = Math.min(atMost, available);
  const least = Math.min(atLeast, most);
  if (least === available) return l10n.t('{0}: all of them', podsText(available, language));
  const some = podsOfText(most, available, language);
  return least === most
    ? l10n.t('{0}, chosen at random', some)
    : l10n.t('at most {0}, chosen at random', some);
}

function hitRow(pod: PodView, container: ContainerView, language: Language): PreviewRow {
  const { l10n, locale } = language;
  const used = workingSetOf(container);
  const limit = container.limitBytes;
  const memory =
    used === null ? null : limit === null ? displayBytes(used, locale) : displayShare(used, limit, locale);
  const parts = [pod.namespace, pod.pod.spec.nodeName ?? l10n.t('no node yet'), pod.phase, memory];
  if (pod.experiments.length > 0) parts.push(l10n.t('stressed now'));
  return {
    id: `${pod.key}/${container.name}`,
    namespace: pod.namespace,
    pod: pod.name,
    label: plain(`${pod.name}/${container.name}`),
    detail: parts.flatMap((part) => (part === null ? [] : [plain(part)])).join(' · '),
    warning:
      pod.phase === 'Running'
        ? null
        : l10n.t('It does not run, and yet it can be chosen: podPhaseSelectors: [Running] leaves it out'),
  };
}

function missRow(pod: PodView, reason: string): PreviewRow {
  return {
    id: pod.key,
    namespace: pod.namespace,
    pod: pod.name,
    label: plain(pod.name),
    detail: `${plain(pod.namespace)} · ${plain(reason)}`,
    warning: null,
  };
}

function containersText(pod: PodView, { containerNames = [] }: StressChaosSpec, { l10n }: Language): string {
  return l10n.t(
    'It has no container {0}, but {1}',
    containerNames.join(', '),
    pod.containers.map(({ name }) => name).join(', '),
  );
}

type Kind = Exclude<keyof PodSelectorSpec, 'pods' | 'nodeSelectors'>;

/** The selectors that can be left out one by one; `nodes` and `nodeSelectors` are one list. */
const KINDS: readonly Kind[] = [
  'labelSelectors',
  'expressionSelectors',
  'annotationSelectors',
  'fieldSelectors',
  'podPhaseSelectors',
  'nodes',
  'namespaces',
];

/** Leaves out one selector after the other: what is hit then is missed for that one alone. */
function nearMisses(input: PreviewInput, hit: ReadonlySet<string>, language: Language): PreviewRow[] {
  const { spec, pods } = input;
  const { selector } = spec;
  if (Object.keys(selector.pods ?? {}).length > 0) return missingPods(selector, pods, language);
  const misses = new Map<string, PreviewRow>();
  for (const kind of KINDS) {
    const wider = without(selector, kind, pods);
    if (wider === null) continue;
    for (const { item } of selectPods({ ...input, spec: { ...spec, selector: wider } }).pods) {
      if (misses.size >= MOST_MISSES) return [...misses.values()];
      if (!hit.has(item.key) && !misses.has(item.key)) {
        misses.set(item.key, missRow(item, reasonText(kind, selector, item, language)));
      }
    }
  }
  return [...misses.values()];
}

/** The selector without one kind; null where it has none, or nothing would tell near from far. */
function without(selector: PodSelectorSpec, kind: Kind, pods: readonly PodView[]): PodSelectorSpec | null {
  if (kind === 'namespaces') {
    const isNarrow = [
      selector.labelSelectors,
      selector.expressionSelectors,
      selector.annotationSelectors,
      selector.fieldSelectors,
    ].some((one) => Object.keys(one ?? {}).length > 0);
    return isNarrow
      ? { ...selector, namespaces: [...new Set(pods.map(({ namespace }) => namespace))] }
      : null;
  }
  const { [kind]: left, ...rest } = selector;
  if (kind !== 'nodes') return left === undefined ? null : rest;
  const { nodeSelectors, ...anywhere } = rest;
  return left === undefined && nodeSelectors === undefined ? null : anywhere;
}

function reasonText(
  kind: Kind,
  selector: PodSelectorSpec,
  { pod, namespace, phase }: PodView,
  { l10n }: Language,
): string {
  const differing = (wanted: Readonly<Record<string, string>> | undefined, has: Labels | undefined) => {
    const [key = '', value = ''] =
      Object.entries(wanted ?? {}).find(([name, is]) => has?.[name] !== is) ?? [];
    return { key, value, own: has !== undefined && Object.hasOwn(has, key) ? has[key] : undefined };
  };
  switch (kind) {
    case 'labelSelectors': {
      const { key, value, own } = differing(selector.labelSelectors, pod.metadata.labels);
      return own === undefined
        ? l10n.t('It has no label {0}', key)
        : l10n.t('Its label {0} is {1}, not {2}', key, own, value);
    }
    case 'annotationSelectors': {
      const { key, value, own } = differing(selector.annotationSelectors, pod.metadata.annotations);
      return own === undefined
        ? l10n.t('It has no annotation {0}', key)
        : l10n.t('Its annotation {0} is {1}, not {2}', key, own, value);
    }
    case 'expressionSelectors':
      return l10n.t('An expression on its labels does not hold');
    case 'fieldSelectors':
      return l10n.t('A field selector does not hold');
    case 'podPhaseSelectors':
      return l10n.t('Its phase is {0}', phase);
    case 'nodes':
      return l10n.t('It is on {0}', pod.spec.nodeName ?? l10n.t('no node yet'));
    case 'namespaces':
      return l10n.t('The namespace {0} is not selected', namespace);
  }
}

type Labels = Readonly<Record<string, string>>;

/** Pods that are named and not there: Chaos Mesh passes over them in silence. */
function missingPods(selector: PodSelectorSpec, pods: readonly PodView[], { l10n }: Language): PreviewRow[] {
  const there = new Set(pods.map(({ key }) => key));
  return Object.entries(selector.pods ?? {}).flatMap(([namespace, names]) =>
    names
      .filter((name) => !there.has(`${namespace}/${name}`))
      .map((name) => ({
        id: `${namespace}/${name}`,
        namespace,
        pod: name,
        label: plain(name),
        detail: `${plain(namespace)} · ${l10n.t('There is no such Pod now: Chaos Mesh passes over it in silence')}`,
        warning: null,
      })),
  );
}

function problemText(problem: SelectionProblem, { l10n }: Language): string {
  switch (problem.code) {
    case 'unknown-node':
      return l10n.t('Chaos Mesh would refuse it: there is no node {0}', plain(problem.node));
    case 'unsupported-phase':
      return l10n.t('Chaos Mesh would refuse it: {0} is no phase', plain(problem.phase));
    case 'invalid-expression':
      return l10n.t('Chaos Mesh would refuse it: the expression on {0} is not valid', plain(problem.key));
    case 'invalid-value':
      return l10n.t('Chaos Mesh would refuse it: the value {0} is not valid', plain(problem.value));
    case 'nodes-unknown':
      return l10n.t('The labels of nodes decide, and they may not be read');
  }
}
