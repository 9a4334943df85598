import * as vscode from 'vscode';
import type { RunRecord } from '../../core/experiment/record.js';
import { reportFormat } from '../../lab/runs/report/format.js';
import { writeReport } from '../../lab/runs/report/index.js';
import type { Language } from '../present/localizer.js';
import { runItem } from './present.js';
import { reportUri, showReport } from './run-documents.js';
import type { RunFiles } from './run-files.js';

type Action = 'open' | 'export' | 'compare' | 'delete';

interface Picked extends vscode.QuickPickItem {
  readonly record: RunRecord;
}

/** Lists the runs that are kept, and does with one of them what is chosen. */
export async function showRuns(files: RunFiles, language: Language): Promise<void> {
  const records = await files.all();
  if (records.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'No run is kept yet. Every experiment that you inject from here leaves a record when it ends.',
      ),
    );
    return;
  }
  const record = await pickRun(records, language, vscode.l10n.t('Which run?'));
  if (record === undefined) return;
  const action = await pickAction(record, records.length > 1);
  if (action === undefined) return;
  await act(action, record, records, files, language);
}

async function act(
  action: Action,
  record: RunRecord,
  records: readonly RunRecord[],
  files: RunFiles,
  language: Language,
): Promise<void> {
  switch (action) {
    case 'open':
      return showReport(reportUri(record, null));
    case 'export':
      return exportRun(record);
    case 'compare':
      return compare(record, records, language);
    case 'delete':
      return files.delete(record.id);
  }
}

async function pickRun(
  records: readonly RunRecord[],
  language: Language,
  placeHolder: string,
): Promise<RunRecord | undefined> {
  const items = records.map((record): Picked => ({ ...runItem(record, language), record }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.record;
}

async function pickAction(record: RunRecord, hasOthers: boolean): Promise<Action | undefined> {
  const items: readonly (vscode.QuickPickItem & { readonly action: Action })[] = [
    { label: `$(open-preview) ${vscode.l10n.t('Open report')}`, action: 'open' },
    { label: `$(export) ${vscode.l10n.t('Export…')}`, description: 'HTML, Markdown, JSON', action: 'export' },
    ...(hasOthers
      ? [{ label: `$(diff) ${vscode.l10n.t('Compare with…')}`, action: 'compare' } as const]
      : []),
    { label: `$(trash) ${vscode.l10n.t('Delete')}`, action: 'delete' },
  ];
  const picked = await vscode.window.showQuickPick(items, { placeHolder: record.key });
  return picked?.action;
}

async function compare(record: RunRecord, records: readonly RunRecord[], language: Language): Promise<void> {
  const others = records.filter(({ id }) => id !== record.id);
  const other = await pickRun(others, language, vscode.l10n.t('Compare with which run?'));
  if (other === undefined) return;
  // The older one is A.
  const [first, second] = record.startedAt <= other.startedAt ? [record, other] : [other, record];
  await showReport(reportUri(first, second));
}

async function exportRun(record: RunRecord): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export the run'),
    filters: { HTML: ['html'], Markdown: ['md'], JSON: ['json'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, `${record.id}.html`) }),
  });
  if (target === undefined) return;
  const text = writeReport(record, reportFormat(target.path) ?? 'json');
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  const open = vscode.l10n.t('Open');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('The run was exported to {0}.', target.path.slice(target.path.lastIndexOf('/') + 1)),
    open,
  );
  if (chosen === open) await vscode.env.openExternal(target);
}
