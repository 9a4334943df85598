/** One YAML document of a stream, cut out so that a mistake in it stays in it. */
export interface Chunk {
  /** Offset of the chunk in the stream, UTF-16 code units. */
  readonly start: number;
  readonly text: string;
}

const MARKER = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm;

/**
 * Cuts a stream at column-0 `---` and `...` lines, which YAML forbids inside any scalar: an unclosed quote then
 * cannot swallow the documents after it. Comments and directives before a `---` stay with their document.
 */
export function splitDocuments(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  let start = 0;
  let onlyPreamble = true;
  let scanned = 0;
  MARKER.lastIndex = 0;
  for (let marker = MARKER.exec(text); marker !== null; marker = MARKER.exec(text)) {
    // `^` with the m flag also matches after a lone CR or U+2028, which do not end a YAML line.
    const before = marker.index === 0 ? '\n' : text[marker.index - 1];
    if (before !== '\n' && !(marker.index === 1 && before === '\uFEFF')) continue;
    onlyPreamble = onlyPreamble && isPreamble(text, scanned, marker.index);
    scanned = marker.index + 3;
    if (marker[0] === '...') {
      const end = lineEnd(text, marker.index);
      chunks.push({ start, text: text.slice(start, end) });
      start = end;
      onlyPreamble = true;
      scanned = end;
      continue;
    }
    if (!onlyPreamble) {
      chunks.push({ start, text: text.slice(start, marker.index) });
      start = marker.index;
    }
    onlyPreamble = false;
  }
  if (start < text.length || chunks.length === 0) chunks.push({ start, text: text.slice(start) });
  return chunks;
}

/** Whether only comments, directives and blank lines stand between two offsets. */
function isPreamble(text: string, from: number, to: number): boolean {
  return /^\uFEFF?(?:[ \t]*(?:#[^\n]*)?\r?\n|%[^\n]*\n)*$/.test(text.slice(from, to));
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline === -1 ? text.length : newline + 1;
}
