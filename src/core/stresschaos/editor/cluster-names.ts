/** Names of the connected cluster, for completion and hover. Every answer is what is known now: nothing waits. */
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
