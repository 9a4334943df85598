import type { IncomingMessage, ServerResponse } from 'node:http';
import { json, kubeconfigText, type ScriptedServer, startServer, statusBody } from '../cluster/server.js';

export type Fault =
  | 'none'
  /** Nothing is answered and nothing more is sent, but the connections stay. */
  | 'half-open'
  /** Every connection is cut. */
  | 'cut'
  | 'watch-410'
  | 'watch-ends-at-once'
  | 'truncated-json'
  | 'status-401'
  | 'status-429'
  | 'status-500';

interface Watcher {
  readonly response: ServerResponse;
  readonly namespace: string | null;
}

/** The least of an API server: Pods to list and watch, and faults at will. */
export class MiniApi {
  readonly server: ScriptedServer;
  readonly pods = new Map<string, { readonly namespace: string; version: number; restarts: number }>();
  /** Null: everything may be read; else only these namespaces. */
  allowed: readonly string[] | null = null;
  fault: Fault = 'none';
  /** How far the server's clock is behind, ms. */
  clockBehindMs = 0;
  /** Begins at the first watch, after the list was answered. */
  faultAtWatch: Fault = 'none';
  #version = 100;
  #events: {
    readonly version: number;
    readonly type: string;
    readonly key: string;
    readonly object: object;
  }[] = [];
  readonly #watchers = new Set<Watcher>();
  lists = 0;

  private constructor(server: ScriptedServer) {
    this.server = server;
    server.handler = (request, response, url) => this.#serve(request, response, url);
  }

  static async start(): Promise<MiniApi> {
    return new MiniApi(await startServer(() => undefined));
  }

  get kubeconfig(): string {
    return kubeconfigText(this.server, { token: 'sesame' });
  }

  put(namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    const before = this.pods.get(key);
    this.#version += 1;
    this.pods.set(key, { namespace, version: this.#version, restarts: (before?.restarts ?? -1) + 1 });
    this.#tell(before === undefined ? 'ADDED' : 'MODIFIED', key);
  }

  remove(namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    this.#version += 1;
    this.#tell('DELETED', key);
    this.pods.delete(key);
  }

  /** Begins a fault; what is open feels it at once. */
  break(fault: Fault): void {
    this.fault = fault;
    if (fault === 'none') {
      return;
    }
    for (const { response } of this.#watchers) {
      if (fault === 'truncated-json') {
        response.end('{"type":"MODIFIED","object":{"metadata":{"na');
      } else if (fault !== 'half-open') {
        response.destroy();
      }
    }
    this.#watchers.clear();
    if (fault === 'cut') {
      this.server.server.closeAllConnections();
    }
  }

  /** Everything as it is, in the words of `placesOf`. */
  get truth(): string {
    return [...this.pods]
      .map(([key, pod]) => `${key}=${pod.restarts}`)
      .sort()
      .join(' ');
  }

  #serve(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const watch = url.searchParams.has('watch');
    response.setHeader('date', new Date(Date.now() - this.clockBehindMs).toUTCString());
    if (watch && this.faultAtWatch !== 'none') {
      this.break(this.faultAtWatch);
      this.faultAtWatch = 'none';
    }
    if (this.#fails(response, watch)) {
      return;
    }
    if (url.pathname === '/version') {
      json(response, 200, { major: '1' });
      return;
    }
    const namespace = /^\/api\/v1\/namespaces\/([^/]+)\/pods$/.exec(url.pathname)?.[1] ?? null;
    if (namespace === null && url.pathname !== '/api/v1/pods') {
      response.writeHead(404).end('404 page not found');
      return;
    }
    if (this.allowed !== null && (namespace === null || !this.allowed.includes(namespace))) {
      json(
        response,
        403,
        statusBody(403, 'Forbidden', 'pods is forbidden: User "u" cannot list resource "pods"'),
      );
      return;
    }
    if (watch) {
      this.#watch(request, response, namespace, Number(url.searchParams.get('resourceVersion')));
      return;
    }
    this.lists += 1;
    const items = [...this.pods.keys()]
      .filter((key) => matches(key, namespace))
      .map((key) => this.#object(key));
    json(response, 200, { metadata: { resourceVersion: String(this.#version) }, items });
  }

  /** Answers as the fault of now wants it; true where it did. */
  #fails(response: ServerResponse, watch: boolean): boolean {
    switch (this.fault) {
      case 'half-open':
        return true;
      case 'cut':
        response.destroy();
        return true;
      case 'status-401':
        json(response, 401, statusBody(401, 'Unauthorized', 'Unauthorized'));
        return true;
      case 'status-429':
        json(response, 429, statusBody(429, 'TooManyRequests', 'try later'), { 'retry-after': '0' });
        return true;
      case 'status-500':
        json(response, 500, statusBody(500, 'InternalError', 'etcdserver: leader changed'));
        return true;
      case 'truncated-json':
        response.end('{"metadata":{"resourceVersion":"1"},"items":[{"meta');
        return true;
      case 'watch-410':
        if (watch) {
          const gone = { type: 'ERROR', object: statusBody(410, 'Expired', 'too old resource version') };
          response.end(`${JSON.stringify(gone)}\n`);
        }
        return watch;
      case 'watch-ends-at-once':
        if (watch) {
          response.end();
        }
        return watch;
      default:
        return false;
    }
  }

  #watch(request: IncomingMessage, response: ServerResponse, namespace: string | null, since: number): void {
    const watcher = { response, namespace };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const event of this.#events.filter((one) => one.version > since && matches(one.key, namespace))) {
      response.write(`${JSON.stringify({ type: event.type, object: event.object })}\n`);
    }
    this.#watchers.add(watcher);
    request.once('close', () => this.#watchers.delete(watcher));
  }

  #tell(type: string, key: string): void {
    const event = { version: this.#version, type, key, object: this.#object(key, this.#version) };
    this.#events.push(event);
    for (const { response, namespace } of this.#watchers) {
      if (matches(key, namespace)) {
        response.write(`${JSON.stringify({ type, object: event.object })}\n`);
      }
    }
  }

  #object(key: string, version?: number): object {
    const [namespace = '', name = ''] = key.split('/');
    const pod = this.pods.get(key);
    return {
      metadata: { name, namespace, uid: key, resourceVersion: String(version ?? pod?.version ?? 0) },
      spec: { containers: [{ name: 'main' }] },
      status: {
        phase: 'Running',
        containerStatuses: [{ name: 'main', ready: true, restartCount: pod?.restarts ?? 0 }],
      },
    };
  }
}

function matches(key: string, namespace: string | null): boolean {
  return namespace === null || key.startsWith(`${namespace}/`);
}
