import * as vscode from 'vscode';
import type { ManifestDocument } from '../../core/stresschaos/manifest.js';
import { experimentNamespace, experimentOf, forecastOf, targetsOf } from '../lens/model.js';
import { worldOf } from '../lens/world.js';
import { connected } from './failures.js';
import type { CommandHost } from './host.js';
import { perform } from './perform.js';

/** What a lens says of the document it stands above. */
export interface InjectArgument {
  readonly uri: string;
  /** Which of the file's StressChaos documents. */
  readonly index: number;
}

/** Injects an experiment of a manifest: the lens's, or the one at the cursor, or the one picked from a list. */
export async function inject(host: CommandHost, argument: unknown): Promise<void> {
  const document = await openDocument(argument);
  if (document === null) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a manifest that holds a StressChaos document, then inject it.'),
    );
    return;
  }
  const manifests = await host.manifests();
  const chosen = await choose(document, manifests.documents(document), argument);
  if (chosen === null) return;
  const lab = await connected(host);
  if (lab === null) return;
  const now = chosen.reread(manifests.documents(document));
  if (now === null || now.object === null) {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
    void vscode.window.showErrorMessage(
      vscode.l10n.t('{0} has errors. Mend what the Problems view lists, then inject again.', chosen.label),
    );
    return;
  }
  const world = worldOf(host.session);
  await perform(host, lab, {
    object: now.object,
    namespace: experimentNamespace(now, world.connection),
    targets: targetsOf(now, world),
    forecast: forecastOf(now, world),
    replaces: experimentOf(now, world) !== undefined,
  });
}

interface Choice {
  readonly label: string;
  /** The same document in a later reading of the file. */
  reread(documents: readonly ManifestDocument[]): ManifestDocument | null;
}

async function choose(
  document: vscode.TextDocument,
  documents: readonly ManifestDocument[],
  argument: unknown,
): Promise<Choice | null> {
  const label = (index: number) => documents[index]?.name ?? vscode.l10n.t('Document {0}', index + 1);
  const choice = (index: number): Choice => ({
    label: label(index),
    reread: (later) => later[index] ?? null,
  });
  if (isInjectArgument(argument)) return choice(argument.index);
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

async function openDocument(argument: unknown): Promise<vscode.TextDocument | null> {
  if (isInjectArgument(argument)) {
    return vscode.workspace.openTextDocument(vscode.Uri.parse(argument.uri, true));
  }
  const active = vscode.window.activeTextEditor?.document;
  return active?.languageId === 'yaml' ? active : null;
}

function isInjectArgument(value: unknown): value is InjectArgument {
  return (
    typeof value === 'object' &&
    value !== null &&
    'uri' in value &&
    typeof value.uri === 'string' &&
    'index' in value &&
    typeof value.index === 'number'
  );
}
