import * as vscode from 'vscode';
import { Commands } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import {
  type ConnectionDetails,
  connectionDetails,
  connectionStatus,
  stepText,
} from '../present/connection-status.js';
import type { Language } from '../present/localizer.js';
import type { Session } from '../session.js';
import { commandOf } from './steps.js';

const ID = 'podstress.connection';
const PRIORITY = 10;

/** The context and its state in the status bar, from the moment a cluster is first needed. */
export class ConnectionStatusItem implements vscode.Disposable {
  readonly #session: Session;
  readonly #language: Language;
  readonly #scope = new DisposableList();
  #item: vscode.StatusBarItem | null = null;

  constructor(session: Session, language: Language) {
    this.#session = session;
    this.#language = language;
    this.#scope.add(session.onDidChange(() => this.#draw()));
    this.#scope.defer(() => this.#item?.dispose());
  }

  dispose(): void {
    this.#scope.dispose();
  }

  #draw(): void {
    const { state, choice } = this.#session;
    const status = connectionStatus(state, this.#language);
    if (status === null) {
      this.#item?.hide();
      return;
    }
    this.#item ??= makeItem();
    const item = this.#item;
    item.text = `$(${status.icon}) ${status.text}`;
    item.accessibilityInformation = { label: status.sentence };
    item.backgroundColor = status.alarm
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    item.tooltip = tooltip(
      connectionDetails(state, choice?.origin ?? 'kubeconfig', this.#language),
      this.#language,
    );
    item.show();
  }
}

function makeItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem(ID, vscode.StatusBarAlignment.Left, PRIORITY);
  item.name = vscode.l10n.t('Podstress: connection');
  item.command = Commands.chooseContext;
  return item;
}

/** Names and messages come from files and servers: appended as text, never as Markdown. */
function tooltip(
  { title, rows, notes, steps }: ConnectionDetails,
  language: Language,
): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  markdown.supportHtml = false;
  markdown.isTrusted = { enabledCommands: steps.map((step) => commandOf(step).command) };
  markdown.appendMarkdown('**');
  markdown.appendText(title);
  markdown.appendMarkdown('**\n\n');
  for (const { label, value } of rows) {
    appendWords(markdown, `${label}: ${value}`);
    markdown.appendMarkdown('  \n');
  }
  for (const note of notes) {
    markdown.appendMarkdown('\n');
    appendWords(markdown, note);
    markdown.appendMarkdown('\n');
  }
  const links = steps.map((step) => {
    const { command, arguments: args } = commandOf(step);
    const query = args === undefined ? '' : `?${encodeURIComponent(JSON.stringify(args))}`;
    return `[${stepText(step, language)}](command:${command}${query})`;
  });
  markdown.appendMarkdown(`\n${links.join(' · ')}`);
  return markdown;
}

/** appendText makes every blank one that breaks no line, so that long texts would break within words. */
function appendWords(markdown: vscode.MarkdownString, text: string): void {
  for (const word of text.split(/\s+/)) {
    markdown.appendText(word);
    markdown.appendMarkdown(' ');
  }
}
