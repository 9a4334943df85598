import type { PodIdentity } from '../../core/cgroup/identity.js';
import type { LimitLevel } from '../../core/cgroup/path.js';
import type { OomConstraint, OomInvoker, OomTask, OomVictim } from '../../core/kernel/oom-kill.js';

/** The version that every path of the agent's HTTP API starts with (`/v1/...`). */
export const AGENT_API_VERSION = 1;

/** The port of the agent's Pod loopback; clients reach it by port-forward only. */
export const AGENT_PORT = 10_880;

/** Labels by which a client finds the agent's Pods. */
export const AGENT_POD_LABELS = { 'app.kubernetes.io/name': 'podstress-agent' } as const;

/** GET /v1/node */
export interface NodeInfo {
  readonly apiVersion: typeof AGENT_API_VERSION;
  readonly agentVersion: string;
  /** The Kubernetes node's name where the agent was told it (`--node-name`), else the host name. */
  readonly nodeName: string;
  readonly kernelRelease: string;
  readonly bootId: string;
  readonly cgroupVersion: 1 | 2;
  readonly memoryTotalBytes: number;
  readonly swapTotalBytes: number;
  readonly capabilities: {
    /** /dev/kmsg can be read: kills carry details. */
    readonly kernelLog: boolean;
    /** The cgroups count kills (`oom_kill`; absent on kernels before 4.13 with cgroup v1). */
    readonly killCounters: boolean;
    /** The agent was started with --allow-stress and found stress-ng. */
    readonly stress: boolean;
    /** A negative oom_score_adj can be given (CAP_SYS_RESOURCE). */
    readonly negativeOomScoreAdj: boolean;
  };
}

/** `full`: the kernel's whole report; `bare`: only its kill line; `counted`: only the cgroup's counter. */
export type KillEvidence = 'full' | 'bare' | 'counted';

/** One process ended by the kernel's OOM killer, as a line of `GET /v1/kills`. */
export interface KillEntry {
  readonly type: 'kill';
  /** The agent's own sequence number: strictly rising, the `since` of a later request. */
  readonly seq: number;
  /** Wall clock, ISO 8601. */
  readonly time: string;
  /** Seconds since boot on the kernel's clock; null where only a counter told. */
  readonly bootSeconds: number | null;
  readonly evidence: KillEvidence;
  readonly constraint: OomConstraint | null;
  readonly group: boolean;
  /** Null where only a counter told. */
  readonly victim: OomVictim | null;
  readonly invoker: OomInvoker | null;
  /** The cgroup whose limit was hit. */
  readonly oomMemcg: string | null;
  /** The victim's cgroup. */
  readonly taskMemcg: string | null;
  /**
   * Whose limit was hit: the container's, its Pod's, that of all Pods (node allocatable) or of a QoS class, or the
   * node's memory. Null where it is not known, or lies outside of Kubernetes.
   */
  readonly level?: LimitLevel | null;
  readonly limitBytes: number | null;
  readonly usageBytes: number | null;
  /** The one container that it must have been; null while more than one could be (see candidates) or none of a Pod. */
  readonly pod: PodIdentity | null;
  /** Containers that it may have been, where more than one could be. */
  readonly candidates: readonly PodIdentity[];
  readonly tasks: readonly OomTask[];
}

export interface GapEntry {
  readonly type: 'gap';
  readonly seq: number;
  readonly time: string;
  /** Kernel records (`kernel`) overwritten before they were read, or entries (`stream`) this reader was too slow for. */
  readonly source: 'kernel' | 'stream';
  readonly lost: number;
}

export interface Heartbeat {
  readonly type: 'heartbeat';
  readonly time: string;
  /** The newest sequence number so far. */
  readonly seq: number;
}

/** A line of `GET /v1/kills?since=SEQ&follow=1` (application/x-ndjson). */
export type KillStreamLine = KillEntry | GapEntry | Heartbeat;

export interface ContainerSample {
  readonly identity: PodIdentity;
  /** memory.usage_in_bytes (v1) or memory.current (v2), bytes. */
  readonly usageBytes: number;
  /** usage - inactive file, floored at 0: the kubelet's formula, bytes. */
  readonly workingSetBytes: number;
  readonly inactiveFileBytes: number;
  /** total_rss (v1) or anon (v2), bytes. */
  readonly rssBytes: number;
  /** total_cache (v1) or file (v2), bytes. */
  readonly cacheBytes: number;
  /** Null: no limit of its own. */
  readonly limitBytes: number | null;
  /** Kills of processes in this cgroup since it was made; null where the kernel does not count. */
  readonly oomKills: number | null;
}

/** A line of `GET /v1/memory?interval=MS&containers=ID,ID` (application/x-ndjson). No `containers`: all. */
export interface SampleLine {
  readonly type: 'sample';
  readonly time: string;
  readonly containers: readonly ContainerSample[];
}

/** GET /v1/containers/ID/processes */
export interface ProcessInfo {
  readonly pid: number;
  /** The pid inside the container's PID namespace. */
  readonly containerPid: number;
  readonly comm: string;
  readonly commandLine: readonly string[];
  readonly uid: number;
  readonly rssBytes: number;
  readonly swapBytes: number;
  readonly pageTableBytes: number;
  readonly oomScoreAdj: number;
  /** The kernel's own /proc/PID/oom_score: the highest dies first when the node runs out. */
  readonly oomScore?: number;
  /** The id of the stress run that it belongs to, where the agent started it. */
  readonly stressRun: string | null;
}

/** POST /v1/stress */
export interface StressPlan {
  /** The client's own name for the run: repeating a POST with it is harmless. */
  readonly id: string;
  readonly containerId: string;
  readonly memory?: {
    /** The total shared by the workers, bytes. */
    readonly bytes: number;
    readonly workers: number;
    readonly oomScoreAdj?: number;
  };
  readonly cpu?: {
    readonly workers: number;
    /** Percent of a core per worker, 0..100. */
    readonly load?: number;
  };
  /** Always set: nothing outlives it even when the agent dies, ms. */
  readonly durationMs: number;
}

export type StressPhase = 'running' | 'ended' | 'failed';

export interface StressRun {
  readonly plan: StressPlan;
  readonly phase: StressPhase;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Host pid of the stressor's first process. */
  readonly pid: number | null;
  readonly reason: string | null;
}

/** The body of every 4xx and 5xx (RFC 9457, application/problem+json). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}
