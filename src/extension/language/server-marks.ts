import * as vscode from 'vscode';
import { locateProblem } from '../../core/stresschaos/locate.js';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import type { ServerProblem } from '../../core/stresschaos/server-errors.js';
import { toRange } from './documents.js';

export const DRY_RUN_SOURCE = 'Podstress · dry run';

/** What a dry run found wrong, where it stands; true until the file is edited or the document is tried again. */
export class ServerMarks implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('podstress-dry-run');
  /** By file, then by where the object's head stands. */
  readonly #marks = new Map<string, Map<number, readonly vscode.Diagnostic[]>>();
  readonly #listening = [
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) this.#forget(document);
    }),
    vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document)),
  ];

  /** Replaces the marks of one object, and gives the places. */
  mark(
    document: vscode.TextDocument,
    manifest: ManifestDocument,
    problems: readonly ServerProblem[],
  ): readonly vscode.Range[] {
    const text = document.getText();
    const marks = problems.map((problem) => {
      const range = toRange(document, locateProblem(text, manifest, problem));
      const mark = new vscode.Diagnostic(range, problem.message, vscode.DiagnosticSeverity.Error);
      mark.source = DRY_RUN_SOURCE;
      return mark;
    });
    const uri = document.uri.toString();
    const all = this.#marks.get(uri) ?? new Map<number, readonly vscode.Diagnostic[]>();
    all.set((manifest.carrier?.head ?? manifest.head).start, marks);
    this.#marks.set(uri, all);
    this.#collection.set(document.uri, [...all.values()].flat());
    return marks.map(({ range }) => range);
  }

  dispose(): void {
    for (const listening of this.#listening) listening.dispose();
    this.#collection.dispose();
  }

  #forget({ uri }: vscode.TextDocument): void {
    if (this.#marks.delete(uri.toString())) this.#collection.delete(uri);
  }
}
