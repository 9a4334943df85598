import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { PanelFeed } from '../../src/extension/panel/feed.js';
import { pageHtml } from '../../src/extension/panel/html.js';
import { detailsOf } from '../../src/extension/panel/kill-details.js';
import type { MemoryState } from '../../src/extension/panel/memory-feed.js';
import { panelTexts } from '../../src/extension/panel/texts.js';
import type { NamedKill } from '../../src/lab/types.js';
import type { HostMessage, PanelMessage } from '../../src/protocol/panel/messages.js';
import type { PanelStatus } from '../../src/protocol/panel/status.js';
import { ROOT } from '../../tools/root.js';
import type { Cleanup } from '../../tools/system/cleanup.js';
import { makeRunFolder } from '../../tools/system/run-folder.js';
import { startBrowser } from '../../tools/vscode/browser.js';
import { english } from '../unit/extension/support/language.js';
import { type KillParts, namedKill } from '../unit/extension/support/views.js';

/** Where the page is. */
export const PANEL_ORIGIN = 'http://panel.test';
const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css' };

/** A connection on which one node streams. */
export const LIVE: PanelStatus = {
  phase: 'live',
  context: 'sandbox',
  detail: null,
  since: null,
  nextStep: null,
  nodes: [
    { node: 'vm', state: 'live', since: '2026-11-20T20:00:00Z', detail: null, kernelLog: true, lost: 0 },
  ],
};

/** What the page's init script keeps for the test. */
interface Kept {
  podstressSent: PanelMessage[];
  podstressViolations: string[];
  podstressState: Record<string, unknown>;
}

/** The panel's page in a plain browser, fed by the extension's own feed; only VS Code between them is left out. */
export class PanelInBrowser {
  readonly page: Page;
  readonly feed: PanelFeed;
  readonly #kills: NamedKill[] = [];
  #posted: HostMessage[] = [];
  #due: (() => void)[] = [];

  constructor(page: Page) {
    this.page = page;
    this.feed = new PanelFeed({
      locale: 'en',
      texts: panelTexts(english),
      isEditor: false,
      post: (message) => this.#posted.push(message),
      later: (callback) => {
        this.#due.push(callback);
        return () => {
          this.#due = [];
        };
      },
    });
  }

  async open(status: PanelStatus): Promise<void> {
    await this.page.goto(`${PANEL_ORIGIN}/`);
    await this.page.waitForFunction(() => (window as unknown as Kept).podstressSent.length > 0);
    this.feed.takeStatus(status);
    this.feed.start();
    await this.#deliver();
  }

  async kill(...parts: KillParts[]): Promise<void> {
    this.#kills.push(...parts.map(namedKill));
    this.feed.takeKills({ kills: [...this.#kills], gaps: [], dropped: 0 });
    await this.#frame();
  }

  /** Answers the page's last question for details as the extension does, with these changes to the kill. */
  async answerDetails(changes: Partial<NamedKill['kill']> = {}): Promise<void> {
    const asked = (await this.sent()).findLast((message) => message.type === 'details');
    const named = this.#kills.find(({ id }) => id === asked?.id);
    if (asked === undefined || named === undefined) throw new Error('the page asked for no details');
    const kill = { ...named, kill: { ...named.kill, ...changes } };
    const details = detailsOf(kill, { pods: [], node: null });
    this.#posted.push({ type: 'details', id: asked.id, details });
    await this.#deliver();
  }

  async memory(state: MemoryState): Promise<void> {
    this.feed.takeMemory(state);
    await this.#frame();
  }

  async status(status: PanelStatus): Promise<void> {
    this.feed.takeStatus(status);
    await this.#frame();
  }

  async sent(): Promise<PanelMessage[]> {
    return this.page.evaluate(() => (window as unknown as Kept).podstressSent);
  }

  async violations(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as Kept).podstressViolations);
  }

  /** What the page has VS Code keep. */
  async kept(): Promise<Record<string, unknown>> {
    return this.page.evaluate(() => (window as unknown as Kept).podstressState);
  }

  rows() {
    return this.page.locator('.space [role="row"]');
  }

  async #frame(): Promise<void> {
    for (const callback of this.#due.splice(0)) callback();
    await this.#deliver();
  }

  async #deliver(): Promise<void> {
    for (const message of this.#posted.splice(0)) {
      await this.page.evaluate((data) => window.postMessage(data, '*'), message);
    }
  }
}

/** A browser's page at whose address the panel is, with the same policy as in VS Code. */
export async function openBrowserPage(cleanup: Cleanup): Promise<Page> {
  const context = await startBrowser(makeRunFolder(cleanup), cleanup);
  const page = await context.newPage();
  await page.addInitScript(() => {
    const kept = window as unknown as Kept & { acquireVsCodeApi: unknown };
    kept.podstressSent = [];
    kept.podstressViolations = [];
    kept.podstressState = {};
    document.addEventListener('securitypolicyviolation', (event) =>
      kept.podstressViolations.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
    kept.acquireVsCodeApi = () => ({
      postMessage: (message: PanelMessage) => kept.podstressSent.push(message),
      getState: () => undefined,
      setState: (state: Record<string, unknown>) => {
        kept.podstressState = state;
      },
    });
  });
  await page.route(`${PANEL_ORIGIN}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') {
      const body = pageHtml({
        scriptUri: `${PANEL_ORIGIN}/panel.js`,
        styleUri: `${PANEL_ORIGIN}/panel.css`,
        nonce: 'abc',
        language: 'en',
        title: 'OOM Kills',
      });
      await route.fulfill({ contentType: 'text/html', body });
      return;
    }
    const contentType = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'text/plain';
    await route.fulfill({ contentType, body: readFileSync(join(ROOT, 'dist/webview', name)) });
  });
  return page;
}
