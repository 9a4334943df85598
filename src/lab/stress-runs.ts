import { asRecord, asString, type JsonRecord } from '../cluster/decode.js';
import { projectStressChaos } from '../cluster/stresschaos.js';
import type { StressChaos } from '../core/kubernetes/objects.js';
import type { StressPlan, StressRun } from '../protocol/agent/types.js';

/** What names one injection of one container. None of the parts of Kubernetes' names has an underscore. */
export interface RunName {
  readonly namespace: string;
  readonly name: string;
  /** Of the experiment: another of the same name is another. */
  readonly uid: string;
  /** How often the experiment was injected before. */
  readonly attempt: number;
  /** The target's place among those of the experiment. */
  readonly index: number;
}

/** What is said of an experiment with each of its runs, for clients that did not make it. */
export interface RunNote {
  readonly object: StressChaos;
  /** `namespace/pod/container`. */
  readonly target: string;
}

const MARK = 'podstress';
/** The agent takes no longer name. */
export const MAX_RUN_ID = 128;
/** Nor a longer note, characters. */
const MAX_NOTE = 8192;

export function runId({ namespace, name, uid, attempt, index }: RunName): string {
  return [MARK, namespace, name, uid, attempt, index].join('_');
}

/** Null: somebody else's run. */
export function readRunId(id: string): RunName | null {
  const [, namespace, name, uid, attempt, index] =
    /^podstress_([a-z0-9-]+)_([a-z0-9.-]+)_([0-9a-f]{8})_(\d{1,5})_(\d{1,5})$/.exec(id) ?? [];
  if (namespace === undefined || name === undefined || uid === undefined) return null;
  return { namespace, name, uid, attempt: Number(attempt), index: Number(index) };
}

/** Undefined where there is too much to say. */
export function writeNote({ object, target }: RunNote): string | undefined {
  const { metadata, spec } = object;
  const text = JSON.stringify({ metadata, spec, target });
  return text.length > MAX_NOTE ? undefined : text;
}

/** The experiment that a run says it is of; where it says nothing that can be read, one that does what the run does. */
export function noteOf(run: StressRun, { namespace, name }: RunName, container: string | null): RunNote {
  const told = parse(run.plan.note);
  const target = asString(told?.['target']) ?? container;
  const object =
    told === null ? null : projectStressChaos({ metadata: told['metadata'], spec: told['spec'] });
  const place = target ?? `unknown/unknown/${run.plan.containerId}`;
  if (object?.metadata.name === name && object.metadata.namespace === namespace) {
    return { object, target: place };
  }
  return { object: objectOf(run, namespace, name, place), target: place };
}

function parse(note: string | undefined): JsonRecord | null {
  try {
    return asRecord(JSON.parse(note ?? 'null'));
  } catch {
    return null;
  }
}

function objectOf(
  { plan, startedAt }: StressRun,
  namespace: string,
  name: string,
  target: string,
): StressChaos {
  const [podNamespace = '', pod = '', container = ''] = target.split('/');
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata: { name, namespace, creationTimestamp: startedAt },
    spec: {
      mode: 'all',
      selector: { pods: { [podNamespace]: [pod] } },
      containerNames: [container],
      stressors: stressorsOf(plan),
      duration: `${plan.durationMs}ms`,
    },
  };
}

function stressorsOf({ memory, cpu, options }: StressPlan): NonNullable<StressChaos['spec']['stressors']> {
  return {
    ...(memory !== undefined && {
      memory: {
        workers: memory.workers,
        size: `${memory.bytes}B`,
        ...(memory.oomScoreAdj !== undefined && { oomScoreAdj: memory.oomScoreAdj }),
        ...(memory.rampMs !== undefined && { options: ['--time', `${memory.rampMs}ms`] }),
      },
    }),
    ...(cpu !== undefined && {
      cpu: {
        workers: cpu.workers,
        ...(cpu.load !== undefined && { load: cpu.load }),
        ...(options !== undefined && { options }),
      },
    }),
  };
}
