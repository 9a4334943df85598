import type { ObjectMeta, StressChaosSpec } from '../../../core/kubernetes/objects.js';

/** A Schedule as the schema lets it through. */
export interface Schedule {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: ScheduleSpec;
  readonly status?: {
    readonly active?: readonly { readonly name: string }[];
    /** When it last started one. */
    readonly time?: string | null;
  };
}

export interface ScheduleSpec {
  readonly schedule: string;
  readonly type: string;
  readonly stressChaos?: StressChaosSpec;
  readonly concurrencyPolicy?: 'Forbid' | 'Allow';
  readonly historyLimit?: number;
  readonly startingDeadlineSeconds?: number | null;
}

/** How many are kept where a Schedule does not say: what its documentation calls the default. */
export const HISTORY_LIMIT = 1;
