import type { LiveRule } from './rule.js';
import { clusterRules } from './rules/cluster.js';
import { companyRules } from './rules/company.js';
import { memoryRules } from './rules/memory.js';
import { oomRules } from './rules/oom.js';
import { selectionRules } from './rules/selection.js';

/** Every live rule, in the order of its code. */
export const LIVE_RULES: readonly LiveRule[] = [
  ...selectionRules,
  ...companyRules,
  ...clusterRules,
  ...memoryRules,
  ...oomRules,
].toSorted((a, b) => a.code.localeCompare(b.code, 'en'));
