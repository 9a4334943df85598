import { randomBytes } from 'node:crypto';
import { asArray, asRecord, asString, type JsonRecord } from '../../src/cluster/decode.js';
import { ClusterError, type ClusterErrorKind } from '../../src/cluster/errors.js';
import type { ClusterAccess } from '../../src/cluster/kubeconfig/load.js';
import { lineBatches, parseLine } from '../../src/cluster/ndjson.js';
import { type ApiRequest, Transport } from '../../src/cluster/transport.js';

/** The cluster that the contract is held against: a real one, or the sandbox. */
export interface ContractCluster {
  readonly access: ClusterAccess;
  /** Says `podstress-contract` on stdout and then serves HTTP on port 8080. */
  readonly container: JsonRecord;
  /** More of the Pod's spec, e.g. its securityContext. */
  readonly podSpec?: JsonRecord;
  /** An interrupt removes the namespace before the process ends: nobody else would. */
  readonly catchesInterrupts?: boolean;
  /** Makes it forget old versions, as it would in a few minutes. */
  readonly forget?: () => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How long somebody who interrupts waits at most, ms. */
const INTERRUPTED_MS = 30_000;

export interface WatchLine {
  readonly type: string;
  readonly object: JsonRecord;
}

/** Everything that the contract's tests need of a cluster, in one namespace that is theirs. */
export class Subject {
  readonly cluster: ContractCluster;
  readonly transport: Transport;
  readonly namespace = `podstress-contract-${randomBytes(3).toString('hex')}`;
  readonly #end = new AbortController();
  readonly #interrupted = (): void => {
    process.stderr.write(`\nremoving the namespace ${this.namespace}\n`);
    void this.finish(INTERRUPTED_MS).finally(() => process.exit(130));
  };

  constructor(cluster: ContractCluster) {
    this.cluster = cluster;
    this.transport = new Transport(cluster.access);
  }

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  get pods(): string {
    return `/api/v1/namespaces/${this.namespace}/pods`;
  }

  async json(request: Omit<ApiRequest, 'signal'>): Promise<JsonRecord> {
    return asRecord(await this.transport.json({ ...request, signal: this.signal })) ?? {};
  }

  /** What the server refuses it with; null where it does not. */
  async refusal(request: Omit<ApiRequest, 'signal'>): Promise<ClusterError | null> {
    try {
      await this.json(request);
      return null;
    } catch (error) {
      if (error instanceof ClusterError) return error;
      throw error;
    }
  }

  pod(name: string, container: JsonRecord = this.cluster.container): JsonRecord {
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { 'podstress-contract': name } },
      spec: {
        ...this.cluster.podSpec,
        terminationGracePeriodSeconds: 0,
        restartPolicy: 'Always',
        containers: [{ name: 'main', resources: { limits: { memory: '64Mi' } }, ...container }],
      },
    };
  }

  create(pod: JsonRecord, query: Readonly<Record<string, string>> = {}): Promise<JsonRecord> {
    return this.json({ method: 'POST', path: this.pods, query, body: pod });
  }

  async remove(name: string): Promise<void> {
    await this.json({ method: 'DELETE', path: `${this.pods}/${name}`, query: { gracePeriodSeconds: '0' } });
  }

  /** Watches the Pods until a line is the last that is wanted, or the watch ends. */
  async watch(
    query: Readonly<Record<string, string>>,
    isLast: (line: WatchLine, all: readonly WatchLine[]) => boolean = () => false,
  ): Promise<WatchLine[]> {
    const over = new AbortController();
    const stream = await this.transport.stream({
      path: this.pods,
      query: { watch: '1', ...query },
      signal: AbortSignal.any([this.signal, over.signal]),
    });
    const found: WatchLine[] = [];
    try {
      for await (const lines of lineBatches(stream, 1 << 24)) {
        for (const line of lines.map(parseLine).map(asRecord)) {
          const one = { type: asString(line?.['type']) ?? '', object: asRecord(line?.['object']) ?? {} };
          found.push(one);
          if (isLast(one, found)) return found;
        }
      }
      return found;
    } finally {
      over.abort();
    }
  }

  async begin(): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.namespace } };
    await this.json({ method: 'POST', path: '/api/v1/namespaces', body });
    if (this.cluster.catchesInterrupts === true) {
      for (const signal of SIGNALS) process.on(signal, this.#interrupted);
    }
  }

  /** Removes the namespace and waits until it is gone. Throws Error after the time, ms. */
  async finish(timeoutMs: number): Promise<void> {
    const path = `/api/v1/namespaces/${this.namespace}`;
    try {
      await this.refusal({ method: 'DELETE', path });
      await until(`the namespace ${this.namespace} is gone`, timeoutMs, async () => {
        const refusal = await this.refusal({ path });
        return refusal?.kind === 'not-found' ? true : null;
      });
    } finally {
      for (const signal of SIGNALS) process.off(signal, this.#interrupted);
      this.#end.abort();
      this.transport.dispose();
    }
  }
}

/** Asks until there is an answer. Throws Error after the time, ms. */
export async function until<T>(what: string, timeoutMs: number, ask: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export function isKind(error: ClusterError | null, ...kinds: readonly ClusterErrorKind[]): boolean {
  return error !== null && kinds.includes(error.kind);
}

export function nameOf(object: unknown): string {
  return asString(asRecord(asRecord(object)?.['metadata'])?.['name']) ?? '';
}

export function versionOf(object: unknown): string {
  return asString(asRecord(asRecord(object)?.['metadata'])?.['resourceVersion']) ?? '';
}

export function itemsOf(list: JsonRecord): readonly JsonRecord[] {
  return asArray(list['items'])
    .map(asRecord)
    .filter((item) => item !== null);
}
