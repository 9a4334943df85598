import type { ArrivalReason, ArrivalState } from '../core/experiment/arrival-state.js';
import type { StressChaos } from '../core/kubernetes/objects.js';

export type { ArrivalReason, ArrivalState } from '../core/experiment/arrival-state.js';

import type { ChaosMeshInstallation } from '../core/kubernetes/chaos-mesh.js';

export type { ChaosMeshInstallation } from '../core/kubernetes/chaos-mesh.js';

/** What acts on containers: Chaos Mesh's controller, or the node agents themselves. */
export type EngineKind = 'chaos-mesh' | 'agent';

/** Which engine is wanted; `auto`: Chaos Mesh where it is installed, else the agents where they may stress. */
export type EnginePreference = 'auto' | EngineKind;

/** What becomes of the agents' stress when the connection ends: it goes on to the end of its duration, or ends soon. */
export type DisconnectPolicy = 'keep' | 'stop';

/** Which engine an Inject will use in this cluster, or why there is none. */
export type EngineChoice =
  | {
      readonly kind: 'chaos-mesh';
      readonly version: string | null;
      /** Null until it was read. */
      readonly installation: ChaosMeshInstallation | null;
    }
  /** Chaos Mesh is not there (or not wanted), and the agents of these nodes may stress. */
  | { readonly kind: 'agent'; readonly nodes: readonly string[] }
  | { readonly kind: 'none'; readonly reason: 'chaos-mesh-missing' | 'agent-missing' };

export type ExperimentPhase = 'injecting' | 'running' | 'paused' | 'finished' | 'failed' | 'stopping';

/** Who made an experiment with Podstress, and from what; hostile text, as anybody may write labels and annotations. */
export interface ExperimentOrigin {
  /** The kubeconfig's user entry. */
  readonly user: string | null;
  /** The manifest's path in its workspace; null: not from a file. */
  readonly file: string | null;
}

/** Expected against measured, of one container. */
export interface Arrival {
  /** `namespace/pod/container`. */
  readonly target: string;
  readonly state: ArrivalState;
  /** Null where the state says it all. */
  readonly reason: ArrivalReason | null;
  /** What the manifest adds here, bytes; null where it cannot be told (percent of an unknown node, no memory stress). */
  readonly expectedBytes: number | null;
  /** What the stressors hold, or else what the working set grew by, bytes; null where nothing measures it. */
  readonly arrivedBytes: number | null;
  /** OOM kills of its stressors since it was injected. */
  readonly stressorKills: number;
  /** Injections after a restart of its container, and whether no more follow by themselves; null: there was none. */
  readonly reinjection: { readonly count: number; readonly exhausted: boolean } | null;
}

/** One step out of a deletion that hangs, from harmless to harmful. */
export type ForceStep =
  /** Asks Chaos Mesh to try the recovery again: touches the object. */
  | 'retry-recovery'
  /** Chaos Mesh drops its finalizer without recovery: a stressor that still runs goes on (annotation cleanFinalizer). */
  | 'clean-finalizer'
  /** We take all finalizers away ourselves: for a controller that is gone. */
  | 'remove-finalizers';

/** Why a deletion hangs. */
export interface ExperimentHang {
  /** When the deletion was asked for (ISO, the cluster's clock). */
  readonly since: string;
  readonly finalizers: readonly string[];
  readonly records: readonly {
    readonly id: string;
    readonly phase: string;
    /** The last failure to recover; null: none was told. */
    readonly error: string | null;
    /** The Pod's node; null: not known. */
    readonly node: string | null;
    /** Whether a ready chaos-daemon runs there; null: not known. */
    readonly daemonReady: boolean | null;
  }[];
  readonly controllerReady: boolean | null;
  /** What can be done, in the order to try. */
  readonly steps: readonly ForceStep[];
}

export interface ExperimentView {
  /** `namespace/name`. */
  readonly key: string;
  readonly engine: EngineKind;
  readonly object: StressChaos;
  readonly phase: ExperimentPhase;
  /** Why it failed or has not injected yet; null otherwise. */
  readonly detail: string | null;
  readonly injected: number;
  readonly targets: number;
  /** When it was created (ISO); null: the object does not say. */
  readonly startedAt: string | null;
  /** When its duration ends (ISO); null without one. */
  readonly endsAt: string | null;
  /** Null: it was not made with Podstress. */
  readonly origin: ExperimentOrigin | null;
  /** By target; empty while nothing is injected. */
  readonly arrivals: readonly Arrival[];
  /** Null while no deletion hangs. */
  readonly hang: ExperimentHang | null;
}

/** Whether a stress is brought back by itself into a container that was restarted from under it. */
export type ReinjectPolicy = 'never' | 'always';

export interface InjectOptions {
  /** One of the same name that still exists is deleted first (a StressChaos cannot be changed). */
  readonly replace?: boolean;
  /** The manifest's path in its workspace, written to the object's annotations beside who injects. */
  readonly file?: string | null;
}

export interface InjectResult {
  readonly key: string;
}

/** What is left in the cgroups after a stop. */
export interface StopReport {
  /** Containers that were looked into and hold no stressor any more (`namespace/pod/container`). */
  readonly clean: readonly string[];
  /** Containers in which a stressor still runs. */
  readonly left: readonly { readonly target: string; readonly pids: readonly number[] }[];
  /** Containers that nobody could look into: no agent on their node. */
  readonly unknown: readonly string[];
}

/** What the API server says of an object without keeping it. */
export type DryRunResult =
  | { readonly accepted: true; readonly warnings: readonly string[] }
  | { readonly accepted: false; readonly status: number; readonly message: string };
