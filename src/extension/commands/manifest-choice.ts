import * as vscode from 'vscode';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import type { CommandHost } from './host.js';

/** What a lens says of the document it stands above. */
export interface ManifestArgument {
  readonly uri: string;
  /** Which of the file's StressChaos documents. */
  readonly index: number;
}

/** One StressChaos of a file, and how to read it again later: a connection takes time, and the user may type. */
export interface ManifestChoice {
  readonly document: vscode.TextDocument;
  readonly label: string;
  read(): ManifestDocument | null;
}

/** The StressChaos of a lens, the one at the cursor, or the one picked from a list; null where there is none, which is said. */
export async function chooseManifest(
  host: Pick<CommandHost, 'manifests'>,
  argument: unknown,
): Promise<ManifestChoice | null> {
  const document = await openDocument(argument);
  if (document === null) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a manifest that holds a StressChaos document first.'),
    );
    return null;
  }
  const manifests = await host.manifests();
  const documents = manifests.documents(document);
  const label = (index: number) => documents[index]?.name ?? vscode.l10n.t('Document {0}', index + 1);
  const choice = (index: number): ManifestChoice => ({
    document,
    label: label(index),
    read: () => manifests.documents(document)[index] ?? null,
  });
  if (isManifestArgument(argument)) return choice(argument.index);
  if (documents.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('This file holds no StressChaos document.'));
    return null;
  }
  if (documents.length === 1) return choice(0);
  const editor = vscode.window.activeTextEditor;
  const at = editor?.document === document ? document.offsetAt(editor.selection.active) : -1;
  const here = documents.findIndex(({ range }) => range.start <= at && at <= range.end);
  if (here >= 0) return choice(here);
  const picked = await vscode.window.showQuickPick(
    documents.map((_, index) => ({ label: label(index), index })),
    { placeHolder: vscode.l10n.t('Which experiment?') },
  );
  return picked === undefined ? null : choice(picked.index);
}

/** Tells that a manifest cannot be used as it is written, and shows what is wrong with it. */
export async function tellErrors({ label }: ManifestChoice): Promise<void> {
  await vscode.commands.executeCommand('workbench.actions.view.problems');
  void vscode.window.showErrorMessage(
    vscode.l10n.t('{0} has errors. Mend what the Problems view lists, then try again.', label),
  );
}

export function isManifestArgument(value: unknown): value is ManifestArgument {
  return (
    typeof value === 'object' &&
    value !== null &&
    'uri' in value &&
    typeof value.uri === 'string' &&
    'index' in value &&
    typeof value.index === 'number'
  );
}

async function openDocument(argument: unknown): Promise<vscode.TextDocument | null> {
  if (isManifestArgument(argument)) {
    return vscode.workspace.openTextDocument(vscode.Uri.parse(argument.uri, true));
  }
  const active = vscode.window.activeTextEditor?.document;
  return active?.languageId === 'yaml' ? active : null;
}
