import type { StressChaosRecord } from '../../core/kubernetes/objects.js';
import { kubeTime } from '../api/kube-object.js';
import { NOT_INJECTED } from './conditions.js';
import { recordId, type Target } from './selection.js';

/** Chaos Mesh keeps this many events of a record (MAX_EVENTS). */
const MAX_EVENTS = 100;

/** StressChaos has one selector; Chaos Mesh calls it `.`. */
const SELECTOR_KEY = '.';

export function newRecords(targets: readonly Target[]): StressChaosRecord[] {
  return targets.map((target) => ({
    id: recordId(target),
    selectorKey: SELECTOR_KEY,
    phase: NOT_INJECTED,
    injectedCount: 0,
    recoveredCount: 0,
  }));
}

/** The record with one more event, the oldest dropped when there are too many. */
export function withEvent(
  record: StressChaosRecord,
  type: 'Succeeded' | 'Failed',
  operation: 'Apply' | 'Recover',
  message?: string,
): StressChaosRecord {
  const event = {
    type,
    operation,
    timestamp: kubeTime(new Date()),
    ...(message === undefined ? {} : { message }),
  };
  return { ...record, events: [...(record.events ?? []), event].slice(-MAX_EVENTS) };
}
