import type * as vscode from 'vscode';
import type { ClusterNames } from '../../core/stresschaos/editor/cluster-names.js';

export type { ClusterNames, NodeNames, PodNames } from '../../core/stresschaos/editor/cluster-names.js';

/** What the language needs of the extension around it. */
export interface LanguageHost {
  readonly log: { info(message: string): void; warn(message: string): void };
  /** The version of Chaos Mesh in the connected cluster; null: not known. */
  chaosMeshVersion(): string | null;
  /** Fires when {@link chaosMeshVersion} has changed. */
  readonly onDidChangeChaosMeshVersion?: vscode.Event<void>;
  /** Names of the connected cluster; null: not connected. */
  clusterNames?(): ClusterNames | null;
}
