import type { Json, JsonObject } from '../api/json.js';
import { kubeTime, type NamedObject, namespaceOf } from '../api/kube-object.js';
import type { Registry } from '../api/registry.js';
import { goDuration } from '../go-duration.js';
import type { NodeStats, Point } from '../kubelet/stats/usage.js';
import { memoryQuantity, nanoCoresQuantity } from '../quantities.js';

export interface MetricsServerOptions {
  readonly registry: Registry;
  readonly stats: () => NodeStats;
  /** ms between two scrapes. */
  readonly resolutionMs?: number;
  readonly log: (message: string) => void;
  readonly now?: () => number;
}

/** `--metric-resolution` of metrics-server. */
export const RESOLUTION_MS = 15_000;

/** CPU needs two points: the rate is between them, memory is the last one's. */
interface Span {
  readonly previous: Sample | null;
  readonly last: Sample;
}

interface Sample {
  readonly time: number;
  readonly cpuNanoseconds: number;
  readonly memoryBytes: number;
}

/** Stands in for metrics-server: scrapes the kubelet every 15 s and says what it saw then, not what is now. */
export class MetricsServer {
  readonly #options: MetricsServerOptions;
  readonly #resolutionMs: number;
  readonly #now: () => number;
  #node: { readonly name: string; readonly span: Span } | null = null;
  /** Spans of containers by Pod uid, then by name. */
  #pods = new Map<string, ReadonlyMap<string, Span>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: MetricsServerOptions) {
    this.#options = options;
    this.#resolutionMs = options.resolutionMs ?? RESOLUTION_MS;
    this.#now = options.now ?? Date.now;
  }

  start(): void {
    this.#timer = setInterval(() => this.#safely(), this.#resolutionMs);
    this.#timer.unref();
    this.#safely();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  scrape(): void {
    const { nodeName, node, pods } = this.#options.stats();
    this.#node = { name: nodeName, span: advance(this.#node?.span, sampleOf(node)) };
    const seen = new Map<string, ReadonlyMap<string, Span>>();
    for (const { uid, containers } of pods) {
      const before = this.#pods.get(uid);
      const spans = containers.map(({ name, startTime, reading }): [string, Span] => {
        const last = before?.get(name);
        // Of a container that was started again nothing before counts.
        const known = last !== undefined && last.last.time > startTime ? last : undefined;
        const fresh = { previous: this.#justStarted(startTime), last: sampleOf(reading) };
        return [name, known === undefined ? fresh : advance(known, sampleOf(reading))];
      });
      seen.set(uid, new Map(spans));
    }
    this.#pods = seen;
  }

  /** A container younger than one scrape counts from its start, so that it need not wait for a second one. */
  #justStarted(startTime: number): Sample | null {
    const young = this.#now() - startTime < this.#resolutionMs * 2;
    return young ? { time: startTime, cpuNanoseconds: 0, memoryBytes: 0 } : null;
  }

  /** PodMetrics of all Pods that have been measured in every container. */
  podMetrics(): NamedObject[] {
    const { registry } = this.#options;
    return registry.list(registry.definition('pods')).flatMap((pod): NamedObject[] => {
      const spans = [...(this.#pods.get(pod.metadata.uid) ?? [])];
      const usages = spans.flatMap(([name, span]) => {
        const usage = usageOf(span);
        return usage === null ? [] : [{ name, ...usage }];
      });
      const oldest = usages.toSorted((a, b) => a.time - b.time)[0];
      if (oldest === undefined || usages.length < spans.length) return [];
      const { name, labels } = pod.metadata;
      return [
        {
          kind: 'PodMetrics',
          apiVersion: 'metrics.k8s.io/v1beta1',
          metadata: this.#metadata({ name, namespace: namespaceOf(pod) }, labels),
          ...window(oldest),
          containers: usages.map(({ name: container, usage }) => ({ name: container, usage })),
        },
      ];
    });
  }

  /** NodeMetrics of the node, once it was measured twice. */
  nodeMetrics(): NamedObject[] {
    const { registry } = this.#options;
    const usage = this.#node === null ? null : usageOf(this.#node.span);
    if (this.#node === null || usage === null) return [];
    const { name } = this.#node;
    const node = registry.find(registry.definition('nodes'), '', name);
    return [
      {
        kind: 'NodeMetrics',
        apiVersion: 'metrics.k8s.io/v1beta1',
        metadata: this.#metadata({ name }, node?.metadata['labels']),
        ...window(usage),
        usage: usage.usage,
      },
    ];
  }

  /** Made at the request, as metrics-server makes it; no uid, no version. */
  #metadata(names: { name: string; namespace?: string }, labels: Json | undefined): NamedObject['metadata'] {
    const creationTimestamp = kubeTime(new Date(this.#now()));
    return { ...names, creationTimestamp, ...(labels === undefined ? {} : { labels }) };
  }

  #safely(): void {
    try {
      this.scrape();
    } catch (error) {
      this.#options.log(`metrics: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function sampleOf({ time, usage }: Point): Sample {
  const { cpuNanoseconds, memory } = usage;
  return { time, cpuNanoseconds, memoryBytes: memory.workingSetBytes };
}

/** A reading that the kubelet has not renewed since the last scrape brings nothing. */
function advance(span: Span | undefined, sample: Sample): Span {
  if (span === undefined) return { previous: null, last: sample };
  return sample.time > span.last.time ? { previous: span.last, last: sample } : span;
}

interface SpanUsage {
  /** ms since the epoch. */
  readonly time: number;
  readonly windowMs: number;
  readonly usage: JsonObject;
}

function usageOf({ previous, last }: Span): SpanUsage | null {
  if (previous === null || last.time <= previous.time) return null;
  const windowMs = last.time - previous.time;
  const nanoCores = ((last.cpuNanoseconds - previous.cpuNanoseconds) * 1000) / windowMs;
  const usage = { cpu: nanoCoresQuantity(nanoCores), memory: memoryQuantity(last.memoryBytes) };
  return { time: last.time, windowMs, usage };
}

function window({ time, windowMs }: SpanUsage): JsonObject {
  return { timestamp: kubeTime(new Date(time)), window: goDuration(windowMs) };
}
