/** The chunk that loads when the first document names chaos-mesh.org: the YAML parser and all that reads manifests. */
import * as vscode from 'vscode';
import type { ManifestDocument } from '../core/stresschaos/manifest.js';
import { parseManifests } from '../core/stresschaos/parse.js';
import type { Manifests } from './commands/host.js';
import { ContextKeys } from './contributions.js';
import { DisposableList } from './disposables.js';
import { clusterNames, effectiveVersion, LiveCluster, registerLanguage } from './language/index.js';
import { ServerMarks } from './language/server-marks.js';
import { StressLensProvider } from './lens/provider.js';
import type { Language } from './present/localizer.js';
import { listen, type Session } from './session.js';

export interface ManifestsHost {
  readonly session: Session;
  readonly language: Language;
  readonly log: vscode.LogOutputChannel;
}

/** Registers lenses and language features, and gives the reader that commands share with them. */
export function openManifests(host: ManifestsHost): Manifests {
  const scope = new DisposableList();
  const reader = scope.add(new ManifestReader());
  const version = scope.add(new ChaosMeshVersion(host.session));
  const documents = (document: vscode.TextDocument) =>
    reader.read(document, effectiveVersion({ chaosMeshVersion: () => version.get() }));
  const provider = scope.add(
    new StressLensProvider({ session: host.session, language: host.language, documents }),
  );
  scope.add(vscode.languages.registerCodeLensProvider({ language: 'yaml' }, provider));
  scope.add(
    registerLanguage({
      log: host.log,
      chaosMeshVersion: () => version.get(),
      onDidChangeChaosMeshVersion: version.onDidChange,
      clusterNames: () => (host.session.lab === null ? null : clusterNames(host.session.lab)),
      live: scope.add(new LiveCluster(host.session)),
    }),
  );
  scope.add(followActiveEditor(documents));
  const marks = scope.add(new ServerMarks());
  return {
    documents,
    markServerProblems: (document, manifest, problems) => marks.mark(document, manifest, problems),
    dispose: () => scope.dispose(),
  };
}

/** The version of Chaos Mesh in the connected cluster; null: not known. */
class ChaosMeshVersion implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #following: vscode.Disposable;
  #version: string | null = null;

  readonly onDidChange = this.#changed.event;

  constructor(session: Session) {
    this.#following = session.follow((lab, scope) => {
      listen(scope, lab.engine, (engine) => this.#set(engine.kind === 'chaos-mesh' ? engine.version : null));
      scope.defer(() => this.#set(null));
    });
  }

  get(): string | null {
    return this.#version;
  }

  dispose(): void {
    this.#following.dispose();
    this.#changed.dispose();
  }

  #set(version: string | null): void {
    if (version === this.#version) return;
    this.#version = version;
    this.#changed.fire();
  }
}

interface Reading {
  readonly version: number;
  readonly chaosMesh: string | null;
  readonly documents: readonly ManifestDocument[];
}

/** Reads each version of a document once. */
class ManifestReader implements vscode.Disposable {
  readonly #readings = new Map<string, Reading>();
  readonly #closing = vscode.workspace.onDidCloseTextDocument(({ uri }) =>
    this.#readings.delete(uri.toString()),
  );

  read(document: vscode.TextDocument, chaosMesh: string | null): readonly ManifestDocument[] {
    const uri = document.uri.toString();
    const known = this.#readings.get(uri);
    if (known?.version === document.version && known.chaosMesh === chaosMesh) return known.documents;
    const documents = parseManifests(document.getText(), { chaosMeshVersion: chaosMesh, embedded: true });
    this.#readings.set(uri, { version: document.version, chaosMesh, documents });
    return documents;
  }

  dispose(): void {
    this.#closing.dispose();
    this.#readings.clear();
  }
}

/** Keeps the context key that shows Inject in an editor's title. */
function followActiveEditor(
  documents: (document: vscode.TextDocument) => readonly ManifestDocument[],
): vscode.Disposable {
  let told: boolean | null = null;
  const tell = () => {
    const document = vscode.window.activeTextEditor?.document;
    const open = document?.languageId === 'yaml' && documents(document).length > 0;
    if (open === told) return;
    told = open;
    void vscode.commands.executeCommand('setContext', ContextKeys.manifestOpen, open);
  };
  const scope = new DisposableList();
  scope.add(vscode.window.onDidChangeActiveTextEditor(tell));
  scope.add(
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === vscode.window.activeTextEditor?.document) tell();
    }),
  );
  tell();
  return scope;
}
