import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { ServerCertificate } from '../../../../src/sandbox/api/certificate.js';
import { createCertificate } from '../../../../src/sandbox/api/certificate.js';
import type { ContainerAccess } from '../../../../src/sandbox/api/http/container-access.js';
import type { PortOpener } from '../../../../src/sandbox/api/http/port-forward.js';
import type { KubeletStats } from '../../../../src/sandbox/api/http/resource-handler.js';
import { type ApiServer, startApiServer } from '../../../../src/sandbox/api/http/server.js';
import type { WatchTiming } from '../../../../src/sandbox/api/http/watch.js';
import type { Json, JsonObject } from '../../../../src/sandbox/api/json.js';
import { ensureNamespace } from '../../../../src/sandbox/api/namespaces.js';
import { Registry } from '../../../../src/sandbox/api/registry.js';
import type { ResourceDefinition } from '../../../../src/sandbox/api/resource.js';
import { accessReviews, type Denial } from '../../../../src/sandbox/api/resources/access-reviews.js';
import { allResources, type ResourceVariants } from '../../../../src/sandbox/api/resources/index.js';
import type { MetricsSource } from '../../../../src/sandbox/api/resources/metrics.js';
import { ObjectStore } from '../../../../src/sandbox/api/store.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is a string, else as JSON; null: no body. */
  readonly body?: Json;
  /** Absent: the right one. */
  readonly token?: string | null;
}

export interface TestApi {
  readonly registry: Registry;
  readonly server: ApiServer;
  readonly token: string;
  readonly certificate: ServerCertificate;
  readonly faults: string[];
  ask(ask: Ask): Promise<Answer>;
  close(): Promise<void>;
}

export const TOKEN = 'a-token-of-the-tests';

let certificate: Promise<ServerCertificate> | undefined;

/** The API alone on a free port, with the namespaces given. */
export async function testApi(
  options: {
    namespaces?: readonly string[];
    historyLength?: number;
    watchTiming?: WatchTiming;
    openPort?: PortOpener;
    containers?: ContainerAccess;
    chaosMesh?: readonly ResourceDefinition[];
    metrics?: MetricsSource;
    kubeletStats?: KubeletStats;
    denials?: readonly Denial[];
    faults?: readonly string[];
  } = {},
): Promise<TestApi> {
  certificate ??= createCertificate();
  const made = await certificate;
  const registry = testRegistry(options);
  const faults: string[] = [];
  const server = await startApiServer({
    registry,
    certificate: made,
    token: TOKEN,
    port: 0,
    openPort: options.openPort ?? (() => Promise.reject(new Error('no such port'))),
    log: (message) => void faults.push(message),
    ...(options.containers === undefined ? {} : { containers: options.containers }),
    ...(options.watchTiming === undefined ? {} : { watchTiming: options.watchTiming }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(options.kubeletStats === undefined ? {} : { kubeletStats: options.kubeletStats }),
  });
  return {
    registry,
    server,
    token: TOKEN,
    certificate: made,
    faults,
    ask: (ask) => send(server.port, made.authority, ask),
    close: () => server.close(),
  };
}

export function testRegistry(
  options: ResourceVariants & {
    namespaces?: readonly string[];
    historyLength?: number;
    denials?: readonly Denial[];
  } = {},
): Registry {
  const store = new ObjectStore(
    options.historyLength === undefined ? {} : { historyLength: options.historyLength },
  );
  const registry = new Registry(
    store,
    allResources({ accessReviews: accessReviews(options.denials ?? []), ...options }),
  );
  for (const name of options.namespaces ?? ['default']) ensureNamespace(registry, name);
  return registry;
}

export function requestOptions(port: number, authority: string, ask: Ask): RequestOptions {
  const token = ask.token === undefined ? TOKEN : ask.token;
  return {
    host: '127.0.0.1',
    port,
    ca: authority,
    // Whatever the Host header says, the certificate is looked at for this name.
    servername: 'localhost',
    agent: false,
    method: ask.method ?? 'GET',
    path: ask.path,
    headers: { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...ask.headers },
  };
}

/** Sends one request and reads the whole answer, to the end of a watch. */
export function send(port: number, authority: string, ask: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(requestOptions(port, authority, ask), (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => void chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    request.on('error', reject);
    const { body = null } = ask;
    if (body === null) {
      request.end();
      return;
    }
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    // Node frames the body of a DELETE only when told to.
    request.setHeader('Content-Length', Buffer.byteLength(text));
    request.end(text);
  });
}

export function json(answer: Answer): JsonObject {
  return JSON.parse(answer.text) as JsonObject;
}

/** A Pod of one container, as small as the API takes it. */
export function smallPod(name: string, extra: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...extra },
    spec: { containers: [{ name: 'c', image: 'localhost/stress:local' }] },
  };
}

export function smallStress(name: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata: { name },
    spec: {
      mode: 'all',
      selector: { namespaces: ['default'] },
      stressors: { memory: { workers: 1, size: '10MiB' } },
      ...spec,
    },
  };
}
