import type {
  ChaosMode,
  CpuStressor,
  MemoryStressor,
  PodSelectorSpec,
  StressChaos,
  StressChaosRecord,
  StressChaosSpec,
  StressChaosStatus,
} from '../core/kubernetes/objects.js';
import { asArray, asNumber, asRecord, asString, asStringMap, type JsonRecord } from './decode.js';
import { ClusterError } from './errors.js';
import { given, oneOf, projectConditions, projectMeta, stringsOrNull, texts } from './objects.js';
import type { Transport } from './transport.js';

export const STRESS_CHAOS_ALL = '/apis/chaos-mesh.org/v1alpha1/stresschaos';

const MODES: readonly ChaosMode[] = ['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent'];

/** The collection in one namespace. */
export function stressChaosIn(namespace: string): string {
  return `/apis/chaos-mesh.org/v1alpha1/namespaces/${encodeURIComponent(namespace)}/stresschaos`;
}

/** One object. */
export function stressChaosPath(namespace: string, name: string): string {
  return `${stressChaosIn(namespace)}/${encodeURIComponent(name)}`;
}

/** Creates the object with strict field validation. Throws ClusterError (`already-exists`, `rejected`, ...). */
export async function createStressChaos(
  transport: Transport,
  namespace: string,
  object: StressChaos,
  signal: AbortSignal,
): Promise<StressChaos> {
  const answer = await transport.json({
    method: 'POST',
    path: stressChaosIn(namespace),
    query: { fieldValidation: 'Strict' },
    body: object,
    signal,
  });
  return sure(answer);
}

/** Chaos Mesh's kinds that hold a stress, and where the API server has them. */
const MANIFEST_RESOURCES: Readonly<Record<string, string>> = {
  StressChaos: 'stresschaos',
  Schedule: 'schedules',
  Workflow: 'workflows',
};

/** Longer names are refused. */
const MAX_NAME = 57;

/**
 * Sends the object as it is written, with strict field validation and all webhooks; nothing is kept. Where one of its
 * name exists it is tried under another name: what is asked is whether this one could be made. Throws ClusterError.
 */
export async function dryRunManifest(
  transport: Transport,
  manifest: JsonRecord,
  signal: AbortSignal,
): Promise<void> {
  const metadata = asRecord(manifest['metadata']) ?? {};
  const resource = MANIFEST_RESOURCES[asString(manifest['kind']) ?? ''];
  if (resource === undefined)
    throw new ClusterError('rejected', 'This is not a StressChaos, Schedule or Workflow.');
  const namespace = asString(metadata['namespace']) ?? transport.access.namespace;
  const path = `/apis/chaos-mesh.org/v1alpha1/namespaces/${encodeURIComponent(namespace)}/${resource}`;
  const send = (body: JsonRecord) =>
    transport.json({
      method: 'POST',
      path,
      query: { fieldValidation: 'Strict', dryRun: 'All' },
      body: { ...body, metadata: { ...asRecord(body['metadata']), namespace } },
      signal,
    });
  try {
    await send(manifest);
  } catch (error) {
    if (!(error instanceof ClusterError && error.kind === 'already-exists')) throw error;
    const name = `${(asString(metadata['name']) ?? '').slice(0, MAX_NAME - 8)}-dry-run`;
    await send({ ...manifest, metadata: { ...metadata, name } });
  }
}

/** Throws ClusterError (`not-found`, ...). */
export async function getStressChaos(
  transport: Transport,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<StressChaos> {
  return sure(await transport.json({ path: stressChaosPath(namespace, name), signal }));
}

/** Asks for the deletion; the object stays until its finalizers are done. Throws ClusterError. */
export async function deleteStressChaos(
  transport: Transport,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  await transport.json({ method: 'DELETE', path: stressChaosPath(namespace, name), signal });
}

/** Applies a JSON merge patch (custom resources take no strategic one). Throws ClusterError. */
export async function patchStressChaos(
  transport: Transport,
  namespace: string,
  name: string,
  patch: JsonRecord,
  signal: AbortSignal,
): Promise<StressChaos> {
  const answer = await transport.json({
    method: 'PATCH',
    path: stressChaosPath(namespace, name),
    body: patch,
    contentType: 'application/merge-patch+json',
    signal,
  });
  return sure(answer);
}

/** The parts of a StressChaos that Podstress shows; null where it has no name or no spec. */
export function projectStressChaos(raw: JsonRecord): StressChaos | null {
  const metadata = projectMeta(raw['metadata']);
  const spec = asRecord(raw['spec']);
  if (metadata === null || spec === null) {
    return null;
  }
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata,
    spec: projectSpec(spec),
    status: projectStatus(asRecord(raw['status']) ?? {}),
  };
}

function sure(answer: unknown): StressChaos {
  const record = asRecord(answer);
  const object = record === null ? null : projectStressChaos(record);
  if (object === null) {
    throw new ClusterError('protocol', 'the answer is not a StressChaos');
  }
  return object;
}

function projectSpec(spec: JsonRecord): StressChaosSpec {
  const stressors = asRecord(spec['stressors']);
  const memory = asRecord(stressors?.['memory']);
  const cpu = asRecord(stressors?.['cpu']);
  return {
    mode: oneOf(spec['mode'], MODES) ?? 'all',
    selector: projectSelector(asRecord(spec['selector']) ?? {}),
    ...texts(spec, ['value', 'duration', 'stressngStressors', 'remoteCluster']),
    ...given('containerNames', stringsOrNull(spec['containerNames'])),
    ...(stressors !== null && {
      stressors: {
        ...(memory !== null && { memory: projectMemory(memory) }),
        ...(cpu !== null && { cpu: projectCpu(cpu) }),
      },
    }),
  };
}

function projectMemory(memory: JsonRecord): MemoryStressor {
  return {
    workers: asNumber(memory['workers']) ?? 0,
    ...texts(memory, ['size']),
    ...given('oomScoreAdj', asNumber(memory['oomScoreAdj'])),
    ...given('options', stringsOrNull(memory['options'])),
  };
}

function projectCpu(cpu: JsonRecord): CpuStressor {
  return {
    workers: asNumber(cpu['workers']) ?? 0,
    ...given('load', asNumber(cpu['load'])),
    ...given('options', stringsOrNull(cpu['options'])),
  };
}

function projectSelector(selector: JsonRecord): PodSelectorSpec {
  const pods = asRecord(selector['pods']);
  const expressions = asArray(selector['expressionSelectors']).flatMap((item) => {
    const expression = asRecord(item);
    const key = asString(expression?.['key']);
    const operator = asString(expression?.['operator']);
    return expression === null || key === null || operator === null
      ? []
      : [{ key, operator, ...given('values', stringsOrNull(expression['values'])) }];
  });
  return {
    ...given('namespaces', stringsOrNull(selector['namespaces'])),
    ...given('labelSelectors', asStringMap(selector['labelSelectors'])),
    ...given('annotationSelectors', asStringMap(selector['annotationSelectors'])),
    ...given('fieldSelectors', asStringMap(selector['fieldSelectors'])),
    ...(expressions.length > 0 && { expressionSelectors: expressions }),
    ...given('podPhaseSelectors', stringsOrNull(selector['podPhaseSelectors'])),
    ...given('nodeSelectors', asStringMap(selector['nodeSelectors'])),
    ...given('nodes', stringsOrNull(selector['nodes'])),
    ...(pods !== null && {
      pods: Object.fromEntries(Object.entries(pods).map(([name, list]) => [name, stringsOrNull(list) ?? []])),
    }),
  };
}

function projectStatus(status: JsonRecord): StressChaosStatus {
  const experiment = asRecord(status['experiment']);
  return {
    conditions: projectConditions(status['conditions']),
    ...(experiment !== null && {
      experiment: {
        ...given('desiredPhase', oneOf(experiment['desiredPhase'], ['Run', 'Stop'] as const)),
        containerRecords: asArray(experiment['containerRecords']).flatMap(projectRecord),
      },
    }),
  };
}

function projectRecord(raw: unknown): StressChaosRecord[] {
  const record = asRecord(raw);
  const id = asString(record?.['id']);
  if (record === null || id === null) {
    return [];
  }
  const events = asArray(record['events']).flatMap((item) => {
    const event = asRecord(item);
    const type = oneOf(event?.['type'], ['Succeeded', 'Failed'] as const);
    const operation = oneOf(event?.['operation'], ['Apply', 'Recover'] as const);
    return event === null || type === null || operation === null
      ? []
      : [{ type, operation, timestamp: asString(event['timestamp']) ?? '', ...texts(event, ['message']) }];
  });
  return [
    {
      id,
      selectorKey: asString(record['selectorKey']) ?? '',
      phase: asString(record['phase']) ?? '',
      injectedCount: asNumber(record['injectedCount']) ?? 0,
      recoveredCount: asNumber(record['recoveredCount']) ?? 0,
      events,
    },
  ];
}
