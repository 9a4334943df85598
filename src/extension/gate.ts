import * as vscode from 'vscode';
import { DisposableList } from './disposables.js';

const NAMES_CHAOS_MESH = /\bchaos-mesh\.org\//;

/**
 * Looks at YAML documents with one regular expression and opens once, when the first names chaos-mesh.org. An edit
 * costs the lines that it touched.
 */
export function openGate(open: () => void): vscode.Disposable {
  const scope = new DisposableList();
  const decide = (found: boolean) => {
    if (!found || scope.disposed) return;
    scope.dispose();
    open();
  };
  const look = (document: vscode.TextDocument) => {
    if (document.languageId === 'yaml') decide(NAMES_CHAOS_MESH.test(document.getText()));
  };
  scope.add(vscode.workspace.onDidOpenTextDocument(look));
  scope.add(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.languageId === 'yaml') {
        decide(contentChanges.some((change) => NAMES_CHAOS_MESH.test(touchedText(document, change))));
      }
    }),
  );
  for (const document of vscode.workspace.textDocuments) look(document);
  return scope;
}

/** The lines of now that an edit touched, whole, so that a name typed letter by letter is seen. */
function touchedText(document: vscode.TextDocument, change: vscode.TextDocumentContentChangeEvent): string {
  const first = change.range.start.line;
  const last = Math.min(document.lineCount - 1, first + change.text.split('\n').length - 1);
  return document.getText(
    new vscode.Range(document.lineAt(first).range.start, document.lineAt(last).range.end),
  );
}
