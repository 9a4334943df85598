import type { Finding, TextEdit, TextRange } from './finding.js';

function shiftedRange(range: TextRange, by: number): TextRange {
  return { start: range.start + by, end: range.end + by };
}

function shiftedEdits(edits: readonly TextEdit[], by: number): TextEdit[] {
  return edits.map((edit) => ({ range: shiftedRange(edit.range, by), newText: edit.newText }));
}

/** A finding of a document that stands further on in its file. */
export function shiftedFinding(finding: Finding, by: number): Finding {
  if (by === 0) return finding;
  return {
    ...finding,
    range: shiftedRange(finding.range, by),
    ...(finding.fix === undefined ? {} : { fix: shiftedEdits(finding.fix, by) }),
    ...(finding.suggestion === undefined ? {} : { suggestion: shiftedEdits(finding.suggestion, by) }),
  };
}
