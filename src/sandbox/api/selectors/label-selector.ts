import { badRequest } from '../status.js';

type Labels = Readonly<Record<string, string>>;
export type LabelPredicate = (labels: Labels) => boolean;

const OPERATORS = 'in, notin, =, ==, !=, gt, lt';
const SYMBOLS = ['==', '!=', '=', '!', '(', ')', ',', '<', '>'];

/**
 * Parses `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1` as k8s.io/apimachinery/pkg/labels does.
 * Throws ApiError (400) in its words.
 */
export function parseLabelSelector(text: string): LabelPredicate {
  const tokens = tokenize(text);
  const requirements: LabelPredicate[] = [];
  let at = 0;
  const peek = (): string => tokens[at] ?? '';
  const fail = (found: string, expected: string): never => {
    throw badRequest(`unable to parse requirement: found '${found}', expected: ${expected}`);
  };

  const identifier = (): string => {
    const token = tokens[at] ?? '';
    if (token === '' || SYMBOLS.includes(token)) fail(token, 'identifier');
    at += 1;
    return token;
  };
  const valueList = (): string[] => {
    if (peek() !== '(') fail(peek(), "'('");
    at += 1;
    const values: string[] = [];
    while (peek() !== ')') {
      values.push(peek() === ',' ? '' : identifier());
      if (peek() === ',') at += 1;
      else if (peek() !== ')') fail(peek(), "',', or ')'");
    }
    at += 1;
    return values;
  };
  const singleValue = (): string => (peek() === '' || peek() === ',' ? '' : identifier());
  const requirement = (): LabelPredicate => {
    if (peek() === '!') {
      at += 1;
      const key = identifier();
      return (labels) => !Object.hasOwn(labels, key);
    }
    const key = identifier();
    if (peek() === '' || peek() === ',') return (labels) => Object.hasOwn(labels, key);
    const operator = peek();
    at += 1;
    return operatorPredicate(key, operator, { singleValue, valueList, fail });
  };

  while (at < tokens.length) {
    requirements.push(requirement());
    if (at >= tokens.length) break;
    if (peek() !== ',') fail(peek(), "',' or 'end of string'");
    at += 1;
    if (at >= tokens.length) fail('', "identifier after ','");
  }
  return (labels) => requirements.every((matches) => matches(labels));
}

interface Operands {
  readonly singleValue: () => string;
  readonly valueList: () => string[];
  readonly fail: (found: string, expected: string) => never;
}

function operatorPredicate(key: string, operator: string, operands: Operands): LabelPredicate {
  switch (operator) {
    case '=':
    case '==': {
      const value = operands.singleValue();
      return (labels) => Object.hasOwn(labels, key) && labels[key] === value;
    }
    case '!=': {
      const value = operands.singleValue();
      return (labels) => labels[key] !== value;
    }
    case 'in': {
      const values = operands.valueList();
      return (labels) => Object.hasOwn(labels, key) && values.includes(labels[key] ?? '');
    }
    case 'notin': {
      const values = operands.valueList();
      return (labels) => !Object.hasOwn(labels, key) || !values.includes(labels[key] ?? '');
    }
    case '>':
    case '<': {
      const bound = integer(operands.singleValue());
      return (labels) => {
        const value = labels[key];
        if (value === undefined || !/^[+-]?\d+$/.test(value)) return false;
        return operator === '>' ? Number(value) > bound : Number(value) < bound;
      };
    }
    default:
      return operands.fail(operator, OPERATORS);
  }
}

function integer(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw badRequest(`for 'Gt', 'Lt' operators, the value must be an integer, found '${text}'`);
  }
  return Number(text);
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1;
      continue;
    }
    const symbol = SYMBOLS.find((one) => text.startsWith(one, at));
    const word = symbol ?? /^[^\s=!(),<>]+/.exec(text.slice(at))?.[0] ?? '';
    tokens.push(word);
    at += word.length;
  }
  return tokens;
}
