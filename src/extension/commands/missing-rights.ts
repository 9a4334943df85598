import * as vscode from 'vscode';
import type { MissingRights } from '../../lab/types.js';

/** Tells what is missing and offers the commands that an administrator would run. */
export async function tellMissing(what: string, { rights, commands }: MissingRights): Promise<void> {
  const copy = vscode.l10n.t('Copy Commands');
  const everywhere = vscode.l10n.t('in the whole cluster');
  const lines = rights.map(({ verb, resource, namespace }) => {
    const where = namespace === null ? everywhere : vscode.l10n.t('in the namespace {0}', namespace);
    return `• ${verb} ${resource} ${where}`;
  });
  const detail = [
    vscode.l10n.t('These rights are missing:'),
    ...lines,
    '',
    vscode.l10n.t('An administrator grants them with these commands (USER is you):'),
    ...commands,
  ].join('\n');
  const chosen = await vscode.window.showErrorMessage(what, { modal: true, detail }, copy);
  if (chosen === copy) await vscode.env.clipboard.writeText(`${commands.join('\n')}\n`);
}
