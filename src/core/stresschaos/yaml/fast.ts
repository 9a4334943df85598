import type { YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq } from './node.js';

/**
 * Reads the plain kind of YAML that nearly every manifest is written in, many times faster than the full parser: block
 * maps with one-line keys, block sequences, one-line plain and quoted scalars, one-line flow collections, comments.
 * Gives up (null) on everything else, however legal, and on everything that might be a mistake: the full parser then
 * has the word. What it does read, it reads exactly as that parser does; a test holds the two together.
 */
export function readFast(text: string): { readonly root: YamlNode | null } | null {
  if (UNUSUAL.test(text)) return null;
  const reader = new FastReader(text);
  try {
    return { root: reader.document() };
  } catch (error) {
    if (error === GIVE_UP) return null;
    throw error;
  }
}

/** Thrown to leave the recursion; carries nothing and costs no stack trace. */
const GIVE_UP = Symbol('not plain enough');

/** Tabs, control characters, line ends that are none of YAML 1.2's, byte order marks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const UNUSUAL = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff]|\r(?!\n)/;
const KEY = /(?:[A-Za-z_][A-Za-z0-9_./-]{0,200}|'[^'\r\n]{0,200}'|"[^"\\\r\n]{0,200}")(?=:(?:[ \r\n]|$))/y;
const FLOW_KEY = /(?:[A-Za-z_][A-Za-z0-9_./-]{0,200}|'[^'\r\n]{0,200}'|"[^"\\\r\n]{0,200}")(?=: )/y;
const SINGLE = /'(?:[^'\r\n]|'')*'/y;
const DOUBLE = /"[^"\\\r\n]*"/y;
/** A plain scalar of a block line: up to a comment or the end; `: ` and a colon at the end make it something else. */
const PLAIN = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s]))[^\r\n]*/y;
const FLOW_PLAIN = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s,[\]{}]))[^,[\]{}\r\n]*/y;
const REST = / *(?: #[^\r\n]*)?(?:\r?\n|$)/y;
const SKIP = /(?: *(?:#[^\n]*)?\r?\n)*/y;
const INDENT = / */y;
const DOCUMENT_START = /---(?= *(?: #[^\r\n]*)?(?:\r?\n|$))/y;

const MAX_DEPTH = 50;

class FastReader {
  readonly #text: string;
  /** Start of the line's content, or the end of the text. */
  #position = 0;
  #indent = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): YamlNode | null {
    const start = this.#skipBlankLines(0);
    DOCUMENT_START.lastIndex = start;
    const started = DOCUMENT_START.test(this.#text);
    if (started) this.#endLine(start + 3);
    else this.#nextLine(0);
    if (this.#atEnd()) {
      if (started) throw GIVE_UP;
      return null;
    }
    const root = this.#block();
    if (!this.#atEnd()) throw GIVE_UP;
    return root;
  }

  #atEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  #match(pattern: RegExp, at: number): string | null {
    pattern.lastIndex = at;
    return pattern.exec(this.#text)?.[0] ?? null;
  }

  #skipBlankLines(from: number): number {
    return from + (this.#match(SKIP, from)?.length ?? 0);
  }

  /** Goes to the content of the next line that has any. */
  #nextLine(from: number): void {
    const start = this.#skipBlankLines(from);
    this.#indent = this.#match(INDENT, start)?.length ?? 0;
    this.#position = start + this.#indent;
    const first = this.#text[this.#position];
    // A last line of blanks or a comment without a line end.
    if (first === '#') this.#position = this.#text.length;
    if (this.#indent === 0 && (first === '%' || first === '.' || this.#text.startsWith('---', start)))
      throw GIVE_UP;
  }

  /** After a value: only blanks and a comment may follow on its line. */
  #endLine(from: number): void {
    const rest = this.#match(REST, from);
    if (rest === null) throw GIVE_UP;
    this.#nextLine(from + rest.length);
  }

  #block(): YamlNode {
    if (++this.#depth > MAX_DEPTH) throw GIVE_UP;
    const node = this.#isDash() ? this.#sequence(this.#indent) : this.#map(this.#indent);
    this.#depth--;
    return node;
  }

  #isDash(): boolean {
    const next = this.#text[this.#position + 1];
    return (
      this.#text[this.#position] === '-' &&
      (next === ' ' || next === '\n' || next === '\r' || next === undefined)
    );
  }

  #map(indent: number): YamlMap {
    const entries: YamlEntry[] = [];
    const start = this.#position;
    let end = start;
    while (!this.#atEnd() && this.#indent === indent) {
      const name = this.#match(KEY, this.#position);
      if (name === null) throw GIVE_UP;
      const keyStart = this.#position;
      const key = keyScalar(name, keyStart);
      const value = this.#value(key.end + 1, indent);
      entries.push({ key, value, merged: false });
      end = Math.max(key.end + 1, value.end);
    }
    if (!this.#atEnd() && this.#indent > indent) throw GIVE_UP;
    return { kind: 'map', start, end, flow: false, entries, aliased: false };
  }

  /** What stands behind a colon: on the line, or as a block on the next ones. */
  #value(from: number, indent: number): YamlNode {
    const rest = this.#match(REST, from);
    if (rest === null) return this.#inlineValue(from, indent);
    this.#nextLine(from + rest.length);
    const deeper = this.#indent > indent || (this.#indent === indent && this.#isDash());
    return !this.#atEnd() && deeper ? this.#block() : plainScalar('', from, from);
  }

  #inlineValue(from: number, indent: number): YamlNode {
    const at = from + (this.#match(INDENT, from)?.length ?? 0);
    const node = this.#inline(at);
    this.#endLine(node.end);
    // A deeper line would go on with the scalar.
    if (!this.#atEnd() && this.#indent > indent) throw GIVE_UP;
    return node;
  }

  #sequence(indent: number): YamlSeq {
    const items: YamlNode[] = [];
    const start = this.#position;
    while (!this.#atEnd() && this.#indent === indent && this.#isDash()) {
      const dash = this.#position;
      const at = dash + 1 + (this.#match(INDENT, dash + 1)?.length ?? 0);
      if (this.#match(KEY, at) !== null) {
        this.#indent = indent + at - dash;
        this.#position = at;
        items.push(this.#block());
      } else {
        const node = this.#inline(at);
        this.#endLine(node.end);
        items.push(node);
      }
      if (!this.#atEnd() && this.#indent > indent) throw GIVE_UP;
    }
    const end = items.at(-1)?.end ?? start;
    return { kind: 'seq', start, end, flow: false, items, aliased: false };
  }

  /** A scalar or flow collection within a line. */
  #inline(at: number): YamlNode {
    const first = this.#text[at];
    if (first === '{' || first === '[') return this.#flow(at);
    const quotedNode = this.#quoted(at);
    if (quotedNode !== null) return quotedNode;
    const line = this.#match(PLAIN, at);
    if (line === null) throw GIVE_UP;
    const comment = line.search(/ #/);
    const text = (comment === -1 ? line : line.slice(0, comment)).trimEnd();
    if (/: |:$/.test(text)) throw GIVE_UP;
    return plainScalar(text, at, at + text.length);
  }

  #quoted(at: number): YamlScalar | null {
    const first = this.#text[at];
    if (first !== "'" && first !== '"') return null;
    const raw = this.#match(first === "'" ? SINGLE : DOUBLE, at);
    if (raw === null) throw GIVE_UP;
    const inner = raw.slice(1, -1);
    const text = first === "'" ? inner.replaceAll("''", "'") : inner;
    const style = first === "'" ? 'single' : 'double';
    return { kind: 'scalar', start: at, end: at + raw.length, text, style, tag: null, aliased: false };
  }

  #flow(at: number): YamlMap | YamlSeq {
    if (++this.#depth > MAX_DEPTH) throw GIVE_UP;
    const node = this.#text[at] === '{' ? this.#flowMap(at) : this.#flowSeq(at);
    this.#depth--;
    return node;
  }

  #blanks(at: number): number {
    return at + (this.#match(INDENT, at)?.length ?? 0);
  }

  /** After an item: the place of the next one, or -1 at the closing bracket. */
  #comma(at: number, close: string): { readonly next: number; readonly end: number } {
    const mark = this.#blanks(at);
    if (this.#text[mark] === close) return { next: -1, end: mark + 1 };
    if (this.#text[mark] !== ',' || this.#text[mark + 1] !== ' ') throw GIVE_UP;
    return { next: this.#blanks(mark + 1), end: 0 };
  }

  #flowMap(start: number): YamlMap {
    const entries: YamlEntry[] = [];
    let at = this.#blanks(start + 1);
    let end = at + 1;
    if (this.#text[at] !== '}') {
      while (at !== -1) {
        const name = this.#match(FLOW_KEY, at);
        if (name === null) throw GIVE_UP;
        const key = keyScalar(name, at);
        const value = this.#flowItem(this.#blanks(key.end + 1));
        entries.push({ key, value, merged: false });
        ({ next: at, end } = this.#comma(value.end, '}'));
      }
    }
    return { kind: 'map', start, end, flow: true, entries, aliased: false };
  }

  #flowSeq(start: number): YamlSeq {
    const items: YamlNode[] = [];
    let at = this.#blanks(start + 1);
    let end = at + 1;
    if (this.#text[at] !== ']') {
      while (at !== -1) {
        const item = this.#flowItem(at);
        items.push(item);
        ({ next: at, end } = this.#comma(item.end, ']'));
      }
    }
    return { kind: 'seq', start, end, flow: true, items, aliased: false };
  }

  #flowItem(at: number): YamlNode {
    const first = this.#text[at];
    if (first === '{' || first === '[') return this.#flow(at);
    const quotedNode = this.#quoted(at);
    if (quotedNode !== null) return quotedNode;
    const text = this.#match(FLOW_PLAIN, at)?.trimEnd();
    if (text === undefined || / #|: |:$/.test(text)) throw GIVE_UP;
    return plainScalar(text, at, at + text.length);
  }
}

function keyScalar(name: string, start: number): YamlScalar {
  const end = start + name.length;
  const quote = name[0];
  if (quote !== "'" && quote !== '"') return plainScalar(name, start, end);
  const style = quote === "'" ? 'single' : 'double';
  return { kind: 'scalar', start, end, text: name.slice(1, -1), style, tag: null, aliased: false };
}

function plainScalar(text: string, start: number, end: number): YamlScalar {
  return { kind: 'scalar', start, end, text, style: 'plain', tag: null, aliased: false };
}
