import { type JsonObject, stringAt } from '../json.js';
import { badRequest } from '../status.js';

export type FieldPredicate = (object: JsonObject) => boolean;
type FieldLabels = Readonly<Record<string, (object: JsonObject) => string>>;

const COMMON: FieldLabels = {
  'metadata.name': (object) => stringAt(object, 'metadata', 'name') ?? '',
  'metadata.namespace': (object) => stringAt(object, 'metadata', 'namespace') ?? '',
};

/**
 * Parses `a=b,c!=d` over the fields that a resource lets one select by (`\`, `,` and `=` escaped by a backslash).
 * Throws ApiError (400) in the API server's words.
 */
export function parseFieldSelector(text: string, known: FieldLabels): FieldPredicate {
  const terms = splitTerms(text).filter((term) => term !== '');
  const predicates = terms.map((term) => parseTerm(term, text, { ...COMMON, ...known }));
  return (object) => predicates.every((matches) => matches(object));
}

function parseTerm(term: string, whole: string, known: FieldLabels): FieldPredicate {
  const match = /^((?:[^\\=!]|\\.)*)(==|!=|=)(.*)$/s.exec(term);
  if (match === null) {
    throw badRequest(`invalid selector: '${whole}'; can't understand '${term}'`);
  }
  const [, key = '', operator = '', value = ''] = match;
  const read = Object.hasOwn(known, key) ? known[key] : undefined;
  if (read === undefined) throw badRequest(`field label not supported: ${key}`);
  const wanted = value.replace(/\\([\\,=])/g, '$1');
  return (object) => (read(object) === wanted) === (operator !== '!=');
}

function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let current = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '\\') {
      current += char + (text[at + 1] ?? '');
      at += 1;
    } else if (char === ',') {
      terms.push(current);
      current = '';
    } else current += char;
  }
  terms.push(current);
  return terms;
}
