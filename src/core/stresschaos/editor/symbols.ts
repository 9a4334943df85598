import { type CheckedDocument, readDocuments } from '../check/checker.js';
import type { ObjectModel } from '../check/model.js';
import type { TextRange } from '../finding.js';
import { entryOf, type YamlEntry, type YamlMap } from '../yaml/node.js';
import { stringOf } from '../yaml/scalar.js';

export interface OutlineSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'object' | 'block' | 'value';
  readonly range: TextRange;
  readonly selection: TextRange;
  readonly children: readonly OutlineSymbol[];
}

/** The outline: each object by its name, and the blocks that say what it does. */
export function documentSymbols(text: string): OutlineSymbol[] {
  return readDocuments(text).flatMap((document) =>
    document.analysis.objects.map((object) => objectSymbol(object, document)),
  );
}

function objectSymbol(object: ObjectModel, { chunk }: CheckedDocument): OutlineSymbol {
  const name = object.metadata === undefined ? undefined : entryOf(object.metadata, 'name')?.value;
  const range = trimmed(object.map, object.source.text, chunk.start);
  const at = name ?? object.kindEntry.value;
  return {
    name: object.name ?? object.kind,
    detail: object.kind,
    kind: 'object',
    range,
    selection: { start: at.start + chunk.start, end: at.end + chunk.start },
    children: blocks(entryOf(object.map, 'spec'), object.source.text, chunk.start),
  };
}

function blocks(spec: YamlEntry | undefined, text: string, base: number): OutlineSymbol[] {
  if (spec?.value.kind !== 'map' || spec.value.aliased) return [];
  return spec.value.entries
    .filter((entry) => !entry.merged && !entry.value.aliased)
    .map((entry) => entrySymbol(entry, text, base, 0));
}

const DEPTH = 3;

function entrySymbol(entry: YamlEntry, text: string, base: number, depth: number): OutlineSymbol {
  const { key, value } = entry;
  const whole = trimmed({ start: key.start, end: Math.max(key.end, value.end) }, text, base);
  return {
    name: key.text === '' ? '?' : key.text,
    detail: value.kind === 'scalar' ? value.text.slice(0, 80) : memoryDetail(value),
    kind: value.kind === 'scalar' ? 'value' : 'block',
    range: whole,
    selection: { start: key.start + base, end: key.end + base },
    children:
      value.kind === 'map' && depth < DEPTH
        ? value.entries
            .filter((each) => !each.merged && !each.value.aliased)
            .map((each) => entrySymbol(each, text, base, depth + 1))
        : [],
  };
}

function memoryDetail(value: YamlEntry['value']): string {
  const map: YamlMap | undefined = value.kind === 'map' ? value : undefined;
  const size = map === undefined ? null : stringOf(entryOf(map, 'size')?.value);
  return size ?? '';
}

function trimmed(range: TextRange, text: string, base: number): TextRange {
  let { end } = range;
  while (end > range.start && /\s/.test(text[end - 1] ?? '')) end--;
  return { start: range.start + base, end: end + base };
}
