import http from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
import { createGunzip } from 'node:zlib';
import { type Authorization, Credentials } from './auth/credentials.js';
import { sleep } from './backoff.js';
import { aborted, ClusterError, networkError, statusError } from './errors.js';
import type { ClusterAccess } from './kubeconfig/load.js';
import { askedAsLocalhost, portOf } from './proxy.js';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Begins with `/`; its segments are already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** `application/json` unless it says otherwise (patches do). */
  readonly contentType?: string;
  readonly signal: AbortSignal;
  /** Until the answer's headers, and for JSON until its end, ms. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
const MAX_JSON_BYTES = 64 << 20;
const MAX_ERROR_BYTES = 1 << 20;
/** How often an overloaded server's Retry-After is obeyed before the caller is told. */
const MAX_THROTTLED = 4;
/** Closed connections of the pool that one request may meet. */
const MAX_STALE = 50;

/** Talks to one API server as one user over one connection pool: raw HTTPS and JSON. */
export class Transport {
  readonly access: ClusterAccess;
  readonly #credentials: Credentials;
  readonly #base: URL;

  constructor(access: ClusterAccess, credentials: Credentials = new Credentials(access)) {
    this.access = access;
    this.#credentials = credentials;
    this.#base = new URL(access.cluster.server);
  }

  /** The server's address as the kubeconfig gives it. */
  get server(): string {
    return this.access.cluster.server;
  }

  /** The body of a 2xx answer as JSON. Throws ClusterError. */
  async json(request: ApiRequest): Promise<unknown> {
    const text = await this.text(request);
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new ClusterError('protocol', `${request.path}: the answer is not JSON`, { cause: error });
    }
  }

  /** The body of a 2xx answer as text. Throws ClusterError. */
  async text(request: ApiRequest): Promise<string> {
    const deadline = new Deadline(request.signal, request.timeoutMs ?? TIMEOUT_MS);
    try {
      const response = await this.#retrying(request, deadline, true);
      return (await readAll(response, MAX_JSON_BYTES)).toString('utf8');
    } catch (error) {
      throw deadline.explain(error, this.server);
    } finally {
      deadline.clear();
    }
  }

  /** A 2xx answer whose body goes on (watch, logs); destroyed when the signal aborts. Throws ClusterError. */
  async stream(request: ApiRequest): Promise<http.IncomingMessage> {
    const deadline = new Deadline(request.signal, request.timeoutMs ?? TIMEOUT_MS);
    try {
      const response = await this.#retrying(request, deadline, false);
      const destroy = (): void => {
        response.destroy(aborted());
      };
      request.signal.addEventListener('abort', destroy, { once: true });
      response.once('close', () => request.signal.removeEventListener('abort', destroy));
      return response;
    } catch (error) {
      throw deadline.explain(error, this.server);
    } finally {
      deadline.clear();
    }
  }

  /** What a websocket needs to reach the same server as the same user through the same pool. */
  async webSocketOptions(path: string, signal: AbortSignal): Promise<{ url: string } & Authorization> {
    const authorization = await this.#credentials.get(signal);
    const url = this.#url(path, {});
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    if (this.access.cluster.proxyUrl === null) {
      return { url: url.href, ...authorization };
    }
    // The websocket library asks by VS Code's `request`, which would go by the editor's proxy settings.
    const { host } = this.#base;
    const agent = askedAsLocalhost(authorization.agent, this.#base);
    url.port = String(portOf(this.#base));
    url.hostname = 'localhost';
    return { ...authorization, url: url.href, agent, headers: { ...authorization.headers, host } };
  }

  /** Ends every connection of the pool. */
  dispose(): void {
    this.#credentials.dispose();
  }

  /** @param gzip whether the answer may come compressed; a stream must not, or its lines would wait for each other */
  async #retrying(request: ApiRequest, deadline: Deadline, gzip: boolean): Promise<http.IncomingMessage> {
    let freshLogin = false;
    let throttled = 0;
    let stales = 0;
    for (;;) {
      const authorization = await this.#credentials.get(deadline.signal);
      try {
        return await this.#once(request, authorization, deadline.signal, gzip);
      } catch (error) {
        if (!(error instanceof ClusterError)) {
          // All that we send may be sent twice: patches say what shall be, and what is created has a name of its own.
          // A pool may hold many that the server has closed at once; each is met only once.
          if (error instanceof ReusedConnectionError && stales < MAX_STALE) {
            stales += 1;
            continue;
          }
          throw error;
        }
        if (error.kind === 'unauthorized' && !freshLogin) {
          freshLogin = true;
          this.#credentials.invalidate(authorization);
        } else if (error.status === 429 && error.retryAfterMs !== null && throttled < MAX_THROTTLED) {
          throttled += 1;
          await sleep(error.retryAfterMs, deadline.signal);
        } else {
          throw error;
        }
      }
    }
  }

  #once(
    request: ApiRequest,
    authorization: Authorization,
    signal: AbortSignal,
    gzip: boolean,
  ): Promise<http.IncomingMessage> {
    const url = this.#url(request.path, request.query ?? {});
    const body = request.body === undefined ? null : Buffer.from(JSON.stringify(request.body));
    const options: https.RequestOptions = {
      ...authorization.tls,
      method: request.method ?? 'GET',
      agent: authorization.agent,
      signal,
      headers: {
        accept: 'application/json',
        'user-agent': 'podstress',
        // VS Code's own agent would close the connection after each request.
        connection: 'keep-alive',
        ...(gzip && { 'accept-encoding': 'gzip' }),
        ...authorization.headers,
        ...(body !== null && {
          'content-type': request.contentType ?? 'application/json',
          'content-length': body.length,
        }),
      },
    };
    return new Promise((resolve, reject) => {
      // A request that still waits for its connection tells nobody that it was cancelled.
      const onAbort = (): void => reject(aborted());
      signal.addEventListener('abort', onAbort, { once: true });
      const sent = this.#open(url, options, (response) => {
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) {
          resolve(response);
          return;
        }
        readAll(response, MAX_ERROR_BYTES).then(
          (text) => reject(statusError(status, text.toString('utf8'), response.headers['retry-after'])),
          reject,
        );
      });
      sent.once('close', () => signal.removeEventListener('abort', onAbort));
      sent.on('error', (error) => {
        reject(sent.reusedSocket ? new ReusedConnectionError(error.message, { cause: error }) : error);
      });
      sent.end(body ?? undefined);
    });
  }

  /**
   * VS Code replaces `request` by one that goes by its own proxy settings, with its own agent wherever the server is
   * not local. That is wanted, unless the kubeconfig itself names a proxy.
   */
  #open(
    url: URL,
    options: https.RequestOptions,
    onResponse: (response: http.IncomingMessage) => void,
  ): http.ClientRequest {
    if (this.access.cluster.proxyUrl !== null) {
      const request = new http.ClientRequest({ ...urlToHttpOptions(url), ...options });
      return request.once('response', onResponse);
    }
    return (url.protocol === 'https:' ? https : http).request(url, options, onResponse);
  }

  #url(path: string, query: Readonly<Record<string, string | undefined>>): URL {
    const url = new URL(this.#base);
    const [pathname = '/', search = ''] = path.split('?');
    url.pathname = `${this.#base.pathname.replace(/\/$/, '')}${pathname}`;
    url.search = search;
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) {
        url.searchParams.set(name, value);
      }
    }
    return url;
  }
}

/** An idle connection of the pool that the server had closed in the meantime. */
class ReusedConnectionError extends Error {}

/** Joins the caller's signal and a time limit, and tells afterwards which of the two it was. */
class Deadline {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal;
  readonly #onAbort = (): void => this.#controller.abort();
  readonly #ms: number;
  #expired = false;

  constructor(outer: AbortSignal, ms: number) {
    this.#outer = outer;
    this.#ms = ms;
    this.signal = this.#controller.signal;
    this.#timer = setTimeout(() => {
      this.#expired = true;
      this.#controller.abort();
    }, ms);
    outer.addEventListener('abort', this.#onAbort, { once: true });
    if (outer.aborted) {
      this.#controller.abort();
    }
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#onAbort);
  }

  explain(error: unknown, server: string): ClusterError {
    if (this.#outer.aborted) {
      return aborted();
    }
    if (this.#expired) {
      return new ClusterError('timeout', `${server}: no answer within ${this.#ms / 1000} s`);
    }
    return networkError(error, server);
  }
}

/** The body, unpacked where it came compressed; bounded after unpacking, so that no bomb goes off. */
async function readAll(response: http.IncomingMessage, maxBytes: number): Promise<Buffer> {
  const isGzip = response.headers['content-encoding'] === 'gzip';
  // The pipeline hands errors of the connection on to the reader below.
  const body = isGzip ? pipeline(response, createGunzip(), () => undefined) : response;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new ClusterError('protocol', `the answer is longer than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
