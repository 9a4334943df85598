import type { ObjectModel, ScheduleModel, StressModel, WorkflowModel } from '../check/model.js';
import { durationRules } from './duration.js';
import { identityRules } from './identity.js';
import { oomRules } from './oom.js';
import { optionRules } from './options.js';
import type { Rule } from './rule.js';
import { scheduleRules, scheduleStressRules } from './schedule.js';
import { selectorRules } from './selector.js';
import { sizeRules } from './size.js';
import { stressorRules } from './stressors.js';
import { fileRules, structureRules } from './structure.js';
import { targetRules } from './targets.js';
import { workflowRules, workflowStressRules } from './workflow.js';

export const STRESS_RULES: readonly Rule<StressModel>[] = [
  ...stressorRules,
  ...sizeRules,
  ...optionRules,
  ...durationRules,
  ...targetRules,
  ...selectorRules,
  ...oomRules,
  ...scheduleStressRules,
  ...workflowStressRules,
];
export const OBJECT_RULES: readonly Rule<ObjectModel>[] = identityRules;
export const SCHEDULE_RULES: readonly Rule<ScheduleModel>[] = scheduleRules;
export const WORKFLOW_RULES: readonly Rule<WorkflowModel>[] = workflowRules;

/** Every row, in the order of its code. A rule with several families has a row in each. */
export const RULES: readonly Rule<never>[] = [
  ...structureRules,
  ...fileRules,
  ...(STRESS_RULES as readonly Rule<never>[]),
  ...(OBJECT_RULES as readonly Rule<never>[]),
  ...(SCHEDULE_RULES as readonly Rule<never>[]),
  ...(WORKFLOW_RULES as readonly Rule<never>[]),
].toSorted((a, b) => a.code.localeCompare(b.code, 'en'));

/** The first row of each code: its severity and versions. */
export const RULE_BY_CODE: ReadonlyMap<string, Rule<never>> = new Map(
  RULES.toReversed().map((rule) => [rule.code, rule]),
);
