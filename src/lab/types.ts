import type { ContainerRef, ExecRequest, ExecSession } from '../cluster/exec.js';
import type { LogOptions } from '../cluster/logs.js';
import type { NodeFacts } from '../cluster/nodes.js';
import type { Pod, QosClass, StressChaos } from '../core/kubernetes/objects.js';
import type { Surroundings, WantedSurroundings } from '../core/kubernetes/surroundings.js';
import type { MemoryReading } from '../core/memory/reading.js';
import type { ContainerSample, GapEntry, KillEntry, NodeInfo, ProcessInfo } from '../protocol/agent/types.js';
import type { AgentInstaller, MissingRights } from './agent-setup-types.js';
import type {
  DisconnectPolicy,
  DryRunResult,
  EngineChoice,
  EnginePreference,
  ExperimentView,
  ForceStep,
  InjectOptions,
  InjectResult,
  ReinjectPolicy,
  StopReport,
} from './experiment-types.js';
import type { MemoryBaselines, MemoryHistory, OutsideNumbers } from './memory-types.js';

/** A value that changes over time. Views read it and listen; only the store's owner writes. */
export interface Store<T> {
  get(): T;
  /** Calls the listener after each change; returns the way to stop. */
  subscribe(listener: (value: T) => void): () => void;
}

export type ConnectionFailure =
  | 'no-kubeconfig'
  | 'no-context'
  | 'invalid-kubeconfig'
  | 'unreachable'
  | 'unauthorized'
  | 'credential-plugin'
  | 'forbidden'
  | 'untrusted-certificate';

/** Where a connection leads and as whom, for people to see. */
export interface ConnectionAccess {
  readonly server: string;
  /** The context's namespace. */
  readonly namespace: string;
  /** The name of the kubeconfig's user entry; empty: none. */
  readonly user: string;
  /** The kubeconfig file that has the context. */
  readonly file: string;
  /** False: insecure-skip-tls-verify. */
  readonly verifiesCertificate: boolean;
}

/** What is read where not everything may be. */
export interface ConnectionScope {
  readonly namespaces: readonly string[];
  /** Those that were tried in vain. */
  readonly refused: readonly string[];
}

export type ConnectionState =
  | {
      readonly phase: 'connecting';
      readonly context: string;
      readonly server: string;
      /** Absent until the kubeconfig is read. */
      readonly access?: ConnectionAccess;
    }
  | {
      readonly phase: 'live';
      readonly context: string;
      readonly server: string;
      /** The context's namespace, for objects that name none; absent: `default`. */
      readonly namespace?: string;
      readonly access?: ConnectionAccess;
      /** Absent: all namespaces are read. */
      readonly scope?: ConnectionScope;
    }
  /** What is shown is as old as `since` (ISO); the lab goes on trying. */
  | {
      readonly phase: 'stale';
      readonly context: string;
      readonly server: string;
      readonly namespace?: string;
      readonly access?: ConnectionAccess;
      readonly scope?: ConnectionScope;
      readonly since: string;
      readonly detail: string;
    }
  | {
      readonly phase: 'failed';
      readonly failure: ConnectionFailure;
      readonly detail: string;
      readonly context: string | null;
      /** Absent where the kubeconfig leads nowhere. */
      readonly access?: ConnectionAccess;
    };

export interface ContainerView {
  readonly name: string;
  /** Without the `RUNTIME://` prefix; null until created. */
  readonly containerId: string | null;
  readonly requestBytes: number | null;
  readonly limitBytes: number | null;
  readonly restartCount: number;
  readonly ready: boolean;
  /** E.g. `Running`, `CrashLoopBackOff`, `OOMKilled`. */
  readonly state: string;
  /** Its memory by the best source that tells; null where none does. */
  readonly memory: MemoryReading | null;
  /** The newest sample of the node agent; null where no agent streams. */
  readonly sample: ContainerSample | null;
  /** When that sample was taken (ISO); null without one. */
  readonly sampledAt: string | null;
  /** OOM kills seen in this container since the connection was made. */
  readonly oomKills: number;
  /** Those of them that its present instance outlived: processes died, and Kubernetes counted no restart. */
  readonly silentKills: number;
  /** A kill was seen within the last JUST_KILLED_MS. */
  readonly justKilled: boolean;
}

export interface PodView {
  readonly key: string;
  readonly pod: Pod;
  readonly namespace: string;
  readonly name: string;
  readonly qosClass: QosClass;
  readonly phase: string;
  readonly containers: readonly ContainerView[];
  /** The sum over the containers that have the number; null where none has, bytes. */
  readonly workingSetBytes: number | null;
  /** The sum of all containers' limits; null where one has none, as that one may take what it likes, bytes. */
  readonly limitBytes: number | null;
  /** Keys (`namespace/name`) of the experiments that act on this Pod now. */
  readonly experiments: readonly string[];
}

export interface AgentView {
  readonly nodeName: string;
  readonly podName: string;
  readonly state: 'connecting' | 'live' | 'lost';
  readonly detail: string | null;
  readonly node: NodeInfo | null;
}

/** The agent of one node, or that there is none. */
export interface NodeAgent {
  /** `installing`: its Pod is there and not running yet; `leaving`: its Pod is being deleted. */
  readonly state: 'missing' | 'installing' | 'leaving' | AgentView['state'];
  /** ISO, by our own clock. */
  readonly since: string;
  readonly podName: string | null;
  readonly detail: string | null;
  /** What the agent itself has told of its node, also while it is lost. */
  readonly info: NodeInfo | null;
}

export interface NodeView {
  readonly name: string;
  /** Null where the user may not list nodes, and Pods alone tell of it. */
  readonly facts: NodeFacts | null;
  readonly agent: NodeAgent;
}

/** The processes of one container, as the agent of its node read them. */
export interface ProcessList {
  readonly processes: readonly ProcessInfo[];
  /** Ms since the epoch by our own clock. */
  readonly readAt: number;
  /** Why they could not be read; null where they were. */
  readonly detail: string | null;
}

/** What one view looks at. Nothing else is asked for again and again; an interest that is disposed of costs nothing. */
export interface Interest {
  /**
   * Replaces what was looked at before.
   *
   * @param podKeys Pods whose memory is shown.
   * @param containerIds containers whose processes are shown.
   */
  show(podKeys: Iterable<string>, containerIds?: Iterable<string>): void;
  dispose(): void;
}

export type { Surroundings, WantedSurroundings };

/** Nothing of it is asked for unless somebody wants it; one that is disposed of costs nothing. */
export interface SurroundingsInterest {
  /** Replaces what was wanted before. */
  want(wanted: WantedSurroundings): void;
  dispose(): void;
}

/** A kill with the names that the Pod API gives to its identity; null where the Pod is not known (any more). */
export interface NamedKill {
  /** Unique within the connection: agents number their kills apart. */
  readonly id: string;
  /** Rises with each kill that is learned of: the log is in the order of time, and one node may tell late. */
  readonly order: number;
  /** When it happened by our own clock, ms since the epoch: the kill's own time is by its node's. */
  readonly at: number;
  readonly nodeName: string;
  readonly kill: KillEntry;
  readonly namespace: string | null;
  readonly podName: string | null;
  readonly containerName: string | null;
}

export interface KillLog {
  /** Oldest first; bounded (the oldest go first, `dropped` says how many went). */
  readonly kills: readonly NamedKill[];
  readonly gaps: readonly { readonly nodeName: string; readonly gap: GapEntry }[];
  readonly dropped: number;
}

export type { ContainerRef, ExecEnd, ExecRequest, ExecSession, TerminalSize } from '../cluster/exec.js';
export type { LogOptions } from '../cluster/logs.js';
export type * from './agent-setup-types.js';
export type * from './experiment-types.js';
export type * from './memory-types.js';

export interface PodRef {
  readonly namespace: string;
  readonly pod: string;
}

/** A look into single Pods. Everything ends with the caller's signal and with the connection; all throw LabError. */
export interface PodReader {
  /** The lines of a container's log without their ends, batch by batch as they come; ends when the log does. */
  logs(target: ContainerRef, options: LogOptions, signal: AbortSignal): AsyncIterable<readonly string[]>;
  /** Runs a command in a container; `ended` rejects with LabError, too. */
  exec(target: ContainerRef, request: ExecRequest, signal: AbortSignal): Promise<ExecSession>;
  /** The Pod with its events in the layout of `kubectl describe`, what concerns its memory first. */
  describe(pod: PodRef, signal: AbortSignal): Promise<string>;
  /** The whole object as the API gives it, without managedFields, as YAML. */
  yaml(pod: PodRef, signal: AbortSignal): Promise<string>;
}

/** A failure that the user can act on. `message` is the server's own text where there is one. */
export type LabErrorKind =
  | 'not-connected'
  | 'no-engine'
  | 'already-exists'
  | 'rejected'
  | 'forbidden'
  | 'not-found'
  | 'unreachable';

/** Everything that lives while one is connected to one cluster. Ends whole with `dispose`. */
export interface Lab extends PodReader {
  readonly connection: Store<ConnectionState>;
  readonly engine: Store<EngineChoice>;
  readonly pods: Store<readonly PodView[]>;
  readonly agents: Store<readonly AgentView[]>;
  readonly nodes: Store<readonly NodeView[]>;
  readonly agentInstaller: AgentInstaller;
  readonly kills: Store<KillLog>;
  readonly experiments: Store<readonly ExperimentView[]>;
  /** By container id: the processes of the containers that somebody looks at. */
  readonly processes: Store<ReadonlyMap<string, ProcessList>>;
  /** Says what a view looks at, until it is disposed of. */
  interest(): Interest;
  readonly history: MemoryHistory;
  readonly baselines: MemoryBaselines;
  /** Namespaces, budgets, autoscalers and rights, as far as somebody wants to know of them. */
  readonly surroundings: Store<Surroundings>;
  watchSurroundings(): SurroundingsInterest;
  /** Asks now. Never rejects: what does not answer is null. */
  outsideNumbers(pod: PodView, container: string, signal: AbortSignal): Promise<OutsideNumbers>;
  /** The kernel's raw report of this kill; null where nobody keeps one (any more). Throws LabError. */
  killReport(kill: NamedKill, signal: AbortSignal): Promise<string | null>;
  /** Creates the experiment, by the engine of `engine`. Throws LabError. */
  inject(experiment: StressChaos, options?: InjectOptions): Promise<InjectResult>;
  /**
   * What the API server would say of this object, with strict field validation; nothing is kept.
   *
   * @param manifest the object as it is written, unknown fields and all; throws LabError where nobody answers.
   */
  dryRun(manifest: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<DryRunResult>;
  /** Takes the stress away and keeps the experiment; its duration goes on. Throws LabError. */
  pause(key: string): Promise<void>;
  /** Throws LabError. */
  resume(key: string): Promise<void>;
  /** Deletes the experiment, waits until it is gone (recovery included), and looks for what is left. Throws LabError. */
  stop(key: string): Promise<StopReport>;
  /** The whole object as the API gives it, without managedFields, as YAML; of the agents' what they were given. Throws LabError. */
  experimentYaml(key: string, signal: AbortSignal): Promise<string>;
  /**
   * Brings the stress back into containers that were restarted from under it. Chaos Mesh does so by a pause of all targets:
   * the others lose their stress for that moment, too, and get it back; the duration goes on. Throws LabError.
   */
  reinject(key: string): Promise<void>;
  /** Takes one step out of a deletion that hangs. Throws LabError. */
  force(key: string, step: ForceStep): Promise<void>;
  /** What the user lacks to inject this, follow it and stop it; null where nothing is missing. Throws LabError. */
  missingExperimentRights(experiment: StressChaos, signal: AbortSignal): Promise<MissingRights | null>;
  dispose(): Promise<void>;
}

export interface LabOptions {
  /** The context to use; absent: the kubeconfig's current one. */
  readonly context?: string;
  /** `podstress.kubeconfig`; null: as kubectl finds it (KUBECONFIG, then ~/.kube/config). */
  readonly kubeconfigPath: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Read beside the context's own where the user may not read all namespaces. */
  readonly namespaces?: readonly string[];
  /** Absent: `auto`. */
  readonly engine?: EnginePreference;
  /** What the agents' stress does without us; absent: `keep`. Chaos Mesh's always goes on. */
  readonly onDisconnect?: DisconnectPolicy;
  /** Asked after each restart of a container under stress; absent: `never`. */
  readonly reinject?: () => ReinjectPolicy;
  readonly log: LabLog;
}

/** The contexts that a kubeconfig offers. */
export interface ContextList {
  /** The files that make it up, those that are not there included. */
  readonly files: readonly string[];
  readonly current: string | null;
  /** By name. */
  readonly contexts: readonly ContextChoice[];
}

export interface ContextChoice {
  readonly name: string;
  /** Null: the kubeconfig has no cluster of the name that the context gives. */
  readonly server: string | null;
  readonly namespace: string;
  readonly user: string;
  /** False: insecure-skip-tls-verify. */
  readonly verifiesCertificate: boolean;
}

export interface LabLog {
  info(message: string): void;
  warn(message: string): void;
}
