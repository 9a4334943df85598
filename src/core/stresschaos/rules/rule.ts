import type { Finding, Severity, TextRange } from '../finding.js';
import type { VersionSpan } from '../version.js';

export type Params = Finding['params'];

export interface ReportExtra {
  readonly fix?: Finding['fix'] | undefined;
  readonly suggestion?: Finding['suggestion'] | undefined;
  /** Where a case is milder or graver than its rule. */
  readonly severity?: Severity;
  /** Something is not there. Not said of a document that could not be read whole. */
  readonly missing?: true;
}

/** Says that a rule is broken here. `params['variant']` picks another wording of the rule's text. */
export type Report = (range: TextRange, params?: Params, extra?: ReportExtra) => void;

/** A manifest with the mistake between « and »; `fixed` is the whole text after the quick fix. */
export interface BadExample {
  readonly text: string;
  /** The whole text after the suggestion, where the rule only suggests. */
  readonly suggested?: string;
  readonly fixed?: string;
  readonly version?: string;
  readonly severity?: Severity;
}

export interface GoodExample {
  readonly text: string;
  readonly version?: string;
}

/**
 * One row of the rule table. `check` is a pure function of what the rule looks at; a rule without one is a word that
 * the structural walk over the spec table, or the reader, speaks.
 */
export interface Rule<Target> extends VersionSpan {
  readonly code: string;
  readonly severity: Severity;
  readonly check?: (target: Target, report: Report) => void;
  readonly good: readonly GoodExample[];
  readonly bad: readonly BadExample[];
}
