import type * as vscode from 'vscode';

/** Names of the connected cluster, for completion. Every answer is what is known now: nothing waits for the cluster. */
export interface ClusterNames {
  namespaces(): readonly string[];
  /** Pods of a namespace; null: of all. */
  pods(namespace: string | null): readonly PodNames[];
  nodes(): readonly NodeNames[];
}

export interface PodNames {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly containers: readonly string[];
}

export interface NodeNames {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Memory of the node, bytes; null where it is not known. */
  readonly memoryBytes: number | null;
}

/** What the language needs of the extension around it. */
export interface LanguageHost {
  readonly log: { info(message: string): void; warn(message: string): void };
  /** The Chaos Mesh version to check by: from the setting or the connected cluster; null: the latest. */
  chaosMeshVersion(): string | null;
  /** Fires when {@link chaosMeshVersion} may have changed for a reason other than the setting. */
  readonly onDidChangeChaosMeshVersion?: vscode.Event<void>;
  /** Absent while no cluster is connected. */
  readonly cluster?: ClusterNames;
}
