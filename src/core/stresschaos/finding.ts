/** Half-open range of UTF-16 code units in the text that was checked. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

/** A mistake in a manifest: its code and what it is about, never a sentence (the formatter of a language makes that). */
export interface Finding {
  /** `MS001` ... ; one page each in docs/rules.md. */
  readonly code: string;
  readonly severity: Severity;
  readonly range: TextRange;
  readonly params: Readonly<Record<string, string | number>>;
  /** The edits that mend it, where one is sure. `--fix` and Fix All apply these. */
  readonly fix?: readonly TextEdit[];
  /** Edits that would mend it by changing what the experiment does: offered, never applied unasked. */
  readonly suggestion?: readonly TextEdit[];
}
