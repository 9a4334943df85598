import type { YamlMap, YamlNode } from './node.js';
import { resolveScalar } from './scalar.js';

/** What JSON can hold. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** Nodes beyond which a document is taken for an alias bomb. */
const MAX_NODES = 20_000;

/** The object as kubectl would send it: YAML 1.1 scalars, aliases and merge keys written out; null for an alias bomb. */
export function toPlain(map: YamlMap): Plain | null {
  let left = MAX_NODES;
  function plain(node: YamlNode): Plain {
    if (--left < 0) throw new RangeError('too many nodes');
    switch (node.kind) {
      case 'scalar':
        return resolveScalar(node).value;
      case 'seq':
        return node.items.map(plain);
      case 'map': {
        const object: Record<string, Plain> = Object.create(null) as Record<string, Plain>;
        for (const entry of node.entries) object[entry.key.text] = plain(entry.value);
        return { ...object };
      }
    }
  }
  try {
    return plain(map);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
