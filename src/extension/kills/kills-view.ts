import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { AgentView, KillLog, Lab } from '../../lab/types.js';
import type { PanelAction, PanelMessage } from '../../protocol/panel/types.js';
import { isPanelMessage } from '../../protocol/panel/validate.js';
import { Commands, Views } from '../contributions.js';
import { DisposableList } from '../disposables.js';
import type { Language } from '../present/localizer.js';
import { listen, type Session } from '../session.js';
import { revealKills } from '../settings.js';
import { KillFeed } from './feed.js';
import { pageHtml } from './page.js';
import { StatusKeeper } from './status.js';
import { panelTexts } from './texts.js';

/** The view "OOM Kills": a page that is fed while it is visible, and comes forward at the user's own kills. */
export class KillsView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #session: Session;
  readonly #language: Language;
  readonly #extensionUri: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly #scope = new DisposableList();
  readonly #feed: KillFeed;
  readonly #status = new StatusKeeper();
  /** Experiments that were injected from here and have not killed yet. */
  readonly #own = new Set<string>();
  #view: vscode.WebviewView | null = null;
  #agents: readonly AgentView[] = [];
  #gaps: KillLog['gaps'] = [];
  #revealPod: (namespace: string, pod: string) => Promise<void> = async () => {};

  constructor(session: Session, language: Language, extensionUri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#session = session;
    this.#language = language;
    this.#extensionUri = extensionUri;
    this.#log = log;
    this.#feed = new KillFeed({
      locale: language.locale,
      texts: panelTexts(language),
      post: (message) => void this.#view?.webview.postMessage(message),
      later: (callback, milliseconds) => {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
    });
    this.#scope.defer(() => this.#feed.stop());
    this.#scope.add(vscode.window.registerWebviewViewProvider(Views.kills, this));
    this.#scope.add(session.onDidChange(() => this.#tellStatus()));
    this.#scope.add(session.follow((lab, scope) => this.#follow(lab, scope)));
  }

  dispose(): void {
    this.#scope.dispose();
  }

  /** Where a click on a kill's Pod leads. */
  onRevealPod(reveal: (namespace: string, pod: string) => Promise<void>): void {
    this.#revealPod = reveal;
  }

  /** Brings the view forward at the first kill in a Pod that this experiment acts on. */
  watchOwn(experiment: string): void {
    this.#own.add(experiment);
  }

  /** Shows the view and leaves the focus where it is. */
  async reveal(): Promise<void> {
    if (this.#view !== null) this.#view.show(true);
    else await vscode.commands.executeCommand(`${Views.kills}.focus`, { preserveFocus: true });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const { webview } = view;
    const root = vscode.Uri.joinPath(this.#extensionUri, 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    const scope = new DisposableList();
    scope.add(webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    scope.add(
      view.onDidChangeVisibility(() => {
        if (!view.visible) this.#feed.stop();
        else if (this.#session.state.phase === 'none') void this.#session.open();
      }),
    );
    view.onDidDispose(() => {
      scope.dispose();
      this.#feed.stop();
      if (this.#view === view) this.#view = null;
    });
    webview.html = pageHtml({
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(root, 'kills.js')).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(root, 'kills.css')).toString(),
      nonce: randomBytes(18).toString('base64url'),
      language: this.#language.locale,
      title: vscode.l10n.t('OOM Kills'),
    });
    if (this.#session.state.phase === 'none') void this.#session.open();
    this.#tellStatus();
  }

  #follow(lab: Lab, scope: DisposableList): void {
    this.#feed.reset();
    this.#status.reset();
    listen(scope, lab.agents, (agents) => {
      this.#agents = agents;
      this.#tellStatus();
    });
    let seen = lab.kills.get().kills.length + lab.kills.get().dropped;
    listen(scope, lab.kills, (log) => {
      if (log.gaps.at(-1) !== this.#gaps.at(-1)) {
        this.#gaps = log.gaps;
        this.#tellStatus();
      }
      this.#feed.takeKills(log);
      const now = log.kills.length + log.dropped;
      if (now > seen) this.#comeForward(lab, log, now - seen);
      seen = now;
      this.#tellBadge();
    });
    scope.defer(() => {
      this.#agents = [];
      this.#gaps = [];
      this.#own.clear();
    });
  }

  #comeForward(lab: Lab, log: KillLog, fresh: number): void {
    if (this.#own.size === 0 || revealKills() === 'never') return;
    const pods = new Map(lab.pods.get().map((pod) => [pod.key, pod]));
    for (const { namespace, podName } of log.kills.slice(-fresh)) {
      const acting = pods.get(`${namespace ?? ''}/${podName ?? ''}`)?.experiments ?? [];
      const own = acting.filter((key) => this.#own.has(key));
      for (const key of own) this.#own.delete(key);
      if (own.length > 0) void this.reveal();
    }
  }

  #tellStatus(): void {
    const now = new Date().toISOString();
    this.#feed.takeStatus(
      this.#status.status(this.#session.state, this.#agents, this.#gaps, now, this.#language),
    );
  }

  /** The number on the tab, for when the page is hidden. */
  #tellBadge(): void {
    if (this.#view === null) return;
    const kills = this.#feed.shown;
    const tooltip = kills === 1 ? vscode.l10n.t('1 OOM kill') : vscode.l10n.t('{0} OOM kills', kills);
    this.#view.badge = kills === 0 ? undefined : { value: kills, tooltip };
  }

  #receive(message: unknown): void {
    if (!isPanelMessage(message)) {
      this.#log.warn('The kills panel sent a message that is none of its protocol; it was ignored.');
      return;
    }
    this.#handle(message);
  }

  #handle(message: PanelMessage): void {
    switch (message.type) {
      case 'ready':
        this.#feed.start();
        return;
      case 'clear':
        this.#feed.clear();
        this.#tellBadge();
        return;
      case 'reveal-pod':
        void this.#revealPod(message.namespace, message.pod);
        return;
      case 'action':
        void this.#act(message.action);
    }
  }

  async #act(action: PanelAction): Promise<void> {
    switch (action) {
      case 'connect':
        await this.#session.open();
        return;
      case 'reconnect':
        await vscode.commands.executeCommand(Commands.reconnect);
        return;
      case 'choose-kubeconfig':
        await vscode.commands.executeCommand(Commands.chooseKubeconfig);
        return;
      case 'show-pods':
        await vscode.commands.executeCommand(`${Views.pods}.focus`);
        return;
      case 'show-log':
        await vscode.commands.executeCommand(Commands.showLog);
    }
  }
}
