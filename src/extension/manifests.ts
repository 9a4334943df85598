/** The chunk that loads when the first document names chaos-mesh.org: the YAML parser and all that reads manifests. */
import * as vscode from 'vscode';
import type { ManifestDocument } from '../core/stresschaos/manifest.js';
import { parseManifests } from '../core/stresschaos/manifest.js';
import type { Manifests } from './commands/host.js';
import { ContextKeys } from './contributions.js';
import { DisposableList } from './disposables.js';
import { StressLensProvider } from './lens/provider.js';
import type { Language } from './present/localizer.js';
import type { Session } from './session.js';

export interface ManifestsHost {
  readonly session: Session;
  readonly language: Language;
  readonly log: vscode.LogOutputChannel;
  readonly extensionUri: vscode.Uri;
}

/** Registers lenses and language features, and gives the reader that commands share with them. */
export function openManifests(host: ManifestsHost): Manifests {
  const scope = new DisposableList();
  const reader = scope.add(new ManifestReader());
  const documents = (document: vscode.TextDocument) => reader.read(document);
  const provider = scope.add(
    new StressLensProvider({ session: host.session, language: host.language, documents }),
  );
  scope.add(vscode.languages.registerCodeLensProvider({ language: 'yaml' }, provider));
  scope.add(followActiveEditor(documents));
  return { documents, dispose: () => scope.dispose() };
}

/** Reads each version of a document once. */
class ManifestReader implements vscode.Disposable {
  readonly #read = new Map<
    string,
    { readonly version: number; readonly documents: readonly ManifestDocument[] }
  >();
  readonly #closing = vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#read.delete(uri.toString()));

  read(document: vscode.TextDocument): readonly ManifestDocument[] {
    const uri = document.uri.toString();
    const known = this.#read.get(uri);
    if (known?.version === document.version) return known.documents;
    const { documents } = parseManifests(document.getText());
    this.#read.set(uri, { version: document.version, documents });
    return documents;
  }

  dispose(): void {
    this.#closing.dispose();
    this.#read.clear();
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
