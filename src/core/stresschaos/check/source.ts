import type { TextEdit } from '../finding.js';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq } from '../yaml/node.js';
import { isNull, resolveScalar } from '../yaml/scalar.js';

/** Edits that mend a mistake; undefined where none is safe (the text is shared through an anchor). */
export type Fix = readonly TextEdit[] | undefined;

/** The text of a chunk, and how to change it touching only the bytes that must change. */
export class Source {
  readonly text: string;
  readonly #eol: string;

  constructor(text: string) {
    this.text = text;
    this.#eol = text.includes('\r\n') ? '\r\n' : '\n';
  }

  /** What stands at a node, quotes included. */
  raw(node: { readonly start: number; readonly end: number }): string {
    return this.text.slice(node.start, node.end);
  }

  /** New text for a scalar; its quotes stay as they are, plain text gets quotes only where it needs them. */
  replaceScalar(node: YamlNode, value: string): Fix {
    if (node.kind !== 'scalar' || node.aliased || node.style === 'block') return undefined;
    return [{ range: { start: node.start, end: node.end }, newText: this.#spelled(node, value) }];
  }

  #spelled(node: YamlScalar, value: string): string {
    if (node.style === 'double') return JSON.stringify(value);
    const plain = node.style === 'plain' && needsNoQuotes(value);
    return plain ? value : quoted(value);
  }

  /** The same value as a string: quotes around what stands there. */
  quote(node: YamlNode): Fix {
    if (node.kind !== 'scalar' || node.aliased || node.style !== 'plain') return undefined;
    return [{ range: { start: node.start, end: node.end }, newText: quoted(this.raw(node)) }];
  }

  /** A number or word without the quotes that make it a string. */
  bare(node: YamlNode, value: string): Fix {
    if (node.kind !== 'scalar' || node.aliased) return undefined;
    return [{ range: { start: node.start, end: node.end }, newText: value }];
  }

  renameKey(entry: YamlEntry, name: string): Fix {
    if (entry.merged || entry.key.aliased) return undefined;
    return [
      { range: { start: entry.key.start, end: entry.key.end }, newText: this.#spelled(entry.key, name) },
    ];
  }

  /** Removes an entry with its line or, in flow style, its comma. */
  removeEntry(map: YamlMap, entry: YamlEntry): Fix {
    if (map.aliased || entry.merged || entry.value.aliased) return undefined;
    const own = map.entries.filter((other) => !other.merged);
    const index = own.indexOf(entry);
    const whole = { start: entry.key.start, end: Math.max(entry.key.end, entry.value.end) };
    if (map.flow) {
      const neighbours = own.map((other) => ({ start: other.key.start, end: other.value.end }));
      return [this.#withoutFlowItem(neighbours, index, whole)];
    }
    if (own.length === 1) return undefined;
    return this.#withoutLines(whole);
  }

  /** Removes items that follow each other from the sequence of an entry; the entry too when none is left. */
  removeItems(map: YamlMap, entry: YamlEntry, items: readonly YamlNode[]): Fix {
    const seq = entry.value;
    const [first, last] = [items[0], items.at(-1)];
    if (seq.kind !== 'seq' || seq.aliased || first === undefined || last === undefined) return undefined;
    if (items.some((item) => item.aliased)) return undefined;
    if (items.length === seq.items.length) return this.removeEntry(map, entry);
    if (seq.flow) return [this.#withoutFlowItems(seq, items)];
    const dash = this.text.lastIndexOf('-', first.start - 1);
    return this.#withoutLines({ start: dash === -1 ? first.start : dash, end: last.end });
  }

  #withoutFlowItems(seq: YamlSeq, items: readonly YamlNode[]): TextEdit {
    const from = seq.items.indexOf(items[0] as YamlNode);
    const to = from + items.length;
    const neighbours = [
      ...seq.items.slice(0, from),
      { start: seq.items[from]?.start ?? seq.start, end: seq.items[to - 1]?.end ?? seq.end },
      ...seq.items.slice(to),
    ];
    return this.#withoutFlowItem(neighbours, from, neighbours[from] ?? seq);
  }

  #withoutFlowItem(
    items: readonly { readonly start: number; readonly end: number }[],
    index: number,
    whole: { readonly start: number; readonly end: number },
  ): TextEdit {
    const next = items[index + 1];
    if (next !== undefined) return { range: { start: whole.start, end: next.start }, newText: '' };
    const previous = items[index - 1];
    return { range: { start: previous?.end ?? whole.start, end: whole.end }, newText: '' };
  }

  #withoutLines(whole: { readonly start: number; readonly end: number }): Fix {
    const start = this.text.lastIndexOf('\n', whole.start - 1) + 1;
    const indent = this.text.slice(start, whole.start);
    const end = this.#lineEnd(this.#trimmedEnd(whole));
    // The first key of a sequence item shares its line with the dash: the next key moves up to it.
    if (/\S/.test(indent)) {
      const next = /^[ \t]*/.exec(this.text.slice(end))?.[0].length ?? 0;
      return [{ range: { start: whole.start, end: end + next }, newText: '' }];
    }
    return [{ range: { start, end }, newText: '' }];
  }

  /** Adds `key: value` after an entry's last line, or as the only entry of a map that has none. */
  addEntry(map: YamlMap, line: string, after: YamlEntry | undefined = lastOwn(map)): Fix {
    if (map.aliased) return undefined;
    if (after === undefined) {
      if (!map.flow) return undefined;
      return [{ range: { start: map.start + 1, end: map.start + 1 }, newText: ` ${line} ` }];
    }
    if (after.value.aliased && !map.flow && after.value.kind !== 'scalar') return undefined;
    const end = this.#trimmedEnd({
      start: after.key.start,
      end: Math.min(Math.max(after.key.end + 1, after.value.end), this.text.length),
    });
    if (map.flow) return [{ range: { start: end, end }, newText: `, ${line}` }];
    return [this.#newLine(end, this.column(after.key.start), line)];
  }

  /** Adds the first entry below a key that stands there without a value (or with null). */
  addBelow(entry: YamlEntry, line: string): Fix {
    if (entry.merged || !isNull(entry.value) || entry.value.end > entry.value.start) return undefined;
    const colon = this.text.indexOf(':', entry.key.end);
    if (colon === -1) return undefined;
    return [this.#newLine(colon + 1, this.column(entry.key.start) + 2, line)];
  }

  #newLine(from: number, indent: number, line: string): TextEdit {
    const newline = this.text.indexOf('\n', from);
    const end = newline === -1 ? this.text.length : this.text[newline - 1] === '\r' ? newline - 1 : newline;
    const lines = line.split('\n').map((each) => `${this.#eol}${' '.repeat(indent)}${each}`);
    return { range: { start: end, end }, newText: lines.join('') };
  }

  /** How far from the start of its line an offset stands. */
  column(offset: number): number {
    return offset - (this.text.lastIndexOf('\n', offset - 1) + 1);
  }

  #trimmedEnd(whole: { readonly start: number; readonly end: number }): number {
    let end = whole.end;
    while (end > whole.start && /\s/.test(this.text[end - 1] ?? '')) end--;
    return end;
  }

  #lineEnd(offset: number): number {
    const newline = this.text.indexOf('\n', offset);
    return newline === -1 ? this.text.length : newline + 1;
  }
}

function lastOwn(map: YamlMap): YamlEntry | undefined {
  return map.entries.filter((entry) => !entry.merged).at(-1);
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Whether a text stays this very string when written without quotes. */
function needsNoQuotes(value: string): boolean {
  if (!/^(?:[A-Za-z0-9._/]|--?[A-Za-z0-9])[A-Za-z0-9._/%+=-]*$/.test(value)) return false;
  const node: YamlScalar = {
    kind: 'scalar',
    start: 0,
    end: 0,
    text: value,
    style: 'plain',
    tag: null,
    aliased: false,
  };
  return resolveScalar(node).type === 'string';
}
