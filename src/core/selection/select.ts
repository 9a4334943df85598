import type { ChaosMode, Pod, PodSelectorSpec, StressChaosSpec } from '../kubernetes/objects.js';
import { type Labels, labelPredicate } from './requirement.js';

/** What the selection depends on besides Pods. */
export interface SelectionNode {
  readonly name: string;
  readonly labels: Labels;
}

/** Why Chaos Mesh would refuse the selection, or why it cannot be told here. */
export type SelectionProblem =
  | { readonly code: 'unknown-node'; readonly node: string }
  | { readonly code: 'unsupported-phase'; readonly phase: string }
  | { readonly code: 'invalid-expression'; readonly key: string }
  | { readonly code: 'invalid-value'; readonly value: string }
  /** The nodes' labels decide, and they are not known. */
  | { readonly code: 'nodes-unknown' };

export interface SelectedPod<T> {
  readonly item: T;
  /** Names of the containers to be stressed; none where the Pod has none of those that are named. */
  readonly containers: readonly string[];
}

export interface Selection<T> {
  /** Every Pod that the selector hits, by namespace and name: what the mode then chooses from. */
  readonly pods: readonly SelectedPod<T>[];
  /** How many of them the mode takes: at least and at most. Zeros where the value cannot be read. */
  readonly atLeast: number;
  readonly atMost: number;
  /** With any of these the selection fails as a whole. */
  readonly problems: readonly SelectionProblem[];
}

export interface SelectionInput<T> {
  readonly spec: Pick<StressChaosSpec, 'selector' | 'mode' | 'value' | 'containerNames'>;
  /** The experiment's own: what an empty list of namespaces means. */
  readonly namespace: string;
  readonly pods: Iterable<T>;
  /** Null: not known. */
  readonly nodes: readonly SelectionNode[] | null;
}

/**
 * The Pods and containers that Chaos Mesh would stress, by its own rules (pkg/selector): `pods` wins alone;
 * otherwise namespaces, labels, expressions, annotations, fields, phases and nodes must all hold, where `nodes` and
 * `nodeSelectors` together are one list of nodes. Pods that do not run can be hit, too.
 */
export function selectPods<T extends { readonly pod: Pod }>(input: SelectionInput<T>): Selection<T> {
  const { spec, namespace, nodes } = input;
  const problems: SelectionProblem[] = [];
  const holds = podTest(spec.selector, namespace, nodes, problems);
  const taken = amount(spec.mode, spec.value ?? '', problems);
  const hit = problems.length > 0 ? [] : [...input.pods].filter(({ pod }) => holds(pod));
  const pods = inOrder(hit).map((item) => ({
    item,
    containers: containersOf(item.pod, spec.containerNames ?? []),
  }));
  const { atLeast, atMost } = taken(pods.length);
  return { pods, atLeast, atMost, problems };
}

type PodTest = (pod: Pod) => boolean;

function podTest(
  selector: PodSelectorSpec,
  namespace: string,
  nodes: readonly SelectionNode[] | null,
  problems: SelectionProblem[],
): PodTest {
  const named = selector.pods ?? {};
  if (Object.keys(named).length > 0) {
    return ({ metadata }) => {
      const own = metadata.namespace ?? '';
      return Object.hasOwn(named, own) && (named[own] ?? []).includes(metadata.name);
    };
  }
  const namespaces = new Set(selector.namespaces?.length ? selector.namespaces : [namespace]);
  const labels = Object.entries(selector.labelSelectors ?? {});
  const annotations = Object.entries(selector.annotationSelectors ?? {});
  const fields = Object.entries(selector.fieldSelectors ?? {});
  // What is not asked for costs nothing: there may be thousands of Pods.
  const tests: PodTest[] = [
    ({ metadata }) => namespaces.has(metadata.namespace ?? ''),
    ...when(labels.length > 0, ({ metadata }) => contains(metadata.labels ?? {}, labels)),
    ...when(annotations.length > 0, ({ metadata }) => contains(metadata.annotations ?? {}, annotations)),
    ...when(fields.length > 0, (pod) => fields.every(([field, value]) => fieldOf(pod, field) === value)),
    ...expressionTests(selector, problems),
    ...when(
      (selector.podPhaseSelectors?.length ?? 0) > 0,
      phaseTest(selector.podPhaseSelectors ?? [], problems),
    ),
    nodeTest(selector, nodes, problems),
  ];
  return (pod) => tests.every((test) => test(pod));
}

function when(holds: boolean, test: PodTest): PodTest[] {
  return holds ? [test] : [];
}

function expressionTests(selector: PodSelectorSpec, problems: SelectionProblem[]): PodTest[] {
  return (selector.expressionSelectors ?? []).flatMap((expression) => {
    const predicate = labelPredicate(expression);
    if (predicate === null) {
      problems.push({ code: 'invalid-expression', key: expression.key });
      return [];
    }
    return [({ metadata }: Pod) => predicate(metadata.labels ?? {})];
  });
}

/** Phases are read as label expressions: `Running` takes that phase, `!Running` every other; any of the takes will do. */
function phaseTest(selectors: readonly string[], problems: SelectionProblem[]): PodTest {
  const taken: string[] = [];
  const refused: string[] = [];
  for (const text of selectors.flatMap((list) => list.split(','))) {
    const [, not = '', phase = ''] = /^\s*(!?)\s*([A-Za-z0-9][-A-Za-z0-9_.]*)\s*$/.exec(text) ?? [];
    if (phase === '') {
      problems.push({ code: 'unsupported-phase', phase: text });
    } else {
      (not === '' ? taken : refused).push(phase);
    }
  }
  return ({ status }) => {
    const phase = status?.phase ?? '';
    return (taken.length === 0 || taken.includes(phase)) && !refused.includes(phase);
  };
}

function nodeTest(
  selector: PodSelectorSpec,
  nodes: readonly SelectionNode[] | null,
  problems: SelectionProblem[],
): PodTest {
  const names = selector.nodes ?? [];
  const labels = selector.nodeSelectors ?? {};
  const byLabels = Object.keys(labels).length > 0;
  if (names.length === 0 && !byLabels) {
    return () => true;
  }
  if (nodes === null && byLabels) {
    problems.push({ code: 'nodes-unknown' });
  }
  for (const name of nodes === null ? [] : names) {
    if (!nodes?.some((node) => node.name === name)) {
      problems.push({ code: 'unknown-node', node: name });
    }
  }
  const wantedLabels = Object.entries(labels);
  const labelled = byLabels ? (nodes ?? []).filter((node) => contains(node.labels, wantedLabels)) : [];
  const wanted = new Set([...names, ...labelled.map((node) => node.name)]);
  return ({ spec }) => wanted.has(spec.nodeName ?? '');
}

/** The fields that Chaos Mesh's cache can select by; any other matches nothing. */
function fieldOf({ metadata, spec, status }: Pod, field: string): string | null {
  switch (field) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.restartPolicy':
      return spec.restartPolicy ?? '';
    case 'spec.schedulerName':
      return spec.schedulerName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.phase':
      return status?.phase ?? '';
    case 'status.podIP':
      return status?.podIP ?? '';
    case 'status.nominatedNodeName':
      return status?.nominatedNodeName ?? '';
    default:
      return null;
  }
}

/** How many of so many Pods the mode takes. Percentages round up, so that any at all of them is at least one. */
function amount(
  mode: ChaosMode,
  value: string,
  problems: SelectionProblem[],
): (available: number) => { atLeast: number; atMost: number } {
  const exactly = (count: number) => ({ atLeast: count, atMost: count });
  if (mode === 'all') {
    return exactly;
  }
  if (mode === 'one') {
    return (available) => exactly(Math.min(1, available));
  }
  // Go's Atoi: a sign is allowed, white space and fractions are not.
  const number = /^[+-]?[0-9]{1,15}$/.test(value) ? Number(value) : 0;
  if (number <= 0 || (mode !== 'fixed' && number > 100)) {
    problems.push({ code: 'invalid-value', value });
    return () => exactly(0);
  }
  if (mode === 'fixed') {
    return (available) => exactly(Math.min(number, available));
  }
  const share = (available: number): number => Math.ceil((available * number) / 100);
  return mode === 'fixed-percent'
    ? (available) => exactly(share(available))
    : (available) => ({ atLeast: 0, atMost: share(available) });
}

/** Without names the first container; init containers never. */
function containersOf({ spec }: Pod, names: readonly string[]): readonly string[] {
  const own = spec.containers.map((container) => container.name);
  return names.length === 0 ? own.slice(0, 1) : own.filter((name) => names.includes(name));
}

function contains(labels: Labels, wanted: readonly (readonly [string, string])[]): boolean {
  return wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** By namespace and name. */
function inOrder<T extends { readonly pod: Pod }>(items: readonly T[]): readonly T[] {
  const placed = items.map((item) => ({ item, place: placeOf(item.pod) }));
  return placed.sort((a, b) => compare(a.place, b.place)).map(({ item }) => item);
}

function placeOf({ metadata }: Pod): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
