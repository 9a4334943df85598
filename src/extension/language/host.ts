import type * as vscode from 'vscode';
import type { WantedSurroundings } from '../../core/kubernetes/surroundings.js';
import type { ClusterNames } from '../../core/stresschaos/editor/cluster-names.js';

import type { LivePod, LiveWorld } from '../../core/stresschaos/live/world.js';

export type { ClusterNames, NodeNames, PodNames } from '../../core/stresschaos/editor/cluster-names.js';

/** The cluster that live rules hold manifests against. */
export interface LiveHost {
  /** The same object as long as nothing has changed; null: no cluster, or what is known of it is old. */
  world(): LiveWorld | null;
  /** Fires after each change of what {@link world} gives, often. */
  readonly onDidChange: vscode.Event<void>;
  /**
   * Says what is judged now, so that what stands around it is read. Follows typing at leisure: what is half typed is asked for
   * nowhere, and what is mended soon is not forgotten.
   */
  look(wanted: WantedSurroundings, pods: readonly LivePod[]): void;
  /** Nothing is judged any more: nothing is asked for from now on. */
  lookAway(): void;
}

/** What the language needs of the extension around it. */
export interface LanguageHost {
  readonly log: { info(message: string): void; warn(message: string): void };
  /** The version of Chaos Mesh in the connected cluster; null: not known. */
  chaosMeshVersion(): string | null;
  /** Fires when {@link chaosMeshVersion} has changed. */
  readonly onDidChangeChaosMeshVersion?: vscode.Event<void>;
  /** Names of the connected cluster; null: not connected. */
  clusterNames?(): ClusterNames | null;
  readonly live?: LiveHost;
}
