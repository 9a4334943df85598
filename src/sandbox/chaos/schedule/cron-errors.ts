import type { CronError } from '../../../core/stresschaos/cron.js';

/** Lowest and highest value of each field, seconds first, as robfig/cron has them. */
const BOUNDS: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
];

/** What robfig/cron 3 says of a schedule that it cannot read. */
export function cronErrorText(text: string, { error, detail }: CronError): string {
  const fields = text
    .replace(/^(?:CRON_)?TZ=\S*\s*/, '')
    .split(/\s+/)
    .filter((field) => field !== '');
  switch (error) {
    case 'empty':
      return 'empty spec string';
    case 'fields':
      return `expected 5 to 6 fields, found ${fields.length}: [${fields.join(' ')}]`;
    case 'descriptor':
      return `unrecognized descriptor: ${detail}`;
    case 'duration':
      return `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(detail)}`;
    case 'number':
      return `failed to parse int from ${detail}: strconv.Atoi: parsing ${JSON.stringify(detail)}: invalid syntax`;
    case 'hyphens':
      return `too many hyphens: ${detail}`;
    case 'slashes':
      return `too many slashes: ${detail}`;
    case 'step':
      return `step of range should be a positive number: ${detail}`;
    case 'time-zone':
      return `provided bad location ${detail}: unknown time zone ${detail}`;
    case 'below-minimum':
    case 'above-maximum':
    case 'reversed':
      return rangeText(fields, error, detail);
  }
}

function rangeText(fields: readonly string[], error: string, expression: string): string {
  const [low = '', high = low] = (expression.split('/')[0] ?? '').split('-');
  const [minimum, maximum] = boundsOf(fields, expression);
  if (error === 'below-minimum')
    return `beginning of range (${low}) below minimum (${minimum}): ${expression}`;
  if (error === 'above-maximum') return `end of range (${high}) above maximum (${maximum}): ${expression}`;
  return `beginning of range (${low}) beyond end of range (${high}): ${expression}`;
}

/** Of the first field that has the expression in it. */
function boundsOf(fields: readonly string[], expression: string): readonly [number, number] {
  const place = fields.findIndex((field) => field.split(',').includes(expression));
  return BOUNDS[fields.length === 5 ? place + 1 : place] ?? [0, 0];
}
