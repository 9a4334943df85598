import { createServer, type Server } from 'node:http';
import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  type OpenMetricsContentType,
  openMetricsContentType,
  Registry,
} from 'prom-client';
import type { ContainerSample } from '../protocol/agent/types.js';
import { refuseMalformed, sendProblem } from './http/problem.js';
import type { EntryRing, NewEntry } from './ledger/ring.js';
import type { Sampler } from './sampler.js';

/** However often and by however many it is scraped, no container is read more often than this, ms. */
const MAX_AGE_MS = 10_000;
const MAX_SERIES = 2000;

type KillLabels = Record<'pod_uid' | 'container_id' | 'evidence', string>;

/**
 * The agent's figures by OpenMetrics conventions. Labels come from cgroup paths alone (Pod uid, container id): names
 * are joined by whoever scrapes. Nothing a process chose itself ever becomes a label.
 */
export class AgentMetrics {
  readonly #registry = new Registry<OpenMetricsContentType>();
  readonly #kills: Counter<'pod_uid' | 'container_id' | 'evidence'>;
  readonly #gaps: Counter;
  readonly #lost: Counter;
  readonly #series = new Map<string, KillLabels>();

  constructor(sampler: Sampler, ring: EntryRing) {
    this.#registry.setContentType(openMetricsContentType);
    const registers = [this.#registry];
    this.#kills = new Counter({
      name: 'podstress_oom_kills_total',
      help: "Processes ended by the kernel's OOM killer. Empty labels: it could not be told which container it was.",
      labelNames: ['pod_uid', 'container_id', 'evidence'],
      registers,
    });
    this.#gaps = new Counter({
      name: 'podstress_kernel_gaps_total',
      help: 'Times that records of the kernel log were overwritten before they were read; their kills are only counted.',
      registers,
    });
    this.#lost = new Counter({
      name: 'podstress_kernel_records_lost_total',
      help: 'Records of the kernel log that were overwritten before they were read.',
      registers,
    });
    this.#gauge(
      'working_set',
      "Memory in use that cannot be dropped at once, the kubelet's working set.",
      sampler,
      (sample) => sample.workingSetBytes,
    );
    this.#gauge(
      'limit',
      "The container's own memory limit; absent without one.",
      sampler,
      (sample) => sample.limitBytes,
    );
    let spent = 0;
    new Counter({
      name: 'podstress_sampling_seconds_total',
      help: 'Time that this agent has spent reading the memory of containers and Pods, in seconds.',
      registers,
      collect() {
        this.inc(sampler.busySeconds - spent);
        spent = sampler.busySeconds;
      },
    });
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: 100 });
    ring.subscribe((entries) => this.#count(entries));
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #gauge(
    name: string,
    help: string,
    sampler: Sampler,
    figure: (sample: ContainerSample) => number | null,
  ): void {
    const registers = [this.#registry];
    const labelNames = ['pod_uid', 'container_id'] as const;
    new Gauge({
      name: `podstress_container_memory_${name}_bytes`,
      help,
      labelNames,
      registers,
      async collect() {
        const samples = await sampler.containers(MAX_AGE_MS);
        this.reset();
        for (const sample of samples) {
          const value = figure(sample);
          const { uid, containerId } = sample.identity;
          if (value !== null) this.set({ pod_uid: uid, container_id: containerId ?? '' }, value);
        }
      },
    });
  }

  /** Containers come and go: the series that moved last are kept. */
  #addKill(labels: KillLabels): void {
    this.#kills.inc(labels);
    const key = JSON.stringify(labels);
    this.#series.delete(key);
    this.#series.set(key, labels);
    const [oldest] = this.#series;
    if (this.#series.size <= MAX_SERIES || !oldest) return;
    this.#series.delete(oldest[0]);
    this.#kills.remove(oldest[1]);
  }

  #count(entries: readonly NewEntry[]): void {
    for (const entry of entries) {
      if (entry.type === 'gap') {
        this.#gaps.inc();
        this.#lost.inc(entry.lost);
      } else {
        const { pod, evidence } = entry;
        this.#addKill({ pod_uid: pod?.uid ?? '', container_id: pod?.containerId ?? '', evidence });
      }
    }
  }
}

/** A server that knows GET /metrics and nothing else: it may listen where the API must not. */
export function createMetricsServer(metrics: AgentMetrics): Server {
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      sendProblem(response, 404, 'There is only GET /metrics here.');
      return;
    }
    metrics.text().then(
      (text) => {
        response.writeHead(200, {
          'content-type': openMetricsContentType,
          'x-content-type-options': 'nosniff',
        });
        response.end(text);
      },
      (error: unknown) => sendProblem(response, 500, String(error)),
    );
  });
  server.on('clientError', refuseMalformed);
  return server;
}
