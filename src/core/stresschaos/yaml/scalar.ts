import type { YamlNode, YamlScalar } from './node.js';

/** A scalar as kubectl sends it: goyaml v2 (YAML 1.1 with Go's number syntax) decides what plain text means. */
export type ScalarValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null'; readonly value: null };

/** Tags that goyaml knows begin so; text under any other tag is a string to it. */
const CORE_TAG = 'tag:yaml.org,2002:';
const NULL: ScalarValue = { type: 'null', value: null };
const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word): [string, ScalarValue] => [word, NULL]),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word): [string, ScalarValue] => [word, { type: 'boolean', value: true }],
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word): [string, ScalarValue] => [word, { type: 'boolean', value: false }],
  ),
  ...['.nan', '.NaN', '.NAN'].map((word): [string, ScalarValue] => [
    word,
    { type: 'number', value: Number.NaN },
  ]),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word): [string, ScalarValue] => [
    word,
    { type: 'number', value: Number.POSITIVE_INFINITY },
  ]),
  ...['-.inf', '-.Inf', '-.INF'].map((word): [string, ScalarValue] => [
    word,
    { type: 'number', value: Number.NEGATIVE_INFINITY },
  ]),
]);

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INTEGERS: readonly (readonly [RegExp, number])[] = [
  [/^[-+]?(?:0|[1-9][0-9]*)$/, 10],
  [/^[-+]?0[xX]([0-9a-fA-F]+)$/, 16],
  [/^[-+]?0[bB]([01]+)$/, 2],
  [/^[-+]?0[oO]?([0-7]+)$/, 8],
];

function resolvePlain(text: string): ScalarValue {
  // Words have at most five letters; numbers begin with a digit, a sign or a dot.
  const word = text.length <= 5 ? WORDS.get(text) : undefined;
  if (word !== undefined) return word;
  if (!'-+.0123456789'.includes(text[0] ?? '')) return { type: 'string', value: text };
  const digits = text.replaceAll('_', '');
  for (const [pattern, radix] of INTEGERS) {
    const match = pattern.exec(digits);
    if (match === null) continue;
    const magnitude = Number.parseInt(match[1] ?? digits.replace(/^[-+]/, ''), radix);
    return { type: 'integer', value: digits.startsWith('-') && magnitude !== 0 ? -magnitude : magnitude };
  }
  return FLOAT.test(digits) ? { type: 'number', value: Number(digits) } : { type: 'string', value: text };
}

/** The value of a scalar node. Quoted and block text is a string; a tag overrules (`!!int "7"` is a number). */
export function resolveScalar(node: YamlScalar): ScalarValue {
  if (node.tag === 'tag:yaml.org,2002:str' || (node.tag !== null && !node.tag.startsWith(CORE_TAG))) {
    return { type: 'string', value: node.text };
  }
  if (node.style !== 'plain' && node.tag === null) return { type: 'string', value: node.text };
  return resolvePlain(node.text);
}

/** The text of a node that is a string for kubectl; null otherwise. */
export function stringOf(node: YamlNode | undefined): string | null {
  if (node?.kind !== 'scalar') return null;
  const value = resolveScalar(node);
  return value.type === 'string' ? value.value : null;
}

/** The number of a node that is a whole number for kubectl (`4`, `0x10`, `4.0`); null otherwise. */
export function integerOf(node: YamlNode | undefined): number | null {
  if (node?.kind !== 'scalar') return null;
  const value = resolveScalar(node);
  if (value.type === 'integer') return value.value;
  return value.type === 'number' && Number.isSafeInteger(value.value) ? value.value : null;
}

/** Whether a node is YAML's null: nothing written, `~` or `null`. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && resolveScalar(node).type === 'null';
}
