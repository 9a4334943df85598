import type * as vscode from 'vscode';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import type { KillsView } from '../kills/kills-view.js';
import type { Language } from '../present/localizer.js';
import type { Session } from '../session.js';
import type { PodsView } from '../views/pods-view.js';

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
  readonly pods: PodsView;
  readonly kills: KillsView;
  /** Loads the YAML parser when first called. */
  manifests(): Promise<Manifests>;
}
