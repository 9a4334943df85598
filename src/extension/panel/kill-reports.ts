import * as vscode from 'vscode';
import type { NamedKill } from '../../lab/types.js';
import { DisposableList } from '../disposables.js';
import type { Language } from '../present/localizer.js';
import type { Session } from '../session.js';
import { detailsOf } from './kill-details.js';
import { killAsText } from './kill-text.js';
import { panelTexts } from './texts.js';

const SCHEME = 'podstress-report';

/** The kernel's raw reports as read-only documents: fetched when opened, never written anywhere. */
export class KillReports implements vscode.Disposable {
  readonly #session: Session;
  readonly #language: Language;
  readonly #scope = new DisposableList();

  constructor(session: Session, language: Language) {
    this.#session = session;
    this.#language = language;
    this.#scope.add(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        provideTextDocumentContent: (uri, token) => this.#text(uri.query, token),
      }),
    );
  }

  dispose(): void {
    this.#scope.dispose();
  }

  /** Opens the report of this kill beside nothing: as a tab that the next one replaces. */
  async open(named: NamedKill): Promise<void> {
    const { time, victim } = named.kill;
    const name = `OOM kill ${victim?.pid ?? ''} ${time.replaceAll(':', '-')}.oom`;
    // The name ends in the extension that gives the document its language; what a process calls itself is not in it.
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: named.id });
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async #text(id: string, token: vscode.CancellationToken): Promise<string> {
    const { l10n } = this.#language;
    const lab = this.#session.lab;
    const named = lab?.kills.get().kills.find((kill) => kill.id === id);
    if (lab === null || named === undefined) {
      return `${l10n.t('This kill is not known any more: the connection that told of it has ended.')}\n`;
    }
    const cancel = new AbortController();
    const watching = token.onCancellationRequested(() => cancel.abort());
    try {
      const text = await lab.killReport(named, cancel.signal);
      return text ?? this.#known(named, this.#whyNone(named));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return this.#known(named, l10n.t('The agent could not be asked for the kernel’s report: {0}', message));
    } finally {
      watching.dispose();
    }
  }

  #whyNone({ kill }: NamedKill): string {
    const { l10n } = this.#language;
    switch (kill.evidence) {
      case 'full':
        return l10n.t('The agent does not keep the kernel’s report of this kill any more.');
      case 'bare':
        return l10n.t(
          'The kernel wrote no report of this kill, only its “Killed process” line: it limits how often it reports in full.',
        );
      case 'counted':
        return l10n.t('The kernel’s log says nothing of this kill: only the cgroup’s oom_kill counter rose.');
    }
  }

  #known(named: NamedKill, why: string): string {
    const { l10n, locale } = this.#language;
    const lab = this.#session.lab;
    const node = lab?.agents.get().find(({ nodeName }) => nodeName === named.nodeName)?.node ?? null;
    const details = detailsOf(named, { pods: lab?.pods.get() ?? [], node });
    const text = killAsText(named, details, { texts: panelTexts(this.#language), locale });
    return `${why}\n${l10n.t('What is known of it:')}\n\n${text}`;
  }
}
