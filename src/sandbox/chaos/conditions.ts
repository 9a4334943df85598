import type { Condition, StressChaosRecord } from '../../core/kubernetes/objects.js';

export const INJECTED = 'Injected';
export const NOT_INJECTED = 'Not Injected';

/** The four conditions of an experiment; all injected and all recovered are both untrue of no records. */
export function conditionsOf(
  records: readonly StressChaosRecord[] | undefined,
  paused: boolean,
): Condition[] {
  const list = records ?? [];
  const every = (phase: string): boolean => list.length > 0 && list.every((record) => record.phase === phase);
  const condition = (type: string, holds: boolean): Condition => ({ type, status: holds ? 'True' : 'False' });
  return [
    condition('Selected', list.length > 0),
    condition('AllInjected', every(INJECTED)),
    condition('AllRecovered', every(NOT_INJECTED)),
    condition('Paused', paused),
  ];
}
