import { createHash } from 'node:crypto';
import type {
  Pod,
  StressChaos,
  StressChaosRecord,
  StressChaosStatus,
} from '../../core/kubernetes/objects.js';
import type { StressAgent } from './agent-client.js';
import { stressPlan } from './plan.js';

export type Instance = NonNullable<StressChaosStatus['instances']>[string];

/**
 * Injects one record's stress. The run's name tells the agent apart which injection it is. Returns what
 * `status.instances` says of it (nothing where nothing was started). Throws Error.
 */
export async function apply(
  object: StressChaos,
  record: StressChaosRecord,
  remainingMs: number | null,
  context: { readonly agent: StressAgent; readonly nodeMemoryBytes: number; readonly pods: readonly Pod[] },
): Promise<Instance> {
  const { pod, containerId } = target(record, context.pods);
  const id = runId(object, record.id, record.injectedCount + 1);
  const plan = stressPlan(object.spec, { id, containerId, remainingMs }, context.nodeMemoryBytes);
  if (plan === null) return {};
  const run = await context.agent.start(pod.spec.nodeName ?? '', plan);
  if (run.phase === 'failed') throw new Error(run.reason ?? 'the stressor failed');
  const pid = String(run.pid ?? '');
  return {
    ...(plan.cpu === undefined ? {} : { uid: pid, startTime: run.startedAt }),
    ...(plan.memory === undefined ? {} : { memoryUid: pid, memoryStartTime: run.startedAt }),
  };
}

/** Ends one record's stress; a Pod that has gone has taken it along. Throws Error. */
export async function recover(
  object: StressChaos,
  record: StressChaosRecord,
  { agent, pods }: { readonly agent: StressAgent; readonly pods: readonly Pod[] },
): Promise<void> {
  const pod = podOf(record, pods);
  const instance = object.status?.instances?.[record.id];
  const started = instance?.uid !== undefined || instance?.memoryUid !== undefined;
  if (pod === undefined || !started) return;
  await agent.stop(pod.spec.nodeName ?? '', runId(object, record.id, record.injectedCount));
}

function target(record: StressChaosRecord, pods: readonly Pod[]): { pod: Pod; containerId: string } {
  const pod = podOf(record, pods);
  const name = record.id.split('/')[2] ?? '';
  if (pod === undefined) throw new Error(`the Pod of ${record.id} is not found`);
  const status = pod.status?.containerStatuses?.find((one) => one.name === name);
  if (status?.state?.running === undefined) throw new Error(`the container of ${record.id} does not run`);
  const containerId = /^[a-z-]+:\/\/([0-9a-f]+)$/.exec(status.containerID ?? '')?.[1];
  if (containerId === undefined) throw new Error(`the container of ${record.id} has no id`);
  return { pod, containerId };
}

function podOf(record: StressChaosRecord, pods: readonly Pod[]): Pod | undefined {
  const [namespace, name] = record.id.split('/');
  return pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
}

/** Unique for the object, the record and how often it was injected. */
function runId(object: StressChaos, recordId: string, count: number): string {
  const record = createHash('sha256').update(recordId).digest('hex').slice(0, 16);
  return `${object.metadata.uid}.${record}.${count}`;
}
