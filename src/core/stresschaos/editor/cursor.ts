import { mayConcernUs } from '../check/document.js';
import type { TextRange } from '../finding.js';
import { readYaml } from '../yaml/read.js';
import { splitDocuments } from '../yaml/split.js';
import { findPlace, type Place } from './place.js';

/** What the cursor stands in: a place of the spec, and the word that a completion would replace. */
export interface Cursor {
  readonly place: Place;
  /** The word before and after the cursor, quotes included; offsets of the whole text. */
  readonly word: TextRange;
  /** The part of the word before the cursor, without a quote. */
  readonly typed: string;
  /** Inside `{}` or `[]`. */
  readonly flow: boolean;
  /** Column of the line's first key, for what is inserted over several lines. */
  readonly indent: number;
  /** Text follows the word on its line: a colon is already there. */
  readonly hasColon: boolean;
}

const MARK = 'podstressCursor';
const WORD = /[^\s,[\]{}"'#]/;

/** The word around an offset: what stands between blanks, brackets and quotes. A colon ends a key. */
function wordAround(text: string, offset: number): TextRange {
  let start = offset;
  while (start > 0 && WORD.test(text[start - 1] ?? '') && !endsKey(text, start - 1)) start--;
  let end = offset;
  while (end < text.length && WORD.test(text[end] ?? '') && !endsKey(text, end)) end++;
  const quote = text[start - 1];
  if (quote === '"' || quote === "'") {
    start--;
    if (text[end] === quote) end++;
  }
  return { start, end };
}

function endsKey(text: string, index: number): boolean {
  return text[index] === ':' && /^[\s,[\]{}]?$/.test(text[index + 1] ?? '');
}

/**
 * Works out where the cursor stands, also on an empty line, in flow style and in a half-typed document: puts a mark in
 * place of the word, as a key and as a value, and looks where the reader finds it.
 */
export function cursorAt(text: string, offset: number): Cursor | null {
  const chunk = splitDocuments(text).findLast((each) => each.start <= offset);
  if (chunk === undefined || !mayConcernUs(chunk.text)) return null;
  const word = wordAround(text, offset);
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const prefix = text.slice(lineStart, word.start);
  const lineEnd = /[^\r\n]*/.exec(text.slice(word.end))?.[0] ?? '';
  if (/(^|\s)#/.test(prefix)) return null;
  const hasColon = /^\s*:(\s|$)/.test(lineEnd);
  const afterKey = /[^\s{[,-]\s*:\s+$/.test(prefix) || /[^\s{[,-]:$/.test(prefix.trimEnd());
  const before = text.slice(chunk.start, word.start);
  const after = text.slice(word.end, chunk.start + chunk.text.length);
  const asKey = `${before}${MARK}${hasColon ? '' : ': '}${after}`;
  const asValue = `${before}${before.endsWith(':') ? ' ' : ''}${MARK}${after}`;
  const attempts = afterKey ? [asValue] : [asKey, asValue];
  for (const attempt of attempts) {
    const tree = readYaml(attempt);
    const place = findPlace(tree.root, (scalar) => scalar.text.includes(MARK));
    if (place === null) continue;
    const typed = text.slice(word.start, offset).replace(/^["']/, '');
    const indent = /^[ ]*(?:- +)*/.exec(prefix)?.[0].length ?? 0;
    return { place: asItem(place), word, typed, flow: inFlow(prefix, place), indent, hasColon };
  }
  return null;
}

/** A key read where the spec wants a string is an item half typed (`- ru|` or `[ru|]`). */
function asItem(place: Place): Place {
  const scalar =
    place.type.type === 'string' || place.type.type === 'integer' || place.type.type === 'boolean';
  return place.role === 'key' && scalar ? { ...place, role: 'value' } : place;
}

function inFlow(prefix: string, place: Place): boolean {
  return place.maps.at(-1)?.flow === true || /[[{][^\]}]*$/.test(prefix);
}
