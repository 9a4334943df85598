import type { ServerResponse } from 'node:http';
import { stringify } from 'yaml';
import type { Json } from '../json.js';
import { ApiError } from '../status.js';

/** Answers with JSON, or YAML where the client asked for it. */
export function send(
  response: ServerResponse,
  code: number,
  body: Json,
  options: {
    format?: 'json' | 'yaml';
    headers?: Readonly<Record<string, string>>;
    contentType?: string;
  } = {},
): void {
  const yaml = options.format === 'yaml';
  const text = yaml ? stringify(body) : `${JSON.stringify(body)}\n`;
  const contentType = options.contentType ?? (yaml ? 'application/yaml' : 'application/json');
  respond(response, code, text, { ...commonHeaders(contentType), ...options.headers });
}

export function sendText(response: ServerResponse, code: number, text: string): void {
  respond(response, code, text, commonHeaders('text/plain; charset=utf-8'));
}

/** Answers with the Status of a refusal; anything that is no ApiError is a 500 that keeps its details to itself. */
export function sendError(response: ServerResponse, error: unknown): void {
  const refusal = error instanceof ApiError ? error : internalError();
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const headers: Record<string, string> = refusal.code === 413 ? { Connection: 'close' } : {};
  send(response, refusal.code, refusal.body, { headers });
}

export function internalError(): ApiError {
  return new ApiError(500, 'InternalError', 'Internal error occurred: see the log of the sandbox');
}

export function commonHeaders(contentType: string): Record<string, string> {
  return {
    'Content-Type': contentType,
    'Cache-Control': 'no-cache, private',
    'X-Content-Type-Options': 'nosniff',
  };
}

function respond(
  response: ServerResponse,
  code: number,
  text: string,
  headers: Readonly<Record<string, string>>,
): void {
  const body = Buffer.from(text);
  response.writeHead(code, { ...headers, 'Content-Length': String(body.length) });
  response.end(body);
}
