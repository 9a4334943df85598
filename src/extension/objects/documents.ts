import * as vscode from 'vscode';
import type { Lab } from '../../lab/types.js';
import { DisposableList } from '../disposables.js';
import { messageOf, type Session } from '../session.js';
import { type DocumentSubject, documentSubject, documentUri } from './document-uri.js';
import { TerminalFilter } from './terminal-filter.js';

/** How much of a log a document shows at most, bytes and lines: an editor is no pager. */
const MAX_LOG_BYTES = 8 << 20;
const MAX_LOG_LINES = 50_000;

/**
 * The read-only documents of Pods. A text is read when its document is opened or refreshed and stays as it was until
 * then, so that it can be searched, compared and kept beside what came later.
 */
export class PodDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #session: Session;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #scope = new DisposableList();
  readonly #texts = new Map<string, string>();
  readonly #end = new AbortController();

  readonly onDidChange = this.#changed.event;

  constructor(session: Session) {
    this.#session = session;
    this.#scope.add(this.#changed);
    this.#scope.defer(() => this.#end.abort());
    this.#scope.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())));
  }

  dispose(): void {
    this.#scope.dispose();
  }

  /** Throws LabError. */
  async open(lab: Lab, subject: DocumentSubject): Promise<void> {
    const uri = vscode.Uri.from(documentUri(subject));
    const text = await this.#read(lab, subject);
    this.#texts.set(uri.toString(), text);
    // Where it is open already, it shows what is true now.
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** Reads it anew; what was there stays where that fails. Throws LabError, and Error where it is none of ours. */
  async refresh(uri: vscode.Uri): Promise<void> {
    const subject = documentSubject(uri);
    if (subject === null) throw new Error(`${uri.toString()} is no document of Podstress`);
    const lab = await this.#session.ready();
    if (lab === null) throw new Error(vscode.l10n.t('There is no connection to a cluster.'));
    this.#texts.set(uri.toString(), await this.#read(lab, subject));
    this.#changed.fire(uri);
  }

  /** An editor that VS Code restores has no text yet: then the connection is opened for it. */
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const known = this.#texts.get(uri.toString());
    if (known !== undefined) return known;
    const subject = documentSubject(uri);
    if (subject === null) return '';
    try {
      const lab = await this.#session.ready();
      if (lab === null) return vscode.l10n.t('There is no connection to a cluster.');
      return await this.#read(lab, subject);
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Throws LabError, and Error where the connection is to another context. */
  async #read(lab: Lab, subject: DocumentSubject): Promise<string> {
    const { context } = lab.connection.get();
    if (context !== subject.context) {
      throw new Error(
        vscode.l10n.t(
          'This is of the context {0}, and Podstress is connected with {1}.',
          subject.context,
          context ?? '',
        ),
      );
    }
    switch (subject.kind) {
      case 'describe':
        return lab.describe(subject, this.#end.signal);
      case 'yaml':
        return lab.yaml(subject, this.#end.signal);
      case 'experiment':
        return lab.experimentYaml(`${subject.namespace}/${subject.name}`, this.#end.signal);
      case 'log':
        return this.#readLog(lab, subject);
    }
  }

  async #readLog(lab: Lab, subject: DocumentSubject & { kind: 'log' }): Promise<string> {
    const options = { previous: subject.previous, tailLines: MAX_LOG_LINES, limitBytes: MAX_LOG_BYTES };
    const texts: string[] = [];
    for await (const lines of lab.logs(subject, options, this.#end.signal)) {
      // An editor shows no colours: what a terminal would do is left out whole.
      for (const line of lines) texts.push(withoutSequences(line));
    }
    if (texts.length === 0) return vscode.l10n.t('This log is empty.');
    return `${texts.join('\n')}\n`;
  }
}

function withoutSequences(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what the filter leaves of them
  return new TerminalFilter('log').push(line).replace(/\u001b\[[0-9;:]*m/g, '');
}
