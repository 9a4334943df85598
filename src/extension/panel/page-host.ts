import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { DetailsMessage, PanelMessage, PanelTab } from '../../protocol/panel/messages.js';
import { isPanelMessage } from '../../protocol/panel/validate.js';
import { DisposableList } from '../disposables.js';
import type { Language } from '../present/localizer.js';
import { PanelFeed } from './feed.js';
import { pageHtml } from './html.js';
import type { PanelModel } from './model.js';
import { panelTexts } from './texts.js';

/** What a page asks for and the page itself cannot do. */
export type PageRequest = Exclude<PanelMessage, { type: 'ready' | 'seen' | 'clear' | 'select' | 'unpin' }>;

export interface PageHostOptions {
  readonly webview: vscode.Webview;
  readonly isEditor: boolean;
  readonly model: PanelModel;
  readonly language: Language;
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  onRequest(request: PageRequest, host: PageHost): void;
  /** How many kills the page shows. */
  onCount(kills: number): void;
}

/** One page of the panel, wherever VS Code shows it: fed while it is seen. */
export class PageHost implements vscode.Disposable {
  readonly #options: PageHostOptions;
  readonly #scope = new DisposableList();
  readonly #feed: PanelFeed;
  /** Shown as soon as the page listens. */
  #tab: PanelTab | null = null;

  constructor(options: PageHostOptions) {
    this.#options = options;
    const { webview, model, language, isEditor } = options;
    this.#feed = new PanelFeed({
      locale: language.locale,
      texts: panelTexts(language),
      isEditor,
      post: (message) => void webview.postMessage(message),
      later: (callback, milliseconds) => {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
    });
    this.#scope.defer(() => this.hide());
    this.#scope.add(webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    this.#scope.add(model.onStatus((status) => this.#feed.takeStatus(status)));
    this.#scope.add(model.onMemory((state) => this.#feed.takeMemory(state)));
    this.#scope.add(
      model.onKills((log) => {
        this.#feed.takeKills(log);
        this.#tellCount();
      }),
    );
    this.#scope.add(
      model.onReset(() => {
        this.#feed.reset();
        this.#tellCount();
      }),
    );
    this.#feed.takeStatus(model.status);
    this.#feed.takeKills(model.kills);
    this.#feed.takeMemory(model.memory);
    this.#load();
  }

  /** The kills that the page shows, oldest first. */
  get kills() {
    return this.#feed.kills.shown;
  }

  dispose(): void {
    this.#scope.dispose();
  }

  /** The page is not seen any more: it is told nothing until it asks again. */
  hide(): void {
    this.#feed.stop();
    this.#options.model.see(this, []);
  }

  /** Answers what the page asked for. */
  answer(message: DetailsMessage): void {
    void this.#options.webview.postMessage(message);
  }

  /** Brings a part of the page forward, at once or when the page is there. */
  show(tab: PanelTab): void {
    if (this.#feed.isListening) void this.#options.webview.postMessage({ type: 'show', tab });
    else this.#tab = tab;
  }

  #load(): void {
    const { webview, extensionUri, language } = this.#options;
    const root = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    webview.html = pageHtml({
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(root, 'panel.js')).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(root, 'panel.css')).toString(),
      nonce: randomBytes(18).toString('base64url'),
      language: language.locale,
      title: vscode.l10n.t('Pod Memory'),
    });
  }

  #receive(message: unknown): void {
    const { model, log, onRequest } = this.#options;
    if (!isPanelMessage(message)) {
      log.warn('The memory panel sent a message that is none of its protocol; it was ignored.');
      return;
    }
    switch (message.type) {
      case 'ready':
        this.#start();
        return;
      case 'seen':
        model.see(this, message.tabs);
        return;
      case 'clear':
        this.#feed.clear();
        this.#tellCount();
        return;
      case 'select':
        model.select(message.key);
        return;
      case 'unpin':
        void model.unpin(message.pod);
        return;
      default:
        onRequest(message, this);
    }
  }

  #start(): void {
    this.#feed.start();
    this.#tellCount();
    if (this.#tab !== null) this.show(this.#tab);
    this.#tab = null;
  }

  #tellCount(): void {
    this.#options.onCount(this.#feed.kills.shown.length);
  }
}
