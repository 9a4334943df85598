import type { TextRange } from '../finding.js';

/** A YAML tree with what checks need and nothing else. Offsets count UTF-16 units from the start of the chunk. */
export type YamlNode = YamlScalar | YamlMap | YamlSeq;

interface YamlBase extends TextRange {
  /** Reached through `*alias` or `<<`: an edit here would change other places too. */
  readonly aliased: boolean;
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'block';

export interface YamlScalar extends YamlBase {
  readonly kind: 'scalar';
  readonly text: string;
  readonly style: ScalarStyle;
  /** An explicit tag such as `!!str`; null where the text decides. */
  readonly tag: string | null;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
  /** Came in through a merge key `<<`. */
  readonly merged: boolean;
}

export interface YamlMap extends YamlBase {
  readonly kind: 'map';
  readonly flow: boolean;
  /** In order; duplicates included; merged entries last and only where no own entry has the key. */
  readonly entries: readonly YamlEntry[];
}

export interface YamlSeq extends YamlBase {
  readonly kind: 'seq';
  readonly flow: boolean;
  readonly items: readonly YamlNode[];
}

export interface YamlProblem extends TextRange {
  /** The YAML library's code, e.g. `BAD_INDENT`, or one of ours: `UNKNOWN_ANCHOR`, `ANCHOR_LOOP`, `TOO_DEEP`. */
  readonly code: string;
  readonly message: string;
}

export interface YamlTree {
  readonly root: YamlNode | null;
  readonly problems: readonly YamlProblem[];
}

/** The entry that wins for a key: the last own one, as kubectl reads duplicates. */
export function entryOf(map: YamlMap, key: string): YamlEntry | undefined {
  let found: YamlEntry | undefined;
  for (const entry of map.entries) {
    if (entry.key.text === key && (found === undefined || !entry.merged)) found = entry;
  }
  return found;
}

/** The map under a key; undefined where there is none or it is something else. */
export function mapOf(map: YamlMap | undefined, key: string): YamlMap | undefined {
  const value = map === undefined ? undefined : entryOf(map, key)?.value;
  return value?.kind === 'map' ? value : undefined;
}

/** The sequence under a key; undefined where there is none or it is something else. */
export function seqOf(map: YamlMap | undefined, key: string): YamlSeq | undefined {
  const value = map === undefined ? undefined : entryOf(map, key)?.value;
  return value?.kind === 'seq' ? value : undefined;
}
