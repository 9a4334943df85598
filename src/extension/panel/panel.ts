import * as vscode from 'vscode';
import type { KillLog, Lab } from '../../lab/types.js';
import type { PanelTab } from '../../protocol/panel/messages.js';
import { Views } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import { oomKillsText } from '../present/count.js';
import type { Language } from '../present/localizer.js';
import { listen, type Session } from '../session.js';
import { revealKills } from '../settings.js';
import { KillReports } from './kill-reports.js';
import { PanelModel } from './model.js';
import { PageHost } from './page-host.js';
import { PinnedPods } from './pins.js';
import { perform } from './requests.js';

export interface PanelOptions {
  readonly session: Session;
  readonly language: Language;
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
}

/** The type of the editor's tab, which VS Code restores after a restart. */
const EDITOR_TYPE = 'podstress.panelEditor';

/**
 * The memory panel: a view in the bottom panel, and on request a tab of the editor area. Comes forward at the user's
 * own kills.
 */
export class MemoryPanel
  implements vscode.WebviewViewProvider, vscode.WebviewPanelSerializer, vscode.Disposable
{
  readonly #options: PanelOptions;
  readonly #scope = new DisposableList();
  readonly #model: PanelModel;
  readonly #reports: KillReports;
  /** Experiments that were injected from here and have not killed yet. */
  readonly #own = new Set<string>();
  #view: { readonly view: vscode.WebviewView; readonly host: PageHost } | null = null;
  #editor: { readonly panel: vscode.WebviewPanel; readonly host: PageHost } | null = null;
  /** For a view that VS Code has yet to make. */
  #firstTab: PanelTab | null = null;
  #revealPod: (namespace: string, pod: string) => Promise<void> = async () => {};

  constructor(options: PanelOptions) {
    this.#options = options;
    const { session, language, context } = options;
    this.#model = this.#scope.add(new PanelModel(session, language, new PinnedPods(context.workspaceState)));
    this.#reports = this.#scope.add(new KillReports(session, language));
    this.#scope.add(vscode.window.registerWebviewViewProvider(Views.panel, this));
    this.#scope.add(vscode.window.registerWebviewPanelSerializer(EDITOR_TYPE, this));
    this.#scope.add(session.follow((lab, scope) => this.#follow(lab, scope)));
  }

  dispose(): void {
    this.#scope.dispose();
  }

  /** Where a click on a Pod leads. */
  onRevealPod(reveal: (namespace: string, pod: string) => Promise<void>): void {
    this.#revealPod = reveal;
  }

  /** Brings the panel forward at the first kill in a Pod that this experiment acts on. */
  watchOwn(experiment: string): void {
    this.#own.add(experiment);
  }

  /** Shows these Pods' curves (`namespace/pod`) in the panel until they are taken away. */
  async pin(podKeys: readonly string[]): Promise<void> {
    await this.#model.pin(podKeys);
    await this.reveal('memory');
  }

  /** Shows the panel, and that part of it where one is given, and leaves the focus where it is. */
  async reveal(tab?: PanelTab): Promise<void> {
    if (this.#view === null) {
      this.#firstTab = tab ?? null;
      await vscode.commands.executeCommand(`${Views.panel}.focus`, { preserveFocus: true });
      return;
    }
    this.#view.view.show(true);
    if (tab !== undefined) this.#view.host.show(tab);
  }

  /** Opens the panel as a tab of the editor area, or shows the one that is open. */
  openInEditor(): void {
    if (this.#editor !== null) {
      this.#editor.panel.reveal();
      return;
    }
    const title = vscode.l10n.t('Pod Memory');
    const panel = vscode.window.createWebviewPanel(EDITOR_TYPE, title, vscode.ViewColumn.Active);
    this.#takeEditor(panel);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.#editor === null) this.#takeEditor(panel);
    else panel.dispose();
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const host = this.#host(view.webview, false, (kills) => {
      const tooltip = oomKillsText(kills, this.#options.language);
      view.badge = kills === 0 ? undefined : { value: kills, tooltip };
    });
    this.#view = { view, host };
    if (this.#firstTab !== null) host.show(this.#firstTab);
    this.#firstTab = null;
    const watching = view.onDidChangeVisibility(() => {
      if (view.visible) this.#openSession();
      else host.hide();
    });
    view.onDidDispose(() => {
      watching.dispose();
      host.dispose();
      if (this.#view?.view === view) this.#view = null;
    });
    this.#openSession();
  }

  #takeEditor(panel: vscode.WebviewPanel): void {
    const { context } = this.#options;
    panel.iconPath = vscode.Uri.joinPath(context.extensionUri, 'media', 'icon.png');
    const host = this.#host(panel.webview, true, () => {});
    this.#editor = { panel, host };
    const watching = panel.onDidChangeViewState(() => {
      if (!panel.visible) host.hide();
    });
    panel.onDidDispose(() => {
      watching.dispose();
      host.dispose();
      if (this.#editor?.panel === panel) this.#editor = null;
    });
    this.#openSession();
  }

  #host(webview: vscode.Webview, isEditor: boolean, onCount: (kills: number) => void): PageHost {
    const { language, context, log, session } = this.#options;
    return new PageHost({
      webview,
      isEditor,
      model: this.#model,
      language,
      extensionUri: context.extensionUri,
      log,
      onCount,
      onRequest: (request, page) =>
        void perform(request, page, {
          session,
          language,
          reports: this.#reports,
          revealPod: (namespace, pod) => this.#revealPod(namespace, pod),
        }).catch((error: unknown) => log.error(error instanceof Error ? error : String(error))),
    });
  }

  #openSession(): void {
    const { session } = this.#options;
    if (session.state.phase === 'none') void session.open();
  }

  #follow(lab: Lab, scope: DisposableList): void {
    let seen = lab.kills.get().kills.length + lab.kills.get().dropped;
    listen(scope, lab.kills, (log) => {
      const now = log.kills.length + log.dropped;
      if (now > seen) this.#comeForward(lab, log, now - seen);
      seen = now;
    });
    scope.defer(() => this.#own.clear());
  }

  #comeForward(lab: Lab, log: KillLog, fresh: number): void {
    if (this.#own.size === 0 || revealKills() === 'never') return;
    const pods = new Map(lab.pods.get().map((pod) => [pod.key, pod]));
    for (const { namespace, podName } of log.kills.slice(-fresh)) {
      const acting = pods.get(`${namespace ?? ''}/${podName ?? ''}`)?.experiments ?? [];
      const own = acting.filter((key) => this.#own.has(key));
      for (const key of own) this.#own.delete(key);
      if (own.length > 0) void this.reveal('kills');
    }
  }
}
