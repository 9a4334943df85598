import * as vscode from 'vscode';
import type { RunRecord } from '../../core/experiment/record.js';
import { writeComparison, writeReport } from '../../lab/runs/report/index.js';
import type { RunFiles } from './run-files.js';
import { RUN_SCHEME } from './scheme.js';

/** The address of a run's report, or of two runs against each other. Its last segment is the editor's title. */
export function reportUri(first: RunRecord, second: RunRecord | null): vscode.Uri {
  const ids = second === null ? [first.id] : [first.id, second.id];
  return vscode.Uri.from({ scheme: RUN_SCHEME, path: `/${ids.join('/')}/${titleOf(first, second)}.md` });
}

/** The Markdown behind an address; says so where a run is gone. */
export async function reportText(uri: vscode.Uri, files: RunFiles): Promise<string> {
  const [, firstId = '', ...rest] = uri.path.split('/');
  const secondId = rest.length > 1 ? (rest[0] ?? '') : null;
  const first = await files.get(firstId);
  const second = secondId === null ? null : await files.get(secondId);
  if (first === null || (secondId !== null && second === null)) {
    return `${vscode.l10n.t('This run is not kept any more.')}\n`;
  }
  return second === null ? writeReport(first, 'md') : writeComparison(first, second, 'md');
}

/** Shows the report as VS Code shows Markdown, and its text where that is not to be had. */
export async function showReport(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  } catch {
    await vscode.window.showTextDocument(uri, { preview: false });
  }
}

function titleOf(first: RunRecord, second: RunRecord | null): string {
  const name = (record: RunRecord): string =>
    record.key.slice(record.key.indexOf('/') + 1).replaceAll(/[^A-Za-z0-9.-]/g, '') || 'run';
  if (second === null) return name(first);
  return name(first) === name(second) ? `${name(first)} A-B` : `${name(first)} ${name(second)}`;
}
