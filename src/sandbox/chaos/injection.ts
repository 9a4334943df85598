import { createHash } from 'node:crypto';
import type {
  Pod,
  StressChaos,
  StressChaosRecord,
  StressChaosStatus,
} from '../../core/kubernetes/objects.js';
import type { StressPlan } from '../../protocol/agent/types.js';
import type { StressAgent } from './agent-client.js';
import type { Daemons } from './daemons.js';
import { stressPlan } from './plan.js';

export type Instance = NonNullable<StressChaosStatus['instances']>[string];

/** The pid of a stressor that has ended before anybody looked: one more than Linux ever gives (PID_MAX_LIMIT). */
export const DEAD_PID = '4194304';

/** What an injection needs to know of the cluster. */
export interface InjectionContext {
  readonly agent: StressAgent;
  readonly daemons: Daemons;
  readonly nodeMemoryBytes: number;
  readonly pods: readonly Pod[];
}

/**
 * Injects one record's stress. The run's name tells the agent apart which injection it is. Returns what
 * `status.instances` says of it (nothing where nothing was started). Throws Error.
 */
export async function apply(
  object: StressChaos,
  record: StressChaosRecord,
  remainingMs: number | null,
  { agent, daemons, nodeMemoryBytes, pods }: InjectionContext,
): Promise<Instance> {
  const { pod, containerId } = target(record, pods);
  const nodeName = pod.spec.nodeName ?? '';
  daemons.check('Apply', nodeName);
  const id = runId(object, record.id, record.injectedCount + 1);
  const { plan, emptyMemory } = stressPlan(object.spec, { id, containerId, remainingMs }, nodeMemoryBytes);
  const empty = emptyMemory ? memoryInstance(DEAD_PID, new Date().toISOString()) : {};
  if (plan === null) return empty;
  if (daemons.losesStressors()) return instanceOf(plan, DEAD_PID, new Date().toISOString());
  const run = await agent.start(nodeName, plan);
  if (run.phase === 'failed') throw new Error(run.reason ?? 'the stressor failed');
  return { ...instanceOf(plan, String(run.pid ?? ''), run.startedAt), ...empty };
}

/** Ends one record's stress; a Pod that has gone has taken it along. Throws Error. */
export async function recover(
  object: StressChaos,
  record: StressChaosRecord,
  { agent, daemons, pods }: Omit<InjectionContext, 'nodeMemoryBytes'>,
): Promise<void> {
  const pod = podOf(record, pods);
  const instance = object.status?.instances?.[record.id];
  const pids = [instance?.uid, instance?.memoryUid].filter((pid) => pid !== undefined);
  if (pod === undefined || pids.length === 0) return;
  const nodeName = pod.spec.nodeName ?? '';
  daemons.check('Recover', nodeName);
  if (pids.every((pid) => pid === DEAD_PID)) return;
  await agent.stop(nodeName, runId(object, record.id, record.injectedCount));
}

function instanceOf(plan: StressPlan, pid: string, startedAt: string): Instance {
  return {
    ...(plan.cpu === undefined ? {} : { uid: pid, startTime: startedAt }),
    ...(plan.memory === undefined ? {} : memoryInstance(pid, startedAt)),
  };
}

function memoryInstance(pid: string, startedAt: string): Instance {
  return { memoryUid: pid, memoryStartTime: startedAt };
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
