import type { ChaosMode, PodSelectorSpec, StressChaosSpec } from '../../core/kubernetes/objects.js';
import type { ContainerView, PodView } from '../../lab/types.js';

/** A Pod that an experiment may act on, with the containers in it that it would stress. */
export interface TargetPod {
  readonly pod: PodView;
  readonly containers: readonly ContainerView[];
}

export interface Targets {
  /** Every Pod that the selector hits and that has a container to stress. */
  readonly candidates: readonly TargetPod[];
  /** How many of them the mode takes. They differ for random-max-percent only. */
  readonly atLeast: number;
  readonly atMost: number;
}

type LabelPredicate = (labels: Readonly<Record<string, string>>) => boolean;

/**
 * What an experiment would act on now, by Chaos Mesh's own rules: `pods` wins alone, otherwise all kinds of
 * selector must hold; no namespaces means the experiment's own; without container names the first container.
 *
 * @param namespace the experiment's own namespace.
 * @returns null where the Pods alone do not tell: node labels, or a field or operator that we do not know.
 */
export function selectTargets(
  spec: StressChaosSpec,
  namespace: string,
  pods: readonly PodView[],
): Targets | null {
  const matches = podPredicate(spec.selector, namespace);
  if (matches === null) return null;
  const candidates = pods
    .filter((pod) => pod.pod.metadata.deletionTimestamp === undefined && matches(pod))
    .map((pod) => ({ pod, containers: targetContainers(pod, spec.containerNames) }))
    .filter((target) => target.containers.length > 0);
  const taken = takenBy(spec.mode, spec.value, candidates.length);
  return taken === null ? null : { candidates, ...taken };
}

function targetContainers(pod: PodView, names: readonly string[] | undefined): readonly ContainerView[] {
  if (names === undefined || names.length === 0) return pod.containers.slice(0, 1);
  return pod.containers.filter((container) => names.includes(container.name));
}

function takenBy(
  mode: ChaosMode,
  value: string | undefined,
  available: number,
): { atLeast: number; atMost: number } | null {
  const exactly = (count: number) => ({ atLeast: count, atMost: count });
  if (mode === 'all') return exactly(available);
  if (mode === 'one') return exactly(Math.min(1, available));
  const number = value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
  if (number === null) return null;
  switch (mode) {
    case 'fixed':
      return exactly(Math.min(number, available));
    case 'fixed-percent':
      return exactly(Math.min(available, Math.ceil((available * number) / 100)));
    case 'random-max-percent':
      return { atLeast: 0, atMost: Math.min(available, Math.ceil((available * number) / 100)) };
    default:
      return null;
  }
}

function podPredicate(selector: PodSelectorSpec, namespace: string): ((pod: PodView) => boolean) | null {
  if (selector.pods !== undefined && Object.keys(selector.pods).length > 0) {
    const named = selector.pods;
    return (pod) => named[pod.namespace]?.includes(pod.name) ?? false;
  }
  if (Object.keys(selector.nodeSelectors ?? {}).length > 0) return null;
  const namespaces =
    selector.namespaces === undefined || selector.namespaces.length === 0 ? [namespace] : selector.namespaces;
  const nodes = selector.nodes ?? [];
  const phases = phasePredicate(selector.podPhaseSelectors ?? []);
  const fields = fieldPredicates(selector.fieldSelectors ?? {});
  const expressions = (selector.expressionSelectors ?? []).map(expressionPredicate);
  if (phases === null || fields === null || expressions.includes(null)) return null;
  const labels = equalTo(selector.labelSelectors ?? {});
  const annotations = equalTo(selector.annotationSelectors ?? {});
  return (pod) => {
    const { metadata, spec } = pod.pod;
    const own = metadata.labels ?? {};
    return (
      namespaces.includes(pod.namespace) &&
      (nodes.length === 0 || nodes.includes(spec.nodeName ?? '')) &&
      phases(pod.phase) &&
      fields.every((holds) => holds(pod)) &&
      labels(own) &&
      annotations(metadata.annotations ?? {}) &&
      expressions.every((holds) => holds?.(own) ?? false)
    );
  };
}

function equalTo(wanted: Readonly<Record<string, string>>): LabelPredicate {
  const entries = Object.entries(wanted);
  return (labels) => entries.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** `Running` takes that phase, `!Running` every other. */
function phasePredicate(phases: readonly string[]): ((phase: string) => boolean) | null {
  if (phases.some((phase) => !/^!?[A-Za-z]+$/.test(phase))) return null;
  const wanted = phases.filter((phase) => !phase.startsWith('!')).map((phase) => phase.toLowerCase());
  const refused = phases
    .filter((phase) => phase.startsWith('!'))
    .map((phase) => phase.slice(1).toLowerCase());
  return (phase) => {
    const own = phase.toLowerCase();
    return (wanted.length === 0 || wanted.includes(own)) && !refused.includes(own);
  };
}

const FIELDS: Readonly<Record<string, (pod: PodView) => string | undefined>> = {
  'metadata.name': (pod) => pod.name,
  'metadata.namespace': (pod) => pod.namespace,
  'spec.nodeName': (pod) => pod.pod.spec.nodeName ?? '',
  'spec.restartPolicy': (pod) => pod.pod.spec.restartPolicy ?? 'Always',
  'status.phase': (pod) => pod.phase,
  'status.podIP': (pod) => pod.pod.status?.podIP ?? '',
};

function fieldPredicates(fields: Readonly<Record<string, string>>): ((pod: PodView) => boolean)[] | null {
  const predicates: ((pod: PodView) => boolean)[] = [];
  for (const [field, value] of Object.entries(fields)) {
    const read = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
    if (read === undefined) return null;
    predicates.push((pod) => read(pod) === value);
  }
  return predicates;
}

function expressionPredicate(expression: {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}): LabelPredicate | null {
  const { key, operator } = expression;
  const values = expression.values ?? [];
  switch (operator) {
    case 'In':
      return (labels) => Object.hasOwn(labels, key) && values.includes(labels[key] ?? '');
    case 'NotIn':
      return (labels) => !Object.hasOwn(labels, key) || !values.includes(labels[key] ?? '');
    case 'Exists':
      return (labels) => Object.hasOwn(labels, key);
    case 'DoesNotExist':
      return (labels) => !Object.hasOwn(labels, key);
    default:
      return null;
  }
}
