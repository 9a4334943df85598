import { quantityBytes } from '../core/units/quantity.js';
import { asArray, asNumber, asRecord, asString, type JsonRecord } from './decode.js';
import { ClusterError } from './errors.js';

/** One container's memory as the kubelet or metrics.k8s.io tells it. */
export interface MeasuredContainer {
  readonly namespace: string;
  readonly pod: string;
  /** Null where the source does not tell. */
  readonly podUid: string | null;
  readonly container: string;
  /** When it was measured by the cluster's clock, ms since the epoch. */
  readonly time: number;
  readonly workingSetBytes: number;
  readonly usageBytes: number | null;
  readonly rssBytes: number | null;
}

/** Longer lists are cut: a hostile answer must not fill our memory. */
const MAX_PODS = 50_000;
const MAX_CONTAINERS = 1000;

/**
 * Reads the kubelet's `stats/summary` (k8s.io/kubelet/pkg/apis/stats/v1alpha1, Summary). What is not measured yet (no
 * memory, or 0, which no running process has) is left out. Throws ClusterError `protocol` where it is no summary.
 */
export function decodeStatsSummary(raw: unknown): readonly MeasuredContainer[] {
  return listOf(raw, 'pods', 'stats/summary').flatMap((item) => {
    const pod = asRecord(item);
    const ref = asRecord(pod?.['podRef']);
    const namespace = asString(ref?.['namespace']);
    const name = asString(ref?.['name']);
    if (namespace === null || name === null) {
      return [];
    }
    const podUid = asString(ref?.['uid']);
    return containersOf(pod).flatMap((container) => {
      const memory = asRecord(container['memory']);
      const workingSetBytes = bytes(memory?.['workingSetBytes']);
      return measured(container['name'], memory?.['time'], workingSetBytes).map((core) => ({
        ...core,
        namespace,
        pod: name,
        podUid,
        usageBytes: bytes(memory?.['usageBytes']),
        rssBytes: bytes(memory?.['rssBytes']),
      }));
    });
  });
}

/** Reads a PodMetricsList of metrics.k8s.io/v1beta1, as `decodeStatsSummary` does: `usage.memory` there is the working set. */
export function decodePodMetrics(raw: unknown): readonly MeasuredContainer[] {
  return listOf(raw, 'items', 'metrics.k8s.io').flatMap((item) => {
    const metrics = asRecord(item);
    const meta = asRecord(metrics?.['metadata']);
    const namespace = asString(meta?.['namespace']);
    const pod = asString(meta?.['name']);
    if (namespace === null || pod === null) {
      return [];
    }
    return containersOf(metrics).flatMap((container) => {
      const usage = asString(asRecord(container['usage'])?.['memory']) ?? undefined;
      return measured(container['name'], metrics?.['timestamp'], quantityBytes(usage)).map((core) => ({
        ...core,
        namespace,
        pod,
        podUid: null,
        usageBytes: null,
        rssBytes: null,
      }));
    });
  });
}

function listOf(raw: unknown, key: string, where: string): readonly unknown[] {
  const list = asRecord(raw)?.[key];
  if (!Array.isArray(list)) {
    throw new ClusterError('protocol', `${where}: a list of ${key} was expected`);
  }
  return list.slice(0, MAX_PODS);
}

function containersOf(record: JsonRecord | null): JsonRecord[] {
  return asArray(record?.['containers'])
    .slice(0, MAX_CONTAINERS)
    .map(asRecord)
    .filter((item) => item !== null);
}

function measured(name: unknown, time: unknown, workingSetBytes: number | null) {
  const at = Date.parse(asString(time) ?? '');
  const container = asString(name);
  return container === null || Number.isNaN(at) || workingSetBytes === null || workingSetBytes <= 0
    ? []
    : [{ container, time: at, workingSetBytes }];
}

function bytes(value: unknown): number | null {
  const number = asNumber(value);
  return number === null || number < 0 ? null : number;
}
