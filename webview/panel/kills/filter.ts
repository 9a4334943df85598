/** What a kill is searched by, lower case. */
export const FILTER_FIELDS = ['ns', 'pod', 'container', 'victim', 'cause', 'node', 'evidence'] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];
export type SearchTexts = Readonly<Record<FilterField, string>>;

interface Term {
  /** Null: anywhere. */
  readonly field: FilterField | null;
  /** Lower case. */
  readonly text: string;
  /** It must not occur. */
  readonly isNot: boolean;
}

/** Every term must hold; none: everything passes. */
export type Filter = readonly Term[];

const ALIASES: ReadonlyMap<string, FilterField> = new Map([
  ...FILTER_FIELDS.map((field) => [field, field] as const),
  ['namespace', 'ns'],
]);

/** A word, with what stands in double quotes taken whole; the closing one may still be missing. */
const WORD = /(?:[^\s"]|"[^"]*(?:"|$))+/g;

/**
 * Reads `ns:shop victim:java -web "two words"`: words bound to a field, plain ones, and a minus for what must not
 * occur. What is bound to no field that there is, is a plain word as it stands.
 */
export function parseFilter(input: string): Filter {
  return (input.toLowerCase().match(WORD) ?? []).map(termOf).filter(({ text }) => text !== '');
}

export function matches(filter: Filter, texts: SearchTexts): boolean {
  return filter.every(({ field, text, isNot }) => {
    const occurs =
      field === null ? FILTER_FIELDS.some((one) => texts[one].includes(text)) : texts[field].includes(text);
    return occurs !== isNot;
  });
}

function termOf(word: string): Term {
  const isNot = word.length > 1 && word.startsWith('-');
  const rest = isNot ? word.slice(1) : word;
  const colon = rest.indexOf(':');
  const field = ALIASES.get(rest.slice(0, Math.max(0, colon))) ?? null;
  const text = (field === null ? rest : rest.slice(colon + 1)).replaceAll('"', '');
  return { field, text, isNot };
}
