import type { Checker } from './check/checker.js';
import type { Finding, TextEdit } from './finding.js';

/** Applies edits given in offsets of the text; one that overlaps an earlier one is left out. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let position = 0;
  for (const edit of edits.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end)) {
    if (edit.range.start < position) continue;
    result += text.slice(position, edit.range.start) + edit.newText;
    position = edit.range.end;
  }
  return result + text.slice(position);
}

/** The fixes of findings that can be made in one go: none touches what another touches. */
export function compatibleFixes(findings: readonly Finding[]): TextEdit[] {
  const chosen: TextEdit[] = [];
  for (const { fix } of findings) {
    if (fix === undefined) continue;
    const free = fix.every((edit) =>
      chosen.every((other) => edit.range.end < other.range.start || other.range.end < edit.range.start),
    );
    if (free) chosen.push(...fix);
  }
  return chosen;
}

/** Fixes that bring further ones to light are followed this often; a fix that undid another would otherwise not end. */
const MAX_ROUNDS = 10;

/** The text with everything mended that is sure to be mended. */
export function fixAll(text: string, checker: Checker): string {
  let current = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const edits = compatibleFixes(checker.check(current));
    const next = applyEdits(current, edits);
    if (next === current) break;
    current = next;
  }
  return current;
}
