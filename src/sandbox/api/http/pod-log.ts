import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { arrayAt, stringAt } from '../json.js';
import type { KubeObject } from '../kube-object.js';
import { badRequest, type Cause, invalid } from '../status.js';
import type { ContainerAccess, LogOptions } from './container-access.js';
import { isTrue } from './list-options.js';
import { commonHeaders } from './respond.js';

/** Answers `GET .../pods/NAME/log`. Throws ApiError before the first byte, in the API server's words. */
export async function servePodLog(
  access: ContainerAccess,
  pod: KubeObject,
  query: URLSearchParams,
  response: ServerResponse,
  stopping: AbortSignal,
): Promise<void> {
  const options = logOptions(query);
  const container = containerOf(pod, query.get('container') ?? '');
  if ((stringAt(pod, 'spec', 'nodeName') ?? '') === '') {
    response.writeHead(204, { 'Cache-Control': 'no-cache, private' }).end();
    return;
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const text = access.log(pod, container, options, AbortSignal.any([stopping, gone.signal]));
  response.writeHead(200, commonHeaders('text/plain'));
  // Whoever follows a log that is still empty must know that it is there.
  response.flushHeaders();
  for await (const part of text) {
    if (!response.write(part) && !response.destroyed) await drained(response, gone.signal);
  }
  response.end();
}

async function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  try {
    await once(response, 'drain', { signal: gone });
  } catch {
    // The client has gone, and with it the reader.
  }
}

/** The container that is meant: the one that is named, or the only one. Throws ApiError. */
export function containerOf(pod: KubeObject, wanted: string): string {
  const { name } = pod.metadata;
  const names = arrayAt(pod, 'spec', 'containers').map((one) => stringAt(one, 'name') ?? '');
  if (wanted !== '') {
    if (!names.includes(wanted)) throw badRequest(`container ${wanted} is not valid for pod ${name}`);
    return wanted;
  }
  const [only = '', ...others] = names;
  if (others.length > 0) {
    const choice = `[${names.join(' ')}]`;
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: ${choice}`);
  }
  return only;
}

function logOptions(query: URLSearchParams): LogOptions {
  const causes: Cause[] = [];
  const number = (name: string, least: number): number | null => {
    const value = wholeNumber(query.get(name));
    if (value !== null && value < least) {
      const bound = least === 0 ? 'greater than or equal to 0' : 'greater than 0';
      causes.push({
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${value}: must be ${bound}`,
        field: name,
      });
    }
    return value;
  };
  const tailLines = number('tailLines', 0);
  const limitBytes = number('limitBytes', 1);
  const sinceSeconds = number('sinceSeconds', 1);
  const sinceTime = query.get('sinceTime') ?? '';
  if (sinceSeconds !== null && sinceTime !== '') {
    causes.push({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
      field: '',
    });
  }
  if (causes.length > 0) throw invalid('', 'PodLogOptions', '', causes);
  return {
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    tailLines,
    limitBytes,
    sinceMs: sinceSeconds === null ? timeOf(sinceTime) : Date.now() - sinceSeconds * 1000,
  };
}

function wholeNumber(text: string | null): number | null {
  if (text === null || text === '') return null;
  if (!/^-?\d+$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}

function timeOf(text: string): number | null {
  if (text === '') return null;
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw badRequest(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse`);
  }
  return time;
}
