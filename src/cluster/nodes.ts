import { quantityBytes } from '../core/units/quantity.js';
import { asArray, asRecord, asString, asStringMap, type JsonRecord } from './decode.js';
import { projectConditions } from './objects.js';

export const NODES = '/api/v1/nodes';

/** What Podstress shows of a Node. */
export interface NodeFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly kernelVersion: string | null;
  readonly osImage: string | null;
  /** E.g. `containerd://2.1.4`. */
  readonly containerRuntime: string | null;
  readonly kubeletVersion: string | null;
  /** All of its memory, and what Pods may have of it, bytes. */
  readonly capacityBytes: number | null;
  readonly allocatableBytes: number | null;
  /** The kubelet's own word; null where it says nothing any more. */
  readonly ready: boolean | null;
  readonly memoryPressure: boolean | null;
  readonly unschedulable: boolean;
  /** `KEY=VALUE:EFFECT`. */
  readonly taints: readonly string[];
}

/** The parts of a Node that Podstress shows; null where it is no Node one can name. */
export function projectNode(raw: JsonRecord): NodeFacts | null {
  const metadata = asRecord(raw['metadata']);
  const name = asString(metadata?.['name']);
  if (name === null) return null;
  const spec = asRecord(raw['spec']);
  const status = asRecord(raw['status']);
  const info = asRecord(status?.['nodeInfo']);
  const conditions = new Map(projectConditions(status?.['conditions']).map((one) => [one.type, one.status]));
  const holds = (type: string): boolean | null => {
    const said = conditions.get(type);
    return said === undefined || said === 'Unknown' ? null : said === 'True';
  };
  const memory = (of: string): number | null =>
    quantityBytes(asString(asRecord(status?.[of])?.['memory']) ?? undefined);
  return {
    name,
    labels: asStringMap(metadata?.['labels']) ?? {},
    kernelVersion: asString(info?.['kernelVersion']),
    osImage: asString(info?.['osImage']),
    containerRuntime: asString(info?.['containerRuntimeVersion']),
    kubeletVersion: asString(info?.['kubeletVersion']),
    capacityBytes: memory('capacity'),
    allocatableBytes: memory('allocatable'),
    ready: holds('Ready'),
    memoryPressure: holds('MemoryPressure'),
    unschedulable: spec?.['unschedulable'] === true,
    taints: asArray(spec?.['taints']).flatMap(taintText),
  };
}

function taintText(raw: unknown): string[] {
  const taint = asRecord(raw);
  const key = asString(taint?.['key']);
  if (key === null) return [];
  const value = asString(taint?.['value']) ?? '';
  return [`${key}${value === '' ? '' : `=${value}`}:${asString(taint?.['effect']) ?? ''}`];
}
