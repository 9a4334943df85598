import type { Pod, PodSelectorSpec, StressChaosSpec } from '../../core/kubernetes/objects.js';

/** A Pod and its container that an experiment acts on. */
export interface Target {
  readonly pod: Pod;
  readonly container: string;
}

export interface NodeLabels {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where Chaos Mesh may act at all, by how it was installed. */
export interface Scope {
  /** Null: everywhere. */
  readonly targetNamespace: string | null;
  /** False: the namespace is passed over without a word. */
  readonly isOpen: (namespace: string) => boolean;
}

export interface Cluster {
  readonly pods: readonly Pod[];
  readonly nodes: readonly NodeLabels[];
  readonly scope?: Scope;
}

const EVERYWHERE: Scope = { targetNamespace: null, isOpen: () => true };

/** Chooses `count` of the items; the tests make it choose the first. */
export type Choose = <T>(items: readonly T[], count: number) => T[];

/** Thrown with Chaos Mesh's own words when nothing can be selected. */
export class SelectionError extends Error {}

type Labels = Readonly<Record<string, string>>;

/**
 * The targets of an experiment, as Chaos Mesh selects them (pkg/selector): kinds of selectors are ANDed, `pods` wins
 * alone, `nodes` and `nodeSelectors` make one set of nodes. Throws SelectionError.
 */
export function selectTargets(spec: StressChaosSpec, cluster: Cluster, choose: Choose = random): Target[] {
  const pods = selectPods(spec.selector, cluster);
  if (pods.length === 0) throw new SelectionError('no pod is selected');
  const chosen = byMode(pods, spec, choose);
  const targets = chosen.flatMap((pod) => containersOf(pod, spec.containerNames));
  if (targets.length === 0) throw new SelectionError('no target has been selected');
  return targets;
}

/** `namespace/pod/container`: how a record names its target. */
export function recordId({ pod, container }: Target): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}/${container}`;
}

function containersOf(pod: Pod, names: readonly string[] | undefined): Target[] {
  const all = pod.spec.containers.map((one) => one.name);
  const wanted =
    names === undefined || names.length === 0 ? all.slice(0, 1) : all.filter((one) => names.includes(one));
  return wanted.map((container) => ({ pod, container }));
}

/** The Pods that the selector hits, before the mode. Throws SelectionError. */
export function selectPods(selector: PodSelectorSpec, cluster: Cluster): Pod[] {
  const { targetNamespace, isOpen } = cluster.scope ?? EVERYWHERE;
  const named = Object.entries(selector.pods ?? {});
  if (named.length > 0) {
    const inScope = named.filter(
      ([namespace]) => (targetNamespace === null || namespace === targetNamespace) && isOpen(namespace),
    );
    return inScope.flatMap(([namespace, names]) =>
      cluster.pods.filter((pod) => pod.metadata.namespace === namespace && names.includes(pod.metadata.name)),
    );
  }
  if (targetNamespace !== null) checkScope(selector.namespaces, targetNamespace);
  const conditions: Condition[] = [
    ({ metadata }) => isOpen(metadata.namespace ?? ''),
    namespaceCondition(selector.namespaces),
    equalCondition(selector.labelSelectors, (pod) => pod.metadata.labels ?? {}),
    equalCondition(selector.annotationSelectors, (pod) => pod.metadata.annotations ?? {}),
    equalCondition(selector.fieldSelectors, fieldsOf),
    expressionCondition(selector.expressionSelectors),
    phaseCondition(selector.podPhaseSelectors),
    nodeCondition(selector, cluster.nodes),
  ];
  return cluster.pods.filter((pod) => conditions.every((holds) => holds(pod)));
}

type Condition = (pod: Pod) => boolean;

/** Throws SelectionError where more is wanted than one namespace's Chaos Mesh can reach. */
function checkScope(namespaces: readonly string[] = [], targetNamespace: string): void {
  const [first, ...more] = namespaces;
  if (more.length > 0) {
    throw new SelectionError('could NOT use more than 1 namespace selector within namespace scoped mode');
  }
  if (first !== undefined && first !== targetNamespace) {
    throw new SelectionError(`could NOT list pods from out of scoped namespace: ${first}`);
  }
}

function namespaceCondition(namespaces: PodSelectorSpec['namespaces'] = []): Condition {
  return ({ metadata }) => namespaces.length === 0 || namespaces.includes(metadata.namespace ?? '');
}

function equalCondition(wanted: Labels = {}, read: (pod: Pod) => Labels): Condition {
  return (pod) => {
    const found = read(pod);
    return Object.entries(wanted).every(([key, value]) => Object.hasOwn(found, key) && found[key] === value);
  };
}

/** The fields of a Pod that Kubernetes lets one select by. */
function fieldsOf(pod: Pod): Labels {
  const spec: Pod['spec'] & { readonly schedulerName?: string; readonly serviceAccountName?: string } =
    pod.spec;
  const status: Pod['status'] & { readonly nominatedNodeName?: string } = pod.status ?? {};
  return {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace ?? '',
    'spec.nodeName': spec.nodeName ?? '',
    'spec.restartPolicy': spec.restartPolicy ?? '',
    'spec.schedulerName': spec.schedulerName ?? '',
    'spec.serviceAccountName': spec.serviceAccountName ?? '',
    'status.phase': status.phase ?? '',
    'status.podIP': status.podIP ?? '',
    'status.nominatedNodeName': status.nominatedNodeName ?? '',
  };
}

type Operator = (has: boolean, hit: boolean) => boolean;

const OPERATORS: Readonly<Record<string, Operator>> = {
  In: (_has, hit) => hit,
  NotIn: (_has, hit) => !hit,
  Exists: (has) => has,
  DoesNotExist: (has) => !has,
};

function expressionCondition(expressions: PodSelectorSpec['expressionSelectors'] = []): Condition {
  const checks = expressions.map(({ key, operator, values = [] }) => {
    const check = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
    if (check === undefined) {
      throw new SelectionError(`${JSON.stringify(operator)} is not a valid label selector operator`);
    }
    const takesValues = operator === 'In' || operator === 'NotIn';
    if (takesValues && values.length === 0) {
      throw new SelectionError(`for 'in', 'notin' operators, values set can't be empty`);
    }
    if (!takesValues && values.length > 0) {
      throw new SelectionError('values set must be empty for exists and does not exist');
    }
    return (labels: Labels): boolean => {
      const has = Object.hasOwn(labels, key);
      return check(has, has && values.includes(labels[key] ?? ''));
    };
  });
  return ({ metadata }) => checks.every((holds) => holds(metadata.labels ?? {}));
}

/** Phases are read as one label expression: `Running` is a key that exists, `!Running` one that does not. */
function phaseCondition(selectors: readonly string[] = []): Condition {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  for (const text of selectors.flatMap((one) => one.split(','))) {
    const [, not = '', phase = ''] = /^\s*(!?)\s*([A-Za-z0-9][\w.-]*)\s*$/.exec(text) ?? [];
    if (phase === '') throw new SelectionError(`unsupported operator: ${text}`);
    (not === '' ? wanted : unwanted).push(phase);
  }
  return ({ status }) => {
    const phase = status?.phase ?? '';
    return (wanted.length === 0 || wanted.includes(phase)) && !unwanted.includes(phase);
  };
}

function nodeCondition(
  { nodes = [], nodeSelectors = {} }: PodSelectorSpec,
  known: readonly NodeLabels[],
): Condition {
  const byLabels = Object.entries(nodeSelectors);
  if (nodes.length === 0 && byLabels.length === 0) return () => true;
  for (const name of nodes) {
    if (!known.some((node) => node.name === name))
      throw new SelectionError(`nodes ${JSON.stringify(name)} not found`);
  }
  const matching = known.filter(
    ({ labels }) => byLabels.length > 0 && byLabels.every(([key, value]) => labels[key] === value),
  );
  const union = new Set([...nodes, ...matching.map(({ name }) => name)]);
  return ({ spec }) => union.has(spec.nodeName ?? '');
}

function byMode(pods: readonly Pod[], { mode, value = '' }: StressChaosSpec, choose: Choose): Pod[] {
  switch (mode) {
    case 'all':
      return [...pods];
    case 'one':
      return choose(pods, 1);
    case 'fixed':
      return choose(pods, Math.min(atoi(value), pods.length));
    case 'fixed-percent':
      return choose(pods, Math.ceil((pods.length * atoi(value)) / 100));
    case 'random-max-percent': {
      const percent = Math.floor(Math.random() * (atoi(value) + 1));
      return choose(pods, Math.ceil((pods.length * percent) / 100));
    }
  }
}

/** Go's strconv.Atoi; the webhook has let through nothing else. */
function atoi(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new SelectionError(`cannot parse value: ${JSON.stringify(text)}`);
  return Number(text);
}

/** A random choice without repetition (Fisher-Yates). */
export function random<T>(items: readonly T[], count: number): T[] {
  const left = [...items];
  const chosen: T[] = [];
  while (chosen.length < count && left.length > 0) {
    chosen.push(...left.splice(Math.floor(Math.random() * left.length), 1));
  }
  return chosen;
}
