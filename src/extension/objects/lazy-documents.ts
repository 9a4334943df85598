import * as vscode from 'vscode';
import type { Runs } from '../commands/host.js';
import { DisposableList } from '../disposables.js';
import type { Objects } from '../objects.js';
import { RUN_SCHEME } from '../runs/scheme.js';
import { DOCUMENT_SCHEME } from './document-uri.js';

/** What has texts for documents, loaded when first asked. */
export interface DocumentsHost {
  objects(): Promise<Objects>;
  runs(): Promise<Pick<Runs, 'text'>>;
}

/** Serves the documents from the start, so that an editor which VS Code restores has a text, and loads them when asked. */
export function serveDocuments(host: DocumentsHost): vscode.Disposable {
  const scope = new DisposableList();
  const changed = scope.add(new vscode.EventEmitter<vscode.Uri>());
  let documents: Promise<Objects['documents']> | null = null;
  const loaded = (): Promise<Objects['documents']> => {
    documents ??= host.objects().then((objects) => {
      scope.add(objects.documents.onDidChange((uri) => changed.fire(uri)));
      return objects.documents;
    });
    return documents;
  };
  scope.add(
    vscode.workspace.registerTextDocumentContentProvider(DOCUMENT_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (uri, token) =>
        (await loaded()).provideTextDocumentContent(uri, token),
    }),
  );
  scope.add(
    vscode.workspace.registerTextDocumentContentProvider(RUN_SCHEME, {
      provideTextDocumentContent: async (uri) => (await host.runs()).text(uri),
    }),
  );
  return scope;
}
