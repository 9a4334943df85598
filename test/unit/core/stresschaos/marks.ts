import type { TextEdit, TextRange } from '../../../../src/core/stresschaos/finding.js';

/** A text with one place marked « », split into the text and the place. */
export function unmarked(marked: string): { text: string; range: TextRange } {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»');
  if (start === -1 || end < start) throw new Error(`no « » in the example:\n${marked}`);
  return { text: marked.replace('«', '').replace('»', ''), range: { start, end: end - 1 } };
}

/** Applies edits given in offsets of the text as it was. Throws where they overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = text;
  let before = Number.POSITIVE_INFINITY;
  for (const edit of edits.toSorted((a, b) => b.range.start - a.range.start)) {
    if (edit.range.end > before) throw new Error('edits overlap');
    result = result.slice(0, edit.range.start) + edit.newText + result.slice(edit.range.end);
    before = edit.range.start;
  }
  return result;
}
