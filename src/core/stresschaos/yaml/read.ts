import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { TextRange } from '../finding.js';
import { readFast } from './fast.js';
import type {
  ScalarStyle,
  YamlEntry,
  YamlMap,
  YamlNode,
  YamlProblem,
  YamlScalar,
  YamlSeq,
  YamlTree,
} from './node.js';

/** Nesting beyond which a document is not read: no manifest comes near, and a recursion has to end. */
const MAX_DEPTH = 200;

/** Problems of one document that are kept: the first ones say what is wrong, thousands more say nothing. */
const MAX_PROBLEMS = 50;

/** Reads one chunk of {@link splitDocuments}. Never throws: what cannot be read is a problem of the tree. */
export function readYaml(text: string): YamlTree {
  const fast = readFast(text);
  return fast === null ? readFully(text) : { root: fast.root, problems: [] };
}

/** The same with the full YAML parser, which knows all of YAML and says what is wrong. */
export function readFully(text: string): YamlTree {
  let document: Document.Parsed;
  if (looksTooDeep(text)) return { root: null, problems: [tooDeep(text)] };
  try {
    // The failsafe schema leaves every scalar a string: what it means to kubectl is resolveScalar's business.
    document = parseDocument(text, {
      schema: 'failsafe',
      uniqueKeys: false,
      logLevel: 'silent',
      prettyErrors: false,
      strict: true,
    });
  } catch {
    return { root: null, problems: [tooDeep(text)] };
  }
  const reader = new Reader(text);
  let root: YamlNode | null = null;
  try {
    root = document.contents === null ? null : reader.node(document.contents as Node, 0);
  } catch {
    return { root: null, problems: [tooDeep(text)] };
  }
  const problems: YamlProblem[] = document.errors.slice(0, MAX_PROBLEMS).map((error) => ({
    ...placeOf(error.pos, text, reader.quoted),
    code: error.code,
    message: error.message,
  }));
  return { root, problems: [...problems, ...reader.problems.slice(0, MAX_PROBLEMS)] };
}

/** Where to show an error: never empty, and for a quote that is not closed, at the quote and not where the text ends. */
function placeOf(pos: readonly [number, number], text: string, quoted: readonly YamlScalar[]): TextRange {
  const open = quoted.find((scalar) => scalar.end === pos[0] && !closed(text, scalar));
  if (open !== undefined) {
    const line = text.slice(open.start).search(/\r?\n|$/);
    return { start: open.start, end: Math.max(open.start + 1, Math.min(open.start + line, pos[0])) };
  }
  const start = Math.max(0, Math.min(pos[0], text.length - 1));
  return { start, end: Math.min(Math.max(pos[1], start + 1), text.length) };
}

function closed(text: string, scalar: YamlScalar): boolean {
  return scalar.end > scalar.start + 1 && text[scalar.end - 1] === text[scalar.start];
}

function tooDeep(text: string): YamlProblem {
  return { start: 0, end: Math.min(1, text.length), code: 'TOO_DEEP', message: '' };
}

/** A cheap look before the parser, which recurses: brackets opened and not closed, or list marks in a row. */
function looksTooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return true;
  }
  return /(?:[-?][ \t]+){201}/.test(text);
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  QUOTE_DOUBLE: 'double',
  QUOTE_SINGLE: 'single',
  BLOCK_FOLDED: 'block',
  BLOCK_LITERAL: 'block',
};

class Reader {
  readonly problems: YamlProblem[] = [];
  readonly quoted: YamlScalar[] = [];
  readonly #anchors = new Map<string, YamlNode | 'open'>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  node(node: Node, depth: number): YamlNode {
    if (depth > MAX_DEPTH) throw new RangeError(`nested more than ${MAX_DEPTH} levels`);
    if (isAlias(node)) return this.#alias(node);
    const anchor = (node as Scalar).anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, 'open');
    const read = isMap(node)
      ? this.#map(node, depth)
      : isSeq(node)
        ? this.#seq(node, depth)
        : this.#scalar(node as Scalar);
    if (anchor !== undefined) this.#anchors.set(anchor, read);
    return read;
  }

  #alias(alias: Alias): YamlNode {
    const [start, end] = alias.range ?? [0, 0];
    const target = this.#anchors.get(alias.source);
    if (target === undefined || target === 'open') {
      const code = target === undefined ? 'UNKNOWN_ANCHOR' : 'ANCHOR_LOOP';
      this.problems.push({ start, end, code, message: alias.source });
      return { kind: 'scalar', start, end, text: '', style: 'plain', tag: '!', aliased: true };
    }
    return { ...target, start, end, aliased: true };
  }

  #scalar(scalar: Scalar): YamlScalar {
    const [start, end] = scalar.range ?? [0, 0];
    const read: YamlScalar = {
      kind: 'scalar',
      start,
      end,
      text: typeof scalar.value === 'string' ? scalar.value : '',
      style: STYLES[scalar.type ?? ''] ?? 'plain',
      tag: scalar.tag ?? null,
      aliased: false,
    };
    if (read.style === 'single' || read.style === 'double') this.quoted.push(read);
    return read;
  }

  #seq(seq: YAMLSeq, depth: number): YamlSeq {
    const [start, end] = seq.range ?? [0, 0];
    const items = seq.items.map((item) => this.node(item as Node, depth + 1));
    const flow = seq.flow === true;
    return {
      kind: 'seq',
      start,
      end: flow ? end : (items.at(-1)?.end ?? start),
      flow,
      items,
      aliased: false,
    };
  }

  /** A value that is not written stands right behind its colon, whatever blanks and comments follow. */
  #valueOf(value: Node | null, keyEnd: number, depth: number): YamlNode {
    const read = value === null ? null : this.node(value, depth + 1);
    if (
      read !== null &&
      (read.kind !== 'scalar' || read.end > read.start || read.aliased || read.tag !== null)
    ) {
      return read;
    }
    const colon = this.#text.indexOf(':', keyEnd);
    const at = colon === -1 || (read !== null && colon >= read.start) ? (read?.start ?? keyEnd) : colon + 1;
    return { kind: 'scalar', start: at, end: at, text: '', style: 'plain', tag: null, aliased: false };
  }

  #map(map: YAMLMap, depth: number): YamlMap {
    const [start, end] = map.range ?? [0, 0];
    const entries: YamlEntry[] = [];
    const merges: YamlNode[] = [];
    for (const pair of map.items as Pair<Node | null, Node | null>[]) {
      const key =
        pair.key === null || !(isScalar(pair.key) || isAlias(pair.key))
          ? null
          : this.node(pair.key, depth + 1);
      const value = this.#valueOf(pair.value, key?.end ?? start, depth);
      if (key?.kind !== 'scalar') continue;
      if (key.text === '<<' && key.style === 'plain') merges.push(value);
      else entries.push({ key, value, merged: false });
    }
    const flow = map.flow === true;
    // A block ends with its last value: the parser counts comments and blank lines after it as well.
    const last = entries.at(-1);
    const blockEnd =
      last === undefined ? end : Math.min(Math.max(last.key.end + 1, last.value.end), this.#text.length);
    if (merges.length > 0) mergeInto(entries, merges);
    return { kind: 'map', start, end: flow ? end : blockEnd, flow, entries, aliased: false };
  }
}

/** YAML 1.1 merge keys: own entries win, then the sources in order. */
function mergeInto(entries: YamlEntry[], merges: readonly YamlNode[]): void {
  const known = new Set(entries.map((entry) => entry.key.text));
  for (const source of merges.flatMap((merge) => (merge.kind === 'seq' ? merge.items : [merge]))) {
    if (source.kind !== 'map') continue;
    for (const entry of source.entries) {
      if (known.has(entry.key.text)) continue;
      known.add(entry.key.text);
      entries.push({ key: entry.key, value: { ...entry.value, aliased: true }, merged: true });
    }
  }
}
