import type { IncomingMessage, ServerResponse } from 'node:http';
import { resourceNotFound } from '../status.js';
import { serveGroup, serveGroupVersion, serveRoot } from './discovery.js';
import type { OpenApi } from './openapi.js';
import { parsePath } from './request-info.js';
import { type HandlerContext, handleResource } from './resource-handler.js';
import { send, sendText } from './respond.js';

/** The version that the stand-in says it is: what its answers are modelled on. */
const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.2+podstress-sandbox',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-11-20T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
};

const HEALTH_PATHS = ['/healthz', '/livez', '/readyz'];

/** Answers one request that may be answered. Throws ApiError. */
export async function route(
  context: HandlerContext,
  openApi: OpenApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://sandbox.invalid');
  const path = url.pathname.replace(/(.)\/+$/, '$1');
  const { definitions } = context.registry;
  if (HEALTH_PATHS.includes(path)) return sendText(response, 200, 'ok');
  if (path === '/version') return send(response, 200, VERSION);
  if (path === '/api' || path === '/apis') {
    return serveRoot(definitions, path === '/api' ? 'api' : 'apis', request, response);
  }
  if (path === '/openapi/v3' || path.startsWith('/openapi/v3/')) {
    return openApi.serve(path.slice('/openapi/v3/'.length), response);
  }
  const result = parsePath(path, definitions);
  switch (result.kind) {
    case 'resource':
      return handleResource(context, result.request, url.searchParams, request, response);
    case 'group-version':
      return serveGroupVersion(definitions, result.group, result.version, response);
    case 'group':
      return serveGroup(definitions, result.group, response);
    case 'unknown-resource':
      throw resourceNotFound();
    case 'unknown-path':
      return sendText(response, 404, '404 page not found\n');
  }
}
