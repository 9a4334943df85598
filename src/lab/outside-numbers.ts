import type { AgentClient } from '../cluster/agent/client.js';
import { decodePodMetrics } from '../cluster/memory-stats.js';
import type { Transport } from '../cluster/transport.js';
import type { OutsideNumbers } from './types.js';

/** How long each of them may take, ms. */
const ANSWER_MS = 5000;

export interface OutsideNumbersOptions {
  readonly transport: Transport;
  /** The agent beside the container; null where none streams. */
  readonly client: AgentClient | null;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly signal: AbortSignal;
}

/** Asks for what people compare a container's memory with. Never rejects: what does not answer is null. */
export async function outsideNumbers(options: OutsideNumbersOptions): Promise<OutsideNumbers> {
  const [node, top] = await Promise.all([askNode(options), askMetrics(options)]);
  return { node, top };
}

async function askNode({ client, signal }: OutsideNumbersOptions): Promise<OutsideNumbers['node']> {
  try {
    const info = await client?.node(signal);
    if (info === undefined) return null;
    const { memoryTotalBytes, memoryAvailableBytes } = info;
    return { memoryTotalBytes, memoryAvailableBytes, readAt: Date.now() };
  } catch {
    return null;
  }
}

async function askMetrics(options: OutsideNumbersOptions): Promise<OutsideNumbers['top']> {
  const { transport, namespace, pod, container, signal } = options;
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`;
  try {
    const answer = await transport.json({ path, signal, timeoutMs: ANSWER_MS });
    const measured = decodePodMetrics({ items: [answer] }).find((one) => one.container === container);
    return measured === undefined
      ? null
      : { workingSetBytes: measured.workingSetBytes, measuredAt: measured.time };
  } catch {
    return null;
  }
}
