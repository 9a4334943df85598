import type * as vscode from 'vscode';
import type { StressChaos } from '../../core/kubernetes/objects.js';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import type { ServerProblem } from '../../core/stresschaos/server-errors.js';
import type { Lab, PodView } from '../../lab/types.js';
import type { PanelTab } from '../../protocol/panel/messages.js';
import type { Language } from '../present/localizer.js';
import type { Session } from '../session.js';
import type { PodsArrangement } from '../views/pods-arrangement.js';
import type { PodsNode } from '../views/pods-model.js';
import type { PodsPins } from '../views/pods-pins.js';

/** Reads the experiments of a document; lives in the chunk that holds the YAML parser. */
export interface Manifests extends vscode.Disposable {
  /** The StressChaos documents of a file, in order. */
  documents(document: vscode.TextDocument): readonly ManifestDocument[];
  /** Marks what a dry run found wrong until the file is edited or the same object is tried again; gives the places. */
  markServerProblems(
    document: vscode.TextDocument,
    manifest: ManifestDocument,
    problems: readonly ServerProblem[],
  ): readonly vscode.Range[];
}

/** What is enough to connect, and to say how it went. */
export type TalkingHost = Pick<CommandHost, 'session' | 'language' | 'log'>;

/** Installs and removes the agent; lives in a chunk of its own. */
export interface AgentSetup extends vscode.Disposable {
  install(): Promise<void>;
  remove(): Promise<void>;
}

/** What an injection leaves in its record. */
export interface RecordedInjection {
  readonly object: StressChaos;
  readonly namespace: string;
  /** The manifest as it stands in its file; null or absent: it comes from none. */
  readonly text?: string | null;
  /** Null or absent: from no file. */
  readonly file?: string | null;
}

/** A run that has begun to be recorded. */
export interface BegunRun {
  /** It is followed to its end, and then kept. */
  injected(): void;
  /** It came to nothing, and leaves nothing. */
  discard(): void;
}

/** Records of runs; lives in a chunk of its own. */
export interface Runs extends vscode.Disposable {
  /** To be called before the injection: what was there before belongs to the record. */
  begin(lab: Lab, injection: RecordedInjection): BegunRun;
  /** Lists the runs that are kept, and does with one of them what the user chooses. */
  show(): Promise<void>;
  /** The report behind an address of RUN_SCHEME. */
  text(uri: vscode.Uri): Promise<string>;
}

/** What every command works with. */
export interface CommandHost {
  readonly session: Session;
  readonly language: Language;
  readonly log: vscode.LogOutputChannel;
  readonly pods: {
    /** The Pod that a node of the tree shows or belongs to. */
    pod(node: PodsNode): PodView | undefined;
    /** What is selected in the tree. */
    readonly selection: readonly PodsNode[];
    reveal(namespace: string, name: string): Promise<void>;
    /** Makes these Pods (`namespace/name`) stand out until it is called again; none: ends it. */
    highlight(keys: readonly string[]): Promise<void>;
  };
  readonly arrangement: Pick<
    PodsArrangement,
    'grouping' | 'sorting' | 'filter' | 'group' | 'sort' | 'narrow'
  >;
  readonly pins: Pick<PodsPins, 'pin' | 'unpin' | 'pinned' | 'ids'>;
  readonly own: {
    /** Notes that this experiment (`namespace/name`) was started from here. */
    started(lab: Lab, key: string): void;
  };
  readonly panel: {
    /** Brings the panel forward at the first kill of this experiment (`namespace/name`). */
    watchOwn(experiment: string): void;
    /** Shows the panel, and that part of it where one is given, and leaves the focus where it is. */
    reveal(tab?: PanelTab): Promise<void>;
    /** Shows these Pods' curves (`namespace/pod`) in the panel until they are taken away. */
    pin(podKeys: readonly string[]): Promise<void>;
    /** Opens the panel as a tab of the editor area. */
    openInEditor(): void;
  };
  /** Loads what records runs when first called. */
  runs(): Promise<Runs>;
  /** Loads the YAML parser when first called. */
  manifests(): Promise<Manifests>;
}
