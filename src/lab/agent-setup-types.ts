/** What an agent may do: read cgroup files; the kernel log as well, privileged; start stress in any container. */
export type AgentLevel = 'counters' | 'kernel-log' | 'stress';

/** What an install would apply. */
export interface AgentPlan {
  readonly level: AgentLevel;
  readonly image: string;
  /** YAML, exactly what is applied. */
  readonly text: string;
}

export interface PlannedObject {
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
}

export interface MissingRights {
  readonly rights: readonly {
    readonly verb: string;
    /** E.g. `daemonsets.apps`. */
    readonly resource: string;
    /** Null: in the whole cluster. */
    readonly namespace: string | null;
  }[];
  /** kubectl's, for an administrator; `USER` stands for the user. */
  readonly commands: readonly string[];
}

export type AgentInstallStep =
  | { readonly kind: 'applying' | 'removing'; readonly object: PlannedObject }
  | {
      readonly kind: 'waiting';
      readonly nodes: number;
      readonly available: number;
      readonly answering: number;
    };

export interface InstalledAgent {
  readonly nodes: number;
  readonly answering: number;
}

export interface AgentRemoval {
  readonly removed: readonly PlannedObject[];
  /** Why the namespace stays; null where it has gone. */
  readonly kept: 'not-ours' | 'in-use' | null;
}

/** Installs the node agent and takes it away again. Everything but `plan` throws LabError and ends with the signal. */
export interface AgentInstaller {
  /** @param image null: the one that the manifests name. Throws Error where the manifests cannot be read. */
  plan(level: AgentLevel, manifests: string, image: string | null): AgentPlan;
  /** What the user lacks for it; null where nothing is missing. */
  missingRights(what: 'install' | 'remove', signal: AbortSignal): Promise<MissingRights | null>;
  /** Applies the plan's objects; `already-exists`: others have set fields to something else, which `force` takes over. */
  apply(
    plan: AgentPlan,
    options: { readonly force: boolean; readonly onStep: (step: AgentInstallStep) => void },
    signal: AbortSignal,
  ): Promise<void>;
  /** Waits until the agent runs and answers on every node that it should run on. */
  ready(onStep: (step: AgentInstallStep) => void, signal: AbortSignal): Promise<InstalledAgent>;
  /** Whether the agent that is there is one of our installs. */
  owner(signal: AbortSignal): Promise<'ours' | 'other' | 'none'>;
  /** Removes what an install has made and nothing else. */
  remove(onStep: (step: AgentInstallStep) => void, signal: AbortSignal): Promise<AgentRemoval>;
}
