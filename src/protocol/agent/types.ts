import type { PodIdentity } from '../../core/cgroup/identity.js';
import type { LimitLevel } from '../../core/cgroup/path.js';
import type { OomConstraint, OomInvoker, OomTask, OomVictim } from '../../core/kernel/oom-kill.js';
import type { MemoryPressure } from '../../core/memory/pressure.js';

/** The version that every path of the agent's HTTP API starts with (`/v1/...`). */
export const AGENT_API_VERSION = 1;

/** The port of the agent's Pod loopback; clients reach it by port-forward only. */
export const AGENT_PORT = 10_880;

export { AGENT_POD_LABELS } from '../../core/kubernetes/agent-labels.js';

/** systemd's names for what is mounted at /sys/fs/cgroup: v1 alone, v1 and v2, v2 alone. */
export type CgroupMode = 'legacy' | 'hybrid' | 'unified';

export type CgroupDriver = 'systemd' | 'cgroupfs';

export type GroupKill = 'on' | 'off' | 'mixed';

/** At most `burst` messages in any `intervalMs`. */
export interface KernelLogRateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** GET /v1/node */
export interface NodeInfo {
  readonly apiVersion: typeof AGENT_API_VERSION;
  readonly agentVersion: string;
  /** The Kubernetes node's name where the agent was told it (`--node-name`), else the host name. */
  readonly nodeName: string;
  readonly kernelRelease: string;
  readonly bootId: string;
  readonly cgroupVersion: 1 | 2;
  /** `hybrid`: the memory controller is in a v1 hierarchy and the v2 one is mounted beside it, or the other way round. */
  readonly cgroupMode: CgroupMode | null;
  /** What makes the Pods' cgroups: systemd (`kubepods.slice`) or the runtime itself (`kubepods`); null without Pods. */
  readonly cgroupDriver: CgroupDriver | null;
  /**
   * Whether an OOM kill takes the whole container (memory.oom.group of the containers' cgroups; the kubelet sets it
   * since 1.28). Null without containers, and on cgroup v1, which kills single processes.
   */
  readonly groupKill: GroupKill | null;
  /** How many full OOM reports the kernel prints, for all cgroups together; bare kill lines are never limited. */
  readonly kernelLogRateLimit: KernelLogRateLimit | null;
  readonly memoryTotalBytes: number;
  /** MemAvailable of /proc/meminfo: what can still be had without swapping, bytes. */
  readonly memoryAvailableBytes: number | null;
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
  /**
   * The cgroup's own counter shows this kill. False: it could not be checked, because the kernel does not count (before
   * 4.13 with cgroup v1) or the cgroup went before it was read; then `candidates` need not be all, and even a single
   * one is no more than that. Absent: an agent that does not say.
   */
  readonly checked?: boolean;
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

/** The memory of one cgroup at one moment. Null: the kernel does not say, or the agent is older than the field. */
export interface MemorySample {
  readonly identity: PodIdentity;
  /** memory.usage_in_bytes (v1) or memory.current (v2), bytes. */
  readonly usageBytes: number;
  /** usage - inactive file, floored at 0: the kubelet's formula, bytes. */
  readonly workingSetBytes: number;
  readonly inactiveFileBytes: number;
  /** total_rss (v1) or anon (v2), bytes. */
  readonly rssBytes: number;
  /** total_cache (v1) or file (v2), bytes; both hold shmem too. */
  readonly cacheBytes: number;
  /** total_shmem (v1) or shmem (v2): tmpfs and shared memory, bytes. */
  readonly shmemBytes: number | null;
  /** memory.kmem.usage_in_bytes (v1) or `kernel` of memory.stat (v2, since 5.18), bytes. */
  readonly kernelBytes: number | null;
  /** total_swap of memory.stat (v1) or memory.swap.current (v2), bytes; null where swap is not accounted. */
  readonly swapBytes: number | null;
  /** The cgroup's own limit, bytes. Null: none. */
  readonly limitBytes: number | null;
  /** The least limit from this cgroup up to the root, bytes. Null: none at all. */
  readonly effectiveLimitBytes: number | null;
  /** Whose that limit is; the lowest where several have the same, as the kernel charges from there up. */
  readonly effectiveLimitLevel: LimitLevel | null;
  /** How often this cgroup ran against its own limit: memory.failcnt (v1), `max` of memory.events.local (v2). */
  readonly limitHits: number | null;
  /** memory.max_usage_in_bytes (v1) or memory.peak (v2, since 5.19), bytes. */
  readonly peakBytes: number | null;
  /** memory.pressure: v2, and v1 where the same cgroup exists in a v2 hierarchy beside it. */
  readonly pressure: MemoryPressure | null;
  /** Kills of processes in this very cgroup since it was made; null where the kernel does not count. */
  readonly oomKills: number | null;
}

export type ContainerSample = MemorySample;

/** The Pod's own cgroup, with all of its containers: `identity.containerId` is null. */
export type PodSample = MemorySample;

/** A line of `GET /v1/memory?interval=MS&containers=ID,ID` (application/x-ndjson). No `containers`: all. */
export interface SampleLine {
  readonly type: 'sample';
  readonly time: string;
  readonly containers: readonly ContainerSample[];
  /** The Pods of these containers. */
  readonly pods: readonly PodSample[];
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
  /** RssAnon: what it alone holds of the RSS, bytes; null before Linux 4.5, absent: an agent that does not say. */
  readonly anonBytes?: number | null;
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
    /** The time over which it grows to the size, in a line, ms; absent: at once. */
    readonly rampMs?: number;
    /** -1000 to 1000; absent: 1000, they die before the application. */
    readonly oomScoreAdj?: number;
  };
  readonly cpu?: {
    readonly workers: number;
    /** Percent of a core per worker, 0..100. */
    readonly load?: number;
  };
  /** Always set: nothing outlives it even when the agent dies, ms. */
  readonly durationMs: number;
  /** Further flags of stress-ng, of those that docs/agent-api.md lists: `--flag value`, `--flag=value`, or two items. */
  readonly options?: readonly string[];
  /** It ends where the same POST was not repeated for so long, ms; absent: it needs nobody. */
  readonly leaseMs?: number;
  /** The client's own words, kept and shown with the run: other clients may read them, the agent does not. */
  readonly note?: string;
}

export type StressPhase = 'running' | 'ended' | 'failed';

/** What ended a run: its time, a DELETE, its lease, the end of the agent, or itself. */
export type StressEnd = 'time' | 'request' | 'lease' | 'agent' | 'failure';

export interface StressRun {
  readonly plan: StressPlan;
  readonly phase: StressPhase;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Host pid of the stressor's first process. */
  readonly pid: number | null;
  readonly reason: string | null;
  /** Null while it runs. */
  readonly cause: StressEnd | null;
}

/** The body of every 4xx and 5xx (RFC 9457, application/problem+json). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}
