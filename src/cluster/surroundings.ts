import type {
  DisruptionBudget,
  LabelSelector,
  MemoryAutoscaler,
  NamespaceSurroundings,
} from '../core/kubernetes/surroundings.js';
import { asArray, asNumber, asRecord, asString, asStringMap } from './decode.js';
import { ClusterError } from './errors.js';
import type { Transport } from './transport.js';

/** Objects of one kind that are looked at in one namespace. */
const MOST = '500';
/** A list may come from the API server's cache: it is asked for again and again. */
const QUERY = { limit: MOST, resourceVersion: '0' };
const NO_BUDGETS: readonly DisruptionBudget[] = [];

/** What stands around the Pods of a namespace; null where it may not be read. Throws ClusterError where nobody answers. */
export async function namespaceSurroundings(
  transport: Transport,
  namespace: string,
  signal: AbortSignal,
): Promise<NamespaceSurroundings> {
  const name = encodeURIComponent(namespace);
  const list = (group: string, resource: string): Promise<readonly unknown[] | 'missing' | null> =>
    listOf(transport, `/apis/${group}/namespaces/${name}/${resource}`, signal);
  const [object, budgets, horizontal, vertical] = await Promise.all([
    readOf(transport, `/api/v1/namespaces/${name}`, signal),
    list('policy/v1', 'poddisruptionbudgets'),
    list('autoscaling/v2', 'horizontalpodautoscalers'),
    list('autoscaling.k8s.io/v1', 'verticalpodautoscalers'),
  ]);
  const known = object === null || object === 'missing' ? null : asRecord(object);
  return {
    exists: object === null ? null : object !== 'missing',
    annotations: known === null ? null : (asStringMap(asRecord(known['metadata'])?.['annotations']) ?? {}),
    disruptionBudgets: budgets === 'missing' ? NO_BUDGETS : (budgets?.flatMap(budgetOf) ?? null),
    autoscalers:
      horizontal === null || vertical === null
        ? null
        : [...itemsOf(horizontal).flatMap(horizontalOf), ...itemsOf(vertical).flatMap(verticalOf)],
  };
}

function itemsOf(items: readonly unknown[] | 'missing'): readonly unknown[] {
  return items === 'missing' ? [] : items;
}

async function listOf(
  transport: Transport,
  path: string,
  signal: AbortSignal,
): Promise<readonly unknown[] | 'missing' | null> {
  const answer = await readOf(transport, path, signal, QUERY);
  return answer === null || answer === 'missing' ? answer : asArray(asRecord(answer)?.['items']);
}

/** Null: forbidden. `missing`: the server has no such object or kind. */
async function readOf(
  transport: Transport,
  path: string,
  signal: AbortSignal,
  query: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  try {
    return await transport.json({ path, query, signal });
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'forbidden') return null;
    if (error instanceof ClusterError && error.kind === 'not-found') return 'missing';
    throw error;
  }
}

function budgetOf(raw: unknown): DisruptionBudget[] {
  const object = asRecord(raw);
  const name = asString(asRecord(object?.['metadata'])?.['name']);
  if (name === null) return [];
  const selector = asRecord(asRecord(object?.['spec'])?.['selector']);
  const disruptionsAllowed = asNumber(asRecord(object?.['status'])?.['disruptionsAllowed']);
  return [{ name, selector: selector === null ? null : labelSelectorOf(selector), disruptionsAllowed }];
}

function labelSelectorOf(raw: Readonly<Record<string, unknown>>): LabelSelector {
  const matchExpressions = asArray(raw['matchExpressions']).map((item) => {
    const one = asRecord(item);
    return {
      key: asString(one?.['key']) ?? '',
      operator: asString(one?.['operator']) ?? '',
      values: asArray(one?.['values']).filter((value) => typeof value === 'string'),
    };
  });
  return { matchLabels: asStringMap(raw['matchLabels']) ?? {}, matchExpressions };
}

function horizontalOf(raw: unknown): MemoryAutoscaler[] {
  const spec = asRecord(asRecord(raw)?.['spec']);
  const onMemory = asArray(spec?.['metrics']).some((item) => {
    const metric = asRecord(item);
    const source = asRecord(metric?.['resource']) ?? asRecord(metric?.['containerResource']);
    return source?.['name'] === 'memory';
  });
  return onMemory ? scalerOf('HorizontalPodAutoscaler', raw, spec?.['scaleTargetRef']) : [];
}

function verticalOf(raw: unknown): MemoryAutoscaler[] {
  const spec = asRecord(asRecord(raw)?.['spec']);
  const isOff = asRecord(spec?.['updatePolicy'])?.['updateMode'] === 'Off';
  return isOff ? [] : scalerOf('VerticalPodAutoscaler', raw, spec?.['targetRef']);
}

function scalerOf(kind: MemoryAutoscaler['kind'], raw: unknown, target: unknown): MemoryAutoscaler[] {
  const name = asString(asRecord(asRecord(raw)?.['metadata'])?.['name']);
  const targetKind = asString(asRecord(target)?.['kind']);
  const targetName = asString(asRecord(target)?.['name']);
  return name === null || targetKind === null || targetName === null
    ? []
    : [{ kind, name, targetKind, targetName }];
}
