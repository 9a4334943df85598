import * as vscode from 'vscode';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import { askText } from '../present/forecast.js';
import { messageOf } from '../session.js';
import type { CommandHost } from './host.js';
import type { ManifestChoice } from './manifest-choice.js';

/** The files that a menu was opened on: all that are selected where the clicked one is among them; none: it was no file. */
export function filesOf(clicked: unknown, selected: unknown): readonly vscode.Uri[] {
  if (!(clicked instanceof vscode.Uri)) return [];
  const many = Array.isArray(selected) ? selected.filter((one) => one instanceof vscode.Uri) : [];
  return many.length > 0 ? many : [clicked];
}

/** The experiments of these files: the only one, or those that are picked. Null where there is none, which is said, or none picked. */
export async function chooseManifests(
  host: CommandHost,
  files: readonly vscode.Uri[],
): Promise<readonly ManifestChoice[] | null> {
  const manifests = await host.manifests();
  const found: (ManifestChoice & { readonly now: ManifestDocument })[] = [];
  for (const file of files) {
    const document = await openYaml(file);
    if (document === null) continue;
    found.push(
      ...manifests.documents(document).map((now, index) => ({
        document,
        label: now.name ?? vscode.l10n.t('Document {0}', index + 1),
        read: () => manifests.documents(document)[index] ?? null,
        now,
      })),
    );
  }
  if (found.length === 0) {
    void vscode.window.showInformationMessage(
      files.length === 1
        ? vscode.l10n.t('This file holds no StressChaos document.')
        : vscode.l10n.t('These files hold no StressChaos document.'),
    );
    return null;
  }
  if (found.length === 1) return found;
  const here = atCursor(found);
  const picked = await vscode.window.showQuickPick(
    found.map((manifest) => ({
      ...rowOf(manifest, host, files.length > 1),
      picked: manifest.now.object !== null && (here === null || manifest === here),
      manifest,
    })),
    {
      title: vscode.l10n.t('Inject experiments'),
      placeHolder: vscode.l10n.t('Which experiments?'),
      canPickMany: true,
      ignoreFocusOut: true,
      matchOnDescription: true,
    },
  );
  return picked === undefined || picked.length === 0 ? null : picked.map(({ manifest }) => manifest);
}

function rowOf(
  { document, label, now }: ManifestChoice & { readonly now: ManifestDocument },
  { language }: CommandHost,
  namesFile: boolean,
): vscode.QuickPickItem {
  const { memory, object } = now;
  const parts = [
    ...(namesFile ? [vscode.workspace.asRelativePath(document.uri)] : []),
    ...(memory?.totalBytes == null ? [] : [askText(memory.workers, memory.totalBytes, language)]),
    ...(object === null ? [vscode.l10n.t('has errors')] : []),
  ];
  return { label: object === null ? `$(error) ${label}` : label, description: parts.join(' · ') };
}

/** The one at the cursor, where all are of the file in the active editor. */
function atCursor<T extends { readonly document: vscode.TextDocument; readonly now: ManifestDocument }>(
  found: readonly T[],
): T | null {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || found.some(({ document }) => document !== editor.document)) return null;
  const at = editor.document.offsetAt(editor.selection.active);
  return found.find(({ now: { range } }) => range.start <= at && at <= range.end) ?? null;
}

/** The file's text, as the editor has it where it is open; null where it is none, which is said. */
async function openYaml(file: vscode.Uri): Promise<vscode.TextDocument | null> {
  try {
    return await vscode.workspace.openTextDocument(file);
  } catch (error) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('{0} cannot be read: {1}', vscode.workspace.asRelativePath(file), messageOf(error)),
    );
    return null;
  }
}
