import type * as vscode from 'vscode';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import type { PodView } from '../../lab/types.js';
import type { Language } from '../present/localizer.js';
import type { Session } from '../session.js';
import type { PodsNode } from '../views/pods-model.js';

/** Reads the experiments of a document; lives in the chunk that holds the YAML parser. */
export interface Manifests extends vscode.Disposable {
  /** The StressChaos documents of a file, in order. */
  documents(document: vscode.TextDocument): readonly ManifestDocument[];
}

/** What every command works with. */
export interface CommandHost {
  readonly session: Session;
  readonly language: Language;
  readonly log: vscode.LogOutputChannel;
  readonly pods: {
    /** The Pod that a node of the tree shows or belongs to. */
    pod(node: PodsNode): PodView | undefined;
  };
  readonly kills: {
    /** Brings the kills forward at the first one of this experiment (`namespace/name`). */
    watchOwn(experiment: string): void;
    /** Shows the kills and leaves the focus where it is. */
    reveal(): Promise<void>;
  };
  /** Loads the YAML parser when first called. */
  manifests(): Promise<Manifests>;
}
