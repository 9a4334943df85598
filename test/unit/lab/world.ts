import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../src/lab/index.js';
import type { Lab, LabOptions, Store } from '../../../src/lab/types.js';
import type {
  ContainerSample,
  KillEntry,
  NodeInfo,
  ProcessInfo,
  SampleLine,
  StressPlan,
  StressRun,
} from '../../../src/protocol/agent/types.js';
import { createCertificate } from '../../../src/sandbox/api/certificate.js';
import { type ApiServer, startApiServer } from '../../../src/sandbox/api/http/server.js';
import type { JsonObject } from '../../../src/sandbox/api/json.js';
import { writeKubeconfig } from '../../../src/sandbox/api/kubeconfig.js';
import { ensureNamespace } from '../../../src/sandbox/api/namespaces.js';
import { Registry } from '../../../src/sandbox/api/registry.js';
import { accessReviews, type Denial } from '../../../src/sandbox/api/resources/access-reviews.js';
import { allResources } from '../../../src/sandbox/api/resources/index.js';
import { ObjectStore } from '../../../src/sandbox/api/store.js';

const TOKEN = 'sesame';

/** The node agent's HTTP API by script. */
export class ScriptedAgent {
  readonly server: Server;
  bootId = 'boot';
  /** What `since` each kill stream asked for. */
  readonly since: number[] = [];
  /** All kills there are, in order of their numbers. */
  kills: KillEntry[] = [];
  containers: ContainerSample[] = [];
  /** What the kubelet beside it answers as its stats/summary; null: it does not answer. */
  summary: JsonObject | null = null;
  /** By container id. */
  readonly processes = new Map<string, ProcessInfo[]>();
  mayStress = false;
  /** Every plan that was posted, in order. */
  readonly plans: StressPlan[] = [];
  readonly runs = new Map<string, StressRun>();
  /** Why a plan is not taken; null: it is. */
  refuse: (plan: StressPlan) => string | null = () => null;
  /** Why a plan that was taken fails a moment later; null: it does not. */
  failAtOnce: (plan: StressPlan) => string | null = () => null;
  readonly #streams = new Set<ServerResponse>();
  readonly #samples = new Set<ServerResponse>();

  constructor() {
    this.server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname === '/v1/node') {
        response.end(JSON.stringify(this.#node()));
      } else if (url.pathname === '/v1/kills') {
        this.#streamKills(response, Number(url.searchParams.get('since')));
      } else if (url.pathname.startsWith('/v1/stress')) {
        void this.#stress(request, response, url.pathname.split('/')[3] ?? '');
      } else if (url.pathname.endsWith('/processes')) {
        const id = url.pathname.split('/')[3] ?? '';
        response.end(JSON.stringify(this.processes.get(id) ?? []));
      } else {
        this.#samples.add(response);
        response.once('close', () => this.#samples.delete(response));
        response.write(this.#sampleLine());
      }
    });
  }

  /** Tells a kill to whoever follows. */
  kill(entry: KillEntry): void {
    this.kills.push(entry);
    for (const stream of this.#streams) {
      stream.write(`${JSON.stringify(entry)}\n`);
    }
  }

  sample(containers: ContainerSample[]): void {
    this.containers = containers;
    for (const stream of this.#samples) {
      stream.write(this.#sampleLine());
    }
  }

  /** Cuts all streams, as a broken tunnel would. */
  cut(): void {
    this.server.closeAllConnections();
  }

  get followers(): number {
    return this.#streams.size;
  }

  #streamKills(response: ServerResponse, since: number): void {
    this.since.push(since);
    const newest = this.kills.at(-1)?.seq ?? 0;
    for (const kill of this.kills.filter((one) => one.seq > since)) {
      response.write(`${JSON.stringify(kill)}\n`);
    }
    response.write(`${JSON.stringify({ type: 'heartbeat', time: new Date().toISOString(), seq: newest })}\n`);
    this.#streams.add(response);
    response.once('close', () => this.#streams.delete(response));
  }

  async #stress(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.method === 'POST') {
      const plan = JSON.parse(text) as StressPlan;
      this.plans.push(plan);
      const why = this.refuse(plan);
      if (why !== null) {
        response.writeHead(422).end(JSON.stringify({ status: 422, detail: why }));
        return;
      }
      const startedAt = new Date().toISOString();
      const run = {
        plan,
        startedAt,
        phase: 'running',
        endedAt: null,
        pid: 1,
        reason: null,
        cause: null,
      } as const;
      const known = this.runs.get(plan.id) ?? run;
      const reason = this.failAtOnce(plan);
      const end = { phase: 'failed', endedAt: startedAt, cause: 'failure', reason } as const;
      this.runs.set(plan.id, reason === null ? known : { ...known, ...end });
      response.writeHead(201).end(JSON.stringify(known));
    } else if (request.method === 'DELETE') {
      const run = this.runs.get(decodeURIComponent(id));
      if (run === undefined) {
        response.writeHead(404).end(JSON.stringify({ status: 404, detail: 'no such run' }));
        return;
      }
      const end = { phase: 'ended', endedAt: new Date().toISOString(), cause: 'request' } as const;
      const ended = run.phase === 'running' ? { ...run, ...end, reason: 'stopped by request' } : run;
      this.runs.set(run.plan.id, ended);
      response.end(JSON.stringify(ended));
    } else {
      response.end(JSON.stringify([...this.runs.values()]));
    }
  }

  #sampleLine(): string {
    const line: SampleLine = {
      type: 'sample',
      time: new Date().toISOString(),
      containers: this.containers,
      pods: [],
    };
    return `${JSON.stringify(line)}\n`;
  }

  #node(): NodeInfo {
    return {
      apiVersion: 1,
      agentVersion: '0.1.0',
      nodeName: 'host',
      kernelRelease: '6.1',
      bootId: this.bootId,
      cgroupVersion: 1,
      cgroupMode: 'legacy',
      cgroupDriver: 'cgroupfs',
      groupKill: null,
      kernelLogRateLimit: { intervalMs: 5000, burst: 10 },
      memoryTotalBytes: 8 * 2 ** 30,
      memoryAvailableBytes: 4 * 2 ** 30,
      swapTotalBytes: 0,
      capabilities: {
        kernelLog: true,
        killCounters: true,
        stress: this.mayStress,
        negativeOomScoreAdj: false,
      },
    };
  }
}

export interface WorldOptions {
  /** False: the API server does not know StressChaos. */
  readonly chaosMesh?: boolean;
  /** What the user may not do, by the API server's own word. */
  readonly denials?: readonly Denial[];
}

/** An API server with nothing behind it but a scripted agent, and labs that connect to it. */
export class World {
  readonly registry: Registry;
  readonly agent: ScriptedAgent;
  readonly kubeconfigPath: string;
  readonly log: string[] = [];
  #api: ApiServer;
  readonly #folder: string;
  readonly #labs: Lab[] = [];
  readonly #certificate: Awaited<ReturnType<typeof createCertificate>>;

  private constructor(
    registry: Registry,
    agent: ScriptedAgent,
    api: ApiServer,
    folder: string,
    certificate: Awaited<ReturnType<typeof createCertificate>>,
  ) {
    this.registry = registry;
    this.agent = agent;
    this.#api = api;
    this.#folder = folder;
    this.#certificate = certificate;
    this.kubeconfigPath = join(folder, 'config');
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const variants = { accessReviews: accessReviews(options.denials ?? []) };
    const definitions = allResources(variants).filter(
      ({ group }) => options.chaosMesh !== false || group !== 'chaos-mesh.org',
    );
    const registry = new Registry(new ObjectStore({ historyLength: 20 }), definitions);
    for (const namespace of ['default', 'app', 'agents']) {
      ensureNamespace(registry, namespace);
    }
    const agent = new ScriptedAgent();
    agent.server.listen(0, '127.0.0.1');
    await once(agent.server, 'listening');
    const folder = await mkdtemp(join(tmpdir(), 'podstress-lab-'));
    const certificate = await createCertificate();
    const api = await startApi(registry, agent, certificate, 0);
    const world = new World(registry, agent, api, folder, certificate);
    await writeKubeconfig(world.kubeconfigPath, {
      server: api.url,
      token: TOKEN,
      authority: certificate.authority,
    });
    return world;
  }

  connect(options: Partial<LabOptions> = {}): Lab {
    const tell = (message: string): void => {
      this.log.push(message);
    };
    const lab = connect({
      kubeconfigPath: this.kubeconfigPath,
      env: {},
      log: { info: tell, warn: tell },
      ...options,
    });
    this.#labs.push(lab);
    return lab;
  }

  /** Ends the API server, every connection with it. */
  async stopApi(): Promise<void> {
    await this.#api.close();
  }

  /** Starts it again on the port of before. */
  async startApi(): Promise<void> {
    this.#api = await startApi(this.registry, this.agent, this.#certificate, this.#api.port);
  }

  async end(): Promise<void> {
    await Promise.all(this.#labs.map((lab) => lab.dispose()));
    await this.#api.close();
    this.agent.server.closeAllConnections();
    this.agent.server.close();
    await rm(this.#folder, { recursive: true });
  }

  /** Creates or replaces a Pod with its status. */
  putPod(
    pod: JsonObject & { metadata: JsonObject & { name: string; namespace: string }; status?: JsonObject },
  ): void {
    const pods = this.registry.definition('pods');
    const { name, namespace } = pod.metadata;
    if (this.registry.find(pods, namespace, name) === undefined) {
      this.registry.create(pods, namespace, { apiVersion: 'v1', kind: 'Pod', ...pod });
    }
    this.setPodStatus(namespace, name, pod.status ?? {});
  }

  setPodStatus(namespace: string, name: string, status: JsonObject): void {
    const change = (current: JsonObject): JsonObject => ({ ...current, status });
    this.registry.patch(this.registry.definition('pods'), namespace, name, change, { subresource: 'status' });
  }

  deletePod(namespace: string, name: string): void {
    this.registry.delete(this.registry.definition('pods'), namespace, name, { graceSeconds: 0 });
  }

  putAgentPod(containerId = 'agent-1'): void {
    this.putPod({
      metadata: {
        name: 'agent',
        namespace: 'agents',
        labels: { 'app.kubernetes.io/name': 'podstress-agent' },
      },
      spec: { nodeName: 'n1', containers: [{ name: 'agent', image: 'agent' }] },
      status: {
        phase: 'Running',
        containerStatuses: [containerStatus('agent', containerId)],
      },
    });
  }

  /** Sets the status of a StressChaos as its controller would. */
  setExperimentStatus(namespace: string, name: string, status: JsonObject): void {
    const change = (current: JsonObject): JsonObject => ({ ...current, status });
    this.registry.patch(this.registry.definition('stresschaos', 'chaos-mesh.org'), namespace, name, change);
  }
}

export function containerStatus(name: string, id: string): JsonObject {
  return {
    name,
    containerID: `containerd://${id}`,
    image: 'x',
    imageID: 'x',
    ready: true,
    restartCount: 0,
    state: { running: { startedAt: '2026-11-20T12:00:00Z' } },
  };
}

export function sampleOf(containerId: string, workingSetBytes: number, oomKills = 0): ContainerSample {
  return {
    identity: { uid: 'u', qos: 'Burstable', containerId, runtime: 'containerd' },
    usageBytes: workingSetBytes,
    workingSetBytes,
    inactiveFileBytes: 0,
    rssBytes: workingSetBytes,
    cacheBytes: 0,
    shmemBytes: 0,
    kernelBytes: 0,
    swapBytes: 0,
    limitBytes: null,
    effectiveLimitBytes: null,
    effectiveLimitLevel: null,
    limitHits: 0,
    peakBytes: workingSetBytes,
    pressure: null,
    oomKills,
  };
}

export function killOf(seq: number, containerId: string, over: Partial<KillEntry> = {}): KillEntry {
  return {
    type: 'kill',
    seq,
    time: new Date().toISOString(),
    bootSeconds: 100 + seq,
    evidence: 'bare',
    constraint: 'memcg',
    group: false,
    victim: {
      pid: 1000 + seq,
      comm: 'stress-ng-vm',
      uid: 0,
      oomScoreAdj: 992,
      totalVmBytes: null,
      anonRssBytes: 2 ** 20,
      fileRssBytes: 0,
      shmemRssBytes: 0,
      pgtablesBytes: null,
    },
    invoker: null,
    oomMemcg: null,
    taskMemcg: null,
    limitBytes: null,
    usageBytes: null,
    pod: { uid: 'unknown', qos: 'Burstable', containerId, runtime: 'containerd' },
    candidates: [],
    tasks: [],
    ...over,
  };
}

/** Resolves with the store's value once it fulfils the condition; fails loudly, with the last value, after 15 s. */
export function when<T>(store: Store<T>, condition: (value: T) => boolean, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (value: T): void => {
      if (condition(value)) {
        stop();
        clearTimeout(timer);
        resolve(value);
      }
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`waited in vain until ${what}; it is ${JSON.stringify(store.get())}`));
    }, 15_000);
    const stop = store.subscribe(settle);
    settle(store.get());
  });
}

function startApi(
  registry: Registry,
  agent: ScriptedAgent,
  certificate: Awaited<ReturnType<typeof createCertificate>>,
  port: number,
): Promise<ApiServer> {
  return startApiServer({
    registry,
    certificate,
    token: TOKEN,
    port,
    log: () => undefined,
    kubeletStats: () => agent.summary,
    openPort: async () => {
      const socket = connectTcp((agent.server.address() as AddressInfo).port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
  });
}
