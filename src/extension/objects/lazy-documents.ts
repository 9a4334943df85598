import * as vscode from 'vscode';
import { DisposableList } from '../disposables.js';
import type { Objects } from '../objects.js';
import { DOCUMENT_SCHEME } from './document-uri.js';

/** Serves the documents from the start, so that an editor which VS Code restores has a text, and loads them when asked. */
export function serveDocuments(load: () => Promise<Objects>): vscode.Disposable {
  const scope = new DisposableList();
  const changed = scope.add(new vscode.EventEmitter<vscode.Uri>());
  let documents: Promise<Objects['documents']> | null = null;
  const loaded = (): Promise<Objects['documents']> => {
    documents ??= load().then((objects) => {
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
  return scope;
}
