import * as vscode from 'vscode';
import type { NamedKill } from '../../lab/types.js';
import type { KillDetails } from '../../protocol/panel/kills.js';
import type { PanelAction } from '../../protocol/panel/status.js';
import { Commands, Views } from '../contributions.js';
import type { Language } from '../present/localizer.js';
import type { Session } from '../session.js';
import { detailsOf } from './kill-details.js';
import { killsAsCsv, killsAsNdjson } from './kill-export.js';
import type { KillReports } from './kill-reports.js';
import { killAsText } from './kill-text.js';
import type { PageHost, PageRequest } from './page-host.js';
import { panelTexts } from './texts.js';

/** What a page's requests lead to. */
export interface RequestContext {
  readonly session: Session;
  readonly language: Language;
  readonly reports: KillReports;
  revealPod(namespace: string, pod: string): Promise<void>;
}

/** Does what a page asks for. */
export async function perform(request: PageRequest, page: PageHost, context: RequestContext): Promise<void> {
  const { session } = context;
  switch (request.type) {
    case 'reveal-pod':
      return context.revealPod(request.namespace, request.pod);
    case 'action':
      return act(request.action, session);
    case 'details': {
      const named = killOf(request.id, session);
      page.answer({
        type: 'details',
        id: request.id,
        details: named === null ? null : known(named, session),
      });
      return;
    }
    case 'copy-kill': {
      const named = killOf(request.id, session);
      if (named !== null) await copy(named, context);
      return;
    }
    case 'open-report': {
      const named = killOf(request.id, session);
      if (named !== null) await context.reports.open(named);
      return;
    }
    case 'export':
      return exportKills(chosen(page.kills, request.ids));
  }
}

function killOf(id: string, { lab }: Session): NamedKill | null {
  return lab?.kills.get().kills.find((kill) => kill.id === id) ?? null;
}

function known(named: NamedKill, { lab }: Session): KillDetails {
  const node = lab?.agents.get().find(({ nodeName }) => nodeName === named.nodeName)?.node ?? null;
  return detailsOf(named, { pods: lab?.pods.get() ?? [], node });
}

async function copy(named: NamedKill, { session, language }: RequestContext): Promise<void> {
  const texts = panelTexts(language);
  await vscode.env.clipboard.writeText(
    killAsText(named, known(named, session), { texts, locale: language.locale }),
  );
  vscode.window.setStatusBarMessage(vscode.l10n.t('The kill was copied.'), 3000);
}

/** Null: all. */
function chosen(kills: readonly NamedKill[], ids: readonly string[] | null): readonly NamedKill[] {
  if (ids === null) return kills;
  const wanted = new Set(ids);
  return kills.filter(({ id }) => wanted.has(id));
}

/** Asks for the format and the file, and writes it. Says where it is, or why it could not be written. */
async function exportKills(kills: readonly NamedKill[]): Promise<void> {
  const formats = [
    {
      label: 'CSV',
      description: vscode.l10n.t('a table for a spreadsheet'),
      extension: 'csv',
      text: killsAsCsv,
    },
    {
      label: 'NDJSON',
      description: vscode.l10n.t('all that is known, one JSON object a line'),
      extension: 'ndjson',
      text: killsAsNdjson,
    },
  ];
  const title = vscode.l10n.t('Export {0} OOM kills as', kills.length);
  const format = await vscode.window.showQuickPick(formats, { title });
  if (format === undefined) return;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `oom-kills.${format.extension}`;
  const uri = await vscode.window.showSaveDialog({
    title,
    filters: { [format.label]: [format.extension] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (uri === undefined) return;
  const path = vscode.workspace.asRelativePath(uri);
  try {
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(format.text(kills)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(vscode.l10n.t('{0} could not be written: {1}', path, why));
    return;
  }
  const open = vscode.l10n.t('Open');
  const saved = vscode.l10n.t('{0} OOM kills were exported to {1}.', kills.length, path);
  if ((await vscode.window.showInformationMessage(saved, open)) === open) {
    await vscode.commands.executeCommand('vscode.open', uri);
  }
}

async function act(action: PanelAction, session: Session): Promise<void> {
  switch (action) {
    case 'connect':
      return session.open();
    case 'reconnect':
      return run(Commands.reconnect);
    case 'choose-kubeconfig':
      return run(Commands.chooseKubeconfig);
    case 'show-pods':
      return run(`${Views.pods}.focus`);
    case 'install-agent':
      return run(Commands.installAgent);
    case 'show-log':
      return run(Commands.showLog);
    case 'pin-pods':
      return run(Commands.openMemoryPanel);
    case 'open-in-editor':
      return run(Commands.openPanelInEditor);
  }
}

async function run(command: string): Promise<void> {
  await vscode.commands.executeCommand(command);
}
