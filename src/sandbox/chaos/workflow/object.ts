import type { StressChaosSpec } from '../../../core/kubernetes/objects.js';
import type { ScheduleSpec } from '../schedule/object.js';

/** A step of a Workflow as the schema lets it through. */
export interface Template {
  readonly name: string;
  readonly templateType: string;
  readonly deadline?: string;
  readonly children?: readonly string[];
  readonly task?: object;
  readonly conditionalBranches?: readonly object[];
  readonly schedule?: ScheduleSpec;
  readonly stressChaos?: StressChaosSpec;
}

export interface WorkflowSpec {
  readonly entry: string;
  readonly templates: readonly Template[];
}
