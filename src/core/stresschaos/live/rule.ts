import type { Severity } from '../finding.js';
import type { Report } from '../rules/rule.js';
import type { LiveStress } from './stress.js';
import type { LiveWorld } from './world.js';

export interface LiveGoodExample {
  readonly text: string;
  readonly world: LiveWorld;
}

/** A manifest in a cluster, with the place that the rule names between « and »; `suggested` is the text after its suggestion. */
export interface LiveBadExample extends LiveGoodExample {
  readonly suggested?: string;
  readonly severity?: Severity;
}

/**
 * One row of the table of live rules: what a stress would meet in the connected cluster. `check` is a pure function; where it
 * needs what is not known (null), it keeps silent.
 */
export interface LiveRule {
  readonly code: string;
  readonly severity: Severity;
  readonly check: (stress: LiveStress, report: Report) => void;
  readonly good: readonly LiveGoodExample[];
  readonly bad: readonly LiveBadExample[];
}
