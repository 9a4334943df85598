import { ApiError } from '../status.js';

export interface Representation {
  readonly format: 'json' | 'yaml';
  readonly as: 'object' | 'table' | 'partial';
}

interface MediaRange {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Chooses the first representation of the Accept header that there is. Throws ApiError (406). */
export function negotiate(accept: string | undefined): Representation {
  for (const range of parseAccept(accept ?? '')) {
    const found = representation(range);
    if (found !== null) return found;
  }
  throw new ApiError(
    406,
    'NotAcceptable',
    '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/json;stream=watch',
    { details: {} },
  );
}

/** True where the header asks for aggregated discovery (apidiscovery.k8s.io/v2), before plain JSON. */
export function wantsAggregatedDiscovery(accept: string | undefined): boolean {
  const first = parseAccept(accept ?? '').find(
    ({ type, parameters }) =>
      isJson(type) &&
      (parameters['as'] === undefined || (parameters['v'] === 'v2' && isDiscovery(parameters))),
  );
  return first !== undefined && isDiscovery(first.parameters);
}

function isDiscovery(parameters: MediaRange['parameters']): boolean {
  return parameters['as'] === 'APIGroupDiscoveryList' && parameters['g'] === 'apidiscovery.k8s.io';
}

function representation({ type, parameters }: MediaRange): Representation | null {
  const format = isJson(type) ? 'json' : type === 'application/yaml' ? 'yaml' : null;
  if (format === null) return null;
  const as = parameters['as'];
  if (as === undefined) return { format, as: 'object' };
  if (parameters['g'] !== 'meta.k8s.io' || parameters['v'] !== 'v1') return null;
  if (as === 'Table') return { format, as: 'table' };
  return as.startsWith('PartialObjectMetadata') ? { format, as: 'partial' } : null;
}

function isJson(type: string): boolean {
  return ['application/json', 'application/*', '*/*'].includes(type);
}

function parseAccept(header: string): MediaRange[] {
  const ranges = header.trim() === '' ? ['*/*'] : header.split(',');
  return ranges.map((range) => {
    const [type = '', ...rest] = range.split(';').map((part) => part.trim());
    const parameters = rest.map((part): [string, string] => {
      const equals = part.indexOf('=');
      return [part.slice(0, equals).toLowerCase(), part.slice(equals + 1)];
    });
    return { type: type.toLowerCase(), parameters: Object.fromEntries(parameters) };
  });
}
