import { Lexer } from 'yaml';
import { mayConcernUs } from '../check/document.js';
import type { TextEdit, TextRange } from '../finding.js';
import { splitDocuments } from '../yaml/split.js';

/** An anchor or alias: its name without the mark, and where the name stands. */
export interface Anchor {
  readonly name: string;
  readonly range: TextRange;
  readonly kind: 'anchor' | 'alias';
}

/** The anchors and aliases of the document around an offset; none where it does not concern us. */
export function anchorsAround(text: string, offset: number): Anchor[] {
  const chunk = splitDocuments(text).findLast((each) => each.start <= offset);
  if (chunk === undefined || !mayConcernUs(chunk.text)) return [];
  const anchors: Anchor[] = [];
  let position = chunk.start;
  let scalar = false;
  for (const lexeme of new Lexer().lex(chunk.text)) {
    // Control characters announce documents and scalars; they stand in no text.
    if (lexeme === '\u0002' || lexeme === '\u0018' || lexeme === '\u001f') {
      scalar = lexeme === '\u001f';
      continue;
    }
    if (!scalar && /^[&*]./.test(lexeme)) {
      const range = { start: position + 1, end: position + lexeme.length };
      anchors.push({ name: lexeme.slice(1), range, kind: lexeme.startsWith('&') ? 'anchor' : 'alias' });
    }
    scalar = false;
    position += lexeme.length;
  }
  return anchors;
}

/** The anchor or alias at an offset. */
export function anchorAt(text: string, offset: number): Anchor | null {
  return (
    anchorsAround(text, offset).find(({ range }) => range.start - 1 <= offset && offset <= range.end) ?? null
  );
}

export type Rename = { readonly edits: readonly TextEdit[] } | { readonly refused: 'name' | 'taken' };

/** Renames an anchor with all its aliases; refused where the new name is no anchor or another anchor's. */
export function renameAnchor(text: string, offset: number, newName: string): Rename | null {
  const anchor = anchorAt(text, offset);
  if (anchor === null) return null;
  if (!/^[^\s,[\]{}]+$/.test(newName)) return { refused: 'name' };
  const all = anchorsAround(text, offset);
  if (newName !== anchor.name && all.some((each) => each.name === newName)) return { refused: 'taken' };
  const edits = all
    .filter((each) => each.name === anchor.name)
    .map((each) => ({ range: each.range, newText: newName }));
  return { edits };
}
