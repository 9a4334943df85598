import type { Localized } from '../locale.js';
import type { VersionSpan } from '../version.js';

/** What a string means beyond being one: decides its grammar, its completion and its highlighting. */
export type Format =
  | 'size'
  | 'duration'
  | 'cron'
  | 'count'
  | 'namespace'
  | 'pod'
  | 'container'
  | 'node'
  | 'labelKey'
  | 'labelValue'
  | 'annotationKey'
  | 'nodeLabelKey'
  | 'fieldKey'
  | 'operator'
  | 'phase'
  | 'stressOption'
  | 'templateName'
  | 'templateType'
  | 'chaosKind'
  | 'pauseKey';

export type FieldType =
  | { readonly type: 'string'; readonly format?: Format; readonly values?: readonly string[] }
  | {
      readonly type: 'integer';
      readonly minimum?: number;
      readonly maximum?: number;
      readonly exclusiveMinimum?: true;
    }
  | { readonly type: 'boolean' }
  | { readonly type: 'object'; readonly shape: ShapeName }
  | { readonly type: 'list'; readonly of: FieldType }
  | { readonly type: 'map'; readonly key?: Format; readonly of: FieldType }
  /** Something of another kind: its content is left alone. */
  | { readonly type: 'any' };

/** One row of the table: everything that check, completion, hover and JSON Schema know about a field. */
export interface Field extends VersionSpan {
  readonly name: string;
  readonly type: FieldType;
  readonly required?: true;
  readonly nullable?: true;
  readonly default?: string;
  /** Values worth offering where the type does not enumerate them. */
  readonly suggest?: readonly string[];
  /** Rules that speak for this field instead of the general structural ones. */
  readonly codes?: { readonly type?: string; readonly missing?: string; readonly range?: string };
  readonly prose: Localized;
  /** Where the official text is wrong: what is true. */
  readonly truth?: Localized;
}

export type ShapeName =
  | 'StressChaos'
  | 'Schedule'
  | 'Workflow'
  | 'ObjectMeta'
  | 'StressChaosSpec'
  | 'Stressors'
  | 'MemoryStressor'
  | 'CpuStressor'
  | 'PodSelectorSpec'
  | 'LabelRequirement'
  | 'ScheduleSpec'
  | 'ChaosOnlyScheduleSpec'
  | 'WorkflowSpec'
  | 'WorkflowTemplate'
  | 'ConditionalBranch';

/** A name that people write here and that no version (or none any more) knows: the rule that says so. */
export interface Retired {
  readonly name: string;
  readonly code: string;
}

export interface Shape {
  readonly name: ShapeName;
  readonly fields: readonly Field[];
  readonly retired?: readonly Retired[];
}
