import { type ClusterError, networkError } from '../cluster/errors.js';
import { decodePodMetrics, decodeStatsSummary, type MeasuredContainer } from '../cluster/memory-stats.js';
import type { Transport } from '../cluster/transport.js';
import type { MemorySource } from '../core/memory/reading.js';
import { Poller } from './poller.js';
import type { LabLog } from './types.js';

export interface MemorySourcesTiming {
  readonly kubeletMs?: number;
  readonly metricsMs?: number;
  /** How long a source that is forbidden or missing is left alone. */
  readonly refusedMs?: number;
}

export interface MemorySourcesOptions {
  readonly transport: Transport;
  readonly signal: AbortSignal;
  readonly log: LabLog;
  readonly timing: MemorySourcesTiming;
  readonly onMeasured: (source: MemorySource, answer: readonly MeasuredContainer[]) => void;
}

/** A Pod that somebody looks at and no agent measures. */
export interface Unmeasured {
  readonly namespace: string;
  readonly nodeName: string;
}

const KUBELET_MS = 10_000;
const METRICS_MS = 15_000;
const REFUSED_MS = 5 * 60_000;
const ANSWER_MS = 15_000;
/** One list of all namespaces is cheaper than many of one. */
const MOST_NAMESPACES = 5;
const EVERYWHERE = '';

/**
 * Asks the kubelets (through the API server's node proxy) and, where they do not answer, metrics.k8s.io for the memory of
 * the Pods that are looked at. A refusal leads to the next source and is remembered for a while.
 */
export class MemorySources {
  readonly #options: MemorySourcesOptions;
  readonly #kubelets: Poller;
  readonly #metrics: Poller;
  #pods: readonly Unmeasured[] = [];

  constructor(options: MemorySourcesOptions) {
    this.#options = options;
    const { signal, timing, log } = options;
    const turn = (what: string) => (key: string, error: ClusterError | null) => {
      log.info(
        `Memory by ${what}${key === '' ? '' : ` (${key})`}: ${error === null ? 'answers' : error.message}`,
      );
      this.#assign();
    };
    this.#kubelets = new Poller({
      periodMs: timing.kubeletMs ?? KUBELET_MS,
      refusedMs: timing.refusedMs ?? REFUSED_MS,
      signal,
      ask: (node, ends) =>
        this.#ask('kubelet', `/api/v1/nodes/${encodeURIComponent(node)}/proxy/stats/summary`, ends),
      onTurn: turn('the kubelet'),
      concernsAll: (error) => error.kind === 'forbidden',
    });
    this.#metrics = new Poller({
      periodMs: timing.metricsMs ?? METRICS_MS,
      refusedMs: timing.refusedMs ?? REFUSED_MS,
      signal,
      ask: (namespace, ends) => this.#ask('metrics', metricsPath(namespace), ends),
      onTurn: turn('metrics.k8s.io'),
      concernsAll: (error) => error.kind !== 'forbidden',
    });
  }

  /** The Pods to measure from now on. */
  want(pods: readonly Unmeasured[]): void {
    this.#pods = pods;
    this.#assign();
  }

  /** Resolves when no request is open any more; the signal ends them. */
  async ended(): Promise<void> {
    await Promise.all([this.#kubelets.ended(), this.#metrics.ended()]);
  }

  #assign(): void {
    const nodes = new Set(this.#pods.map(({ nodeName }) => nodeName));
    const silent = new Set([...nodes].filter((node) => this.#kubelets.failure(node) !== null));
    const namespaces = new Set(
      this.#pods.filter(({ nodeName }) => silent.has(nodeName)).map(({ namespace }) => namespace),
    );
    this.#kubelets.want(nodes);
    const isMany =
      namespaces.size > MOST_NAMESPACES && this.#metrics.failure(EVERYWHERE)?.kind !== 'forbidden';
    this.#metrics.want(isMany ? [EVERYWHERE] : namespaces);
  }

  async #ask(source: 'kubelet' | 'metrics', path: string, signal: AbortSignal): Promise<void> {
    const { transport, onMeasured } = this.#options;
    try {
      const answer = await transport.json({ path, signal, timeoutMs: ANSWER_MS });
      onMeasured(source, source === 'kubelet' ? decodeStatsSummary(answer) : decodePodMetrics(answer));
    } catch (error) {
      throw networkError(error, transport.server);
    }
  }
}

function metricsPath(namespace: string): string {
  const within = namespace === EVERYWHERE ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/apis/metrics.k8s.io/v1beta1${within}/pods`;
}
