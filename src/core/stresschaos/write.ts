import type { StressChaos } from '../kubernetes/objects.js';

/** Fields of metadata that are the author's; the rest is the server's. */
const OWN_METADATA = ['name', 'namespace', 'labels', 'annotations'] as const;

/** The object as a YAML document that says nothing but what its author would write, in block style, without comments. */
export function writeStressChaos({ apiVersion, kind, metadata, spec }: StressChaos): string {
  const own = Object.fromEntries(OWN_METADATA.map((key) => [key, metadata[key]]));
  return `${mapLines({ apiVersion, kind, metadata: own, spec }).join('\n')}\n`;
}

/** Lines of a value that stand below their key, or, of a scalar, the text that stands behind it. */
function linesOf(value: unknown): string | readonly string[] {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : value.flatMap(itemLines);
  if (typeof value === 'object' && value !== null) {
    const lines = mapLines(value);
    return lines.length === 0 ? '{}' : lines;
  }
  return typeof value === 'string' ? scalar(value) : JSON.stringify(value);
}

function mapLines(map: object): string[] {
  return Object.entries(map).flatMap(([key, value]: [string, unknown]) => {
    if (value === undefined) return [];
    const lines = linesOf(value);
    return typeof lines === 'string'
      ? [`${scalar(key)}: ${lines}`]
      : [`${scalar(key)}:`, ...lines.map((line) => `  ${line}`)];
  });
}

function itemLines(item: unknown): string[] {
  const lines = linesOf(item);
  if (typeof lines === 'string') return [`- ${lines}`];
  return lines.map((line, index) => `${index === 0 ? '-' : ' '} ${line}`);
}

/** Starts with a letter, or is a size or duration: no version of YAML takes it for anything else than text. */
const PLAIN = /^(?:[A-Za-z][-A-Za-z0-9_./]*|[1-9][0-9]{0,14}(?:[KMGT]i?B|%|ms|s|m|h[0-9]*m?))$/;
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
/** What a single-quoted text may hold as it is. */
const PRINTABLE = /^[ "#-&(-~]*$/;

function scalar(text: string): string {
  if (PLAIN.test(text) && !WORDS.test(text)) return text;
  if (PRINTABLE.test(text)) return `'${text}'`;
  return JSON.stringify(text).replace(/[^ -~]/gu, escaped);
}

/** A character as a double-quoted YAML text writes it. */
function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
