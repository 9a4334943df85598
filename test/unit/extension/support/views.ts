/** Views of Pods, experiments and kills as the lab would make them, with what a test does not care about filled in. */

import type { NodeFacts } from '../../../../src/cluster/nodes.js';
import type { OwnerReference } from '../../../../src/core/kubernetes/objects.js';
import type { MemorySource } from '../../../../src/core/memory/reading.js';
import type { ExperimentView, NamedKill, NodeView, PodView } from '../../../../src/lab/types.js';
import type { KillEvidence } from '../../../../src/protocol/agent/types.js';
import type { ChartHead } from '../../../../src/protocol/panel/memory.js';

export const MIB = 1024 ** 2;

export interface PodParts {
  readonly namespace?: string;
  readonly name: string;
  readonly container?: string;
  /** Bytes; null: no sample. */
  readonly used?: number | null;
  /** Bytes; null: no limit. */
  readonly limit?: number | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly phase?: string;
  readonly state?: string;
  readonly kills?: number;
  readonly silentKills?: number;
  readonly justKilled?: boolean;
  readonly source?: MemorySource;
  readonly stale?: boolean;
  readonly owner?: OwnerReference;
  readonly restarts?: number;
  readonly experiments?: readonly string[];
  readonly nodeName?: string;
}

export function podView(parts: PodParts): PodView {
  const {
    namespace = 'hello-kubernetes',
    name,
    container = 'hello-kubernetes',
    nodeName = 'sandbox',
    source = 'agent',
  } = parts;
  const used = parts.used === undefined ? 38 * MIB : parts.used;
  const limit = parts.limit === undefined ? 500 * MIB : parts.limit;
  const phase = parts.phase ?? 'Running';
  return {
    key: `${namespace}/${name}`,
    pod: {
      metadata: {
        namespace,
        name,
        uid: `uid-${name}`,
        labels: parts.labels ?? {},
        ...(parts.owner && { ownerReferences: [parts.owner] }),
      },
      spec: {
        nodeName,
        containers: [
          {
            name: container,
            resources: {
              requests: { memory: '200Mi' },
              ...(limit === null ? {} : { limits: { memory: `${limit}` } }),
            },
          },
        ],
      },
    },
    namespace,
    name,
    qosClass: 'Burstable',
    phase,
    containers: [
      {
        name: container,
        containerId: `id-${name}`,
        requestBytes: 200 * MIB,
        limitBytes: limit,
        restartCount: parts.restarts ?? 0,
        ready: true,
        state: parts.state ?? 'Running',
        sample:
          used === null || source !== 'agent'
            ? null
            : {
                identity: { uid: `uid-${name}`, qos: 'Burstable', containerId: `id-${name}`, runtime: null },
                usageBytes: used + 4 * MIB,
                workingSetBytes: used,
                inactiveFileBytes: 4 * MIB,
                rssBytes: Math.floor(used * 0.9),
                cacheBytes: 6 * MIB,
                shmemBytes: 0,
                kernelBytes: MIB,
                swapBytes: 0,
                limitBytes: limit,
                effectiveLimitBytes: limit,
                effectiveLimitLevel: limit === null ? null : 'container',
                limitHits: 0,
                peakBytes: used + 4 * MIB,
                pressure: null,
                oomKills: parts.kills ?? 0,
              },
        memory:
          used === null
            ? null
            : {
                source,
                measuredAt: Date.now(),
                stale: parts.stale ?? false,
                workingSetBytes: used,
                usageBytes: source === 'metrics' ? null : used + 4 * MIB,
                inactiveFileBytes: source === 'agent' ? 4 * MIB : null,
                rssBytes: source === 'metrics' ? null : Math.floor(used * 0.9),
                cacheBytes: source === 'agent' ? 6 * MIB : null,
              },
        sampledAt: used === null || source !== 'agent' ? null : new Date().toISOString(),
        oomKills: parts.kills ?? 0,
        silentKills: parts.silentKills ?? 0,
        justKilled: parts.justKilled ?? (parts.kills ?? 0) > 0,
      },
    ],
    workingSetBytes: used,
    limitBytes: limit,
    experiments: parts.experiments ?? [],
  };
}

/** A node without an agent; null: the user may not read nodes. */
export function nodeView(name: string, facts: Partial<NodeFacts> | null = {}): NodeView {
  return {
    name,
    facts:
      facts === null
        ? null
        : {
            name,
            labels: {},
            kernelVersion: null,
            osImage: null,
            containerRuntime: null,
            kubeletVersion: null,
            capacityBytes: null,
            allocatableBytes: null,
            ready: true,
            memoryPressure: null,
            unschedulable: false,
            taints: [],
            ...facts,
          },
    agent: { state: 'missing', since: '2026-11-20T20:00:00Z', podName: null, detail: null, info: null },
  };
}

export function experimentView(
  parts: Partial<ExperimentView> & { readonly size?: string } = {},
): ExperimentView {
  const [namespace = '', name = ''] = (parts.key ?? 'chaos-mesh/mem-stress').split('/');
  return {
    key: 'chaos-mesh/mem-stress',
    engine: 'chaos-mesh',
    object: {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'StressChaos',
      metadata: { namespace, name, creationTimestamp: '2026-11-20T20:00:00Z' },
      spec: {
        mode: 'all',
        selector: { namespaces: ['hello-kubernetes'] },
        stressors: { memory: { workers: 4, size: parts.size ?? '50MiB' } },
        duration: '1h',
      },
    },
    phase: 'running',
    detail: null,
    injected: 2,
    targets: 2,
    startedAt: '2026-11-20T20:00:00Z',
    endsAt: '2026-11-20T21:00:00Z',
    origin: null,
    arrivals: [],
    hang: null,
    ...parts,
  };
}

export interface KillParts {
  readonly seq: number;
  readonly evidence?: KillEvidence;
  readonly comm?: string;
  readonly podName?: string | null;
  readonly time?: string;
}

export function namedKill({
  seq,
  evidence = 'full',
  comm = 'stress-ng-vm',
  podName = 'hello-a',
  time = new Date(Date.UTC(2026, 10, 20, 20, 41, 0, seq * 137)).toISOString(),
}: KillParts): NamedKill {
  return {
    id: `sandbox/${seq}`,
    order: seq,
    at: Date.parse(time),
    nodeName: 'sandbox',
    namespace: podName === null ? null : 'hello-kubernetes',
    podName,
    containerName: podName === null ? null : 'hello-kubernetes',
    kill: {
      type: 'kill',
      seq,
      time,
      bootSeconds: evidence === 'counted' ? null : 1000 + seq,
      evidence,
      constraint: evidence === 'full' ? 'memcg' : null,
      group: false,
      victim:
        evidence === 'counted'
          ? null
          : {
              pid: 4000 + seq,
              comm,
              uid: 0,
              oomScoreAdj: 1000,
              totalVmBytes: 800 * MIB,
              anonRssBytes: 455 * MIB + seq * 4096,
              fileRssBytes: MIB,
              shmemRssBytes: 0,
              pgtablesBytes: MIB,
            },
      invoker: null,
      oomMemcg: '/kubepods/burstable/podx/y',
      taskMemcg: '/kubepods/burstable/podx/y',
      limitBytes: evidence === 'full' ? 500 * MIB : null,
      usageBytes: 500 * MIB,
      pod: podName === null ? null : { uid: 'x', qos: 'Burstable', containerId: 'y', runtime: null },
      candidates: [],
      tasks: [],
    },
  };
}

/** A chart's head: a container `web` that runs, measured just now. */
export function chartHead(pod: string, parts: Partial<ChartHead> = {}): ChartHead {
  return {
    key: `ns/${pod}/web`,
    namespace: 'ns',
    pod,
    container: 'web',
    limitBytes: 500 * MIB,
    requestBytes: 200 * MIB,
    state: 'Running',
    restartCount: 0,
    source: 'agent',
    sampledAt: new Date().toISOString(),
    isStale: false,
    isPinned: true,
    isStressed: false,
    ...parts,
  };
}
