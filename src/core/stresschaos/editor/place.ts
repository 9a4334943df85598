import { fieldOf, rootShape } from '../spec/index.js';
import type { Field, FieldType, ShapeName } from '../spec/types.js';
import { entryOf, type YamlEntry, type YamlMap, type YamlNode, type YamlScalar } from '../yaml/node.js';
import { stringOf } from '../yaml/scalar.js';

/** Where a scalar stands in a document, in the terms of the spec table. */
export interface Place {
  readonly role: 'key' | 'value';
  readonly scalar: YamlScalar;
  /** What is expected here: for a key, the type of the map it stands in. */
  readonly type: FieldType;
  /** The field whose value (or item of whose value) this is, or whose map this key stands in. */
  readonly field: Field | null;
  /** The key itself, where it is one of the table. */
  readonly keyField: Field | null;
  /** The maps from the object's root down to the one it stands in. */
  readonly maps: readonly YamlMap[];
  /** For a value: the entry it is (an item of) the value of; for a key: the entry whose map it stands in. */
  readonly entry: YamlEntry | null;
}

interface Visit {
  readonly owner: YamlEntry | null;
  readonly type: FieldType;
  readonly field: Field | null;
  readonly maps: readonly YamlMap[];
}

/** Finds the first scalar that a predicate picks, with its place in the spec; null where it stands outside of it. */
export function findPlace(root: YamlNode | null, wanted: (scalar: YamlScalar) => boolean): Place | null {
  if (root?.kind !== 'map') return null;
  const kind = stringOf(entryOf(root, 'kind')?.value) ?? 'StressChaos';
  if (/List$/.test(kind)) {
    const items = entryOf(root, 'items')?.value;
    for (const item of items?.kind === 'seq' ? items.items : []) {
      const found = findPlace(item, wanted);
      if (found !== null) return found;
    }
    return null;
  }
  const shape: ShapeName = rootShape(kind) ?? 'StressChaos';
  return inMap(root, { owner: null, type: { type: 'object', shape }, field: null, maps: [] }, wanted);
}

function inMap(map: YamlMap, at: Visit, wanted: (scalar: YamlScalar) => boolean): Place | null {
  const maps = [...at.maps, map];
  for (const entry of map.entries) {
    if (entry.merged) continue;
    const keyField = at.type.type === 'object' ? (fieldOf(at.type.shape, entry.key.text) ?? null) : null;
    if (wanted(entry.key)) {
      return {
        role: 'key',
        scalar: entry.key,
        type: at.type,
        field: at.field,
        keyField,
        maps,
        entry: at.owner,
      };
    }
    const type: FieldType = keyField?.type ?? (at.type.type === 'map' ? at.type.of : { type: 'any' });
    const found = inValue(entry.value, { owner: entry, type, field: keyField ?? at.field, maps }, wanted);
    if (found !== null) return found;
  }
  return null;
}

function inValue(node: YamlNode, at: Visit, wanted: (scalar: YamlScalar) => boolean): Place | null {
  if (node.aliased) return null;
  if (node.kind === 'scalar') {
    if (!wanted(node)) return null;
    return {
      role: 'value',
      scalar: node,
      type: at.type,
      field: at.field,
      keyField: null,
      maps: at.maps,
      entry: at.owner,
    };
  }
  if (node.kind === 'map') return inMap(node, at, wanted);
  const of: FieldType = at.type.type === 'list' ? at.type.of : { type: 'any' };
  for (const item of node.items) {
    const found = inValue(item, { ...at, type: of }, wanted);
    if (found !== null) return found;
  }
  return null;
}
