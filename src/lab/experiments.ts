import type { Condition, StressChaos, StressChaosRecord } from '../core/kubernetes/objects.js';
import { durationMs } from '../core/units/duration.js';
import { originOf } from './origin.js';
import type { ExperimentHang, ExperimentPhase, ExperimentView } from './types.js';

/**
 * A StressChaos object as the views show it, by the mapping that Chaos Mesh's dashboard uses, and `failed` where
 * the newest thing that happened to a record is a failure (Chaos Mesh goes on trying).
 *
 * @param now wall clock, ms since the epoch
 * @param failure what an event says of an experiment that has no records to say it; null: nothing
 * @param hang what its deletion waits for, where that takes too long
 */
export function experimentView(
  object: StressChaos,
  now: number,
  failure: string | null,
  hang: ExperimentHang | null = null,
): ExperimentView {
  const records = object.status?.experiment?.containerRecords ?? [];
  const injected = records.filter(isInjected).length;
  const endsAt = endOf(object);
  const problem = failureOf(records) ?? (records.length === 0 ? failure : null);
  return {
    key: experimentKey(object),
    engine: 'chaos-mesh',
    object,
    ...phaseOf(object, records, injected, endsAt !== null && endsAt <= now, problem),
    injected,
    targets: records.length,
    startedAt: object.metadata.creationTimestamp ?? null,
    endsAt: endsAt === null ? null : new Date(endsAt).toISOString(),
    origin: originOf(object.metadata),
    arrivals: [],
    hang,
  };
}

export function experimentKey(object: StressChaos): string {
  return `${object.metadata.namespace ?? 'default'}/${object.metadata.name}`;
}

/** Keys (`namespace/name`) of the Pods that the experiment acts on now. */
export function stressedPods(object: StressChaos): readonly string[] {
  const keys = stressedContainers(object).map((id) => id.split('/').slice(0, 2).join('/'));
  return [...new Set(keys)];
}

/** The containers (`namespace/pod/container`) that it acts on now. */
export function stressedContainers(object: StressChaos): readonly string[] {
  const records = object.status?.experiment?.containerRecords ?? [];
  return records.filter(isInjected).map(({ id }) => id);
}

function phaseOf(
  object: StressChaos,
  records: readonly StressChaosRecord[],
  injected: number,
  isOver: boolean,
  problem: string | null,
): { phase: ExperimentPhase; detail: string | null } {
  const condition = (type: string): Condition | undefined =>
    object.status?.conditions?.find((one) => one.type === type);
  const holds = (type: string): boolean => condition(type)?.status === 'True';
  const wantsStop = object.status?.experiment?.desiredPhase === 'Stop';
  if (object.metadata.deletionTimestamp !== undefined) {
    return { phase: 'stopping', detail: recoverFailure(records) };
  }
  if (holds('Paused')) {
    return { phase: 'paused', detail: null };
  }
  if (isOver && injected === 0 && (records.length > 0 || wantsStop)) {
    return { phase: 'finished', detail: null };
  }
  if (isOver && wantsStop) {
    return { phase: 'stopping', detail: recoverFailure(records) };
  }
  if (holds('Selected') && holds('AllInjected') && records.length > 0) {
    return { phase: 'running', detail: null };
  }
  if (problem !== null) {
    return { phase: 'failed', detail: problem };
  }
  return {
    phase: 'injecting',
    detail: condition('Selected')?.reason ?? condition('AllInjected')?.reason ?? null,
  };
}

/** `Injected`, or the reserved `Injected/...`. */
export function isInjected(record: StressChaosRecord): boolean {
  return record.phase === 'Injected' || record.phase.startsWith('Injected/');
}

function failureOf(records: readonly StressChaosRecord[]): string | null {
  for (const record of records) {
    const last = record.events?.at(-1);
    if (!isInjected(record) && last?.type === 'Failed' && last.operation === 'Apply') {
      return last.message ?? `${record.id} could not be stressed`;
    }
  }
  return null;
}

function recoverFailure(records: readonly StressChaosRecord[]): string | null {
  const failed = records
    .map((record) => record.events?.at(-1))
    .find((event) => event?.type === 'Failed' && event.operation === 'Recover');
  return failed?.message ?? null;
}

/**
 * The duration counts from the object's creation, whenever it was injected; ms since the epoch. Null without an end,
 * and where the creation is no time, or so late that no calendar has the end.
 */
export function endOf({ metadata, spec }: StressChaos): number | null {
  const created = Date.parse(metadata.creationTimestamp ?? '');
  const duration = spec.duration === undefined ? null : durationMs(spec.duration);
  if (duration === null || Number.isNaN(new Date(created + duration).getTime())) return null;
  return created + duration;
}
