import assert from 'node:assert/strict';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildVsix } from '../../tools/build/vsix.js';
import { ROOT } from '../../tools/root.js';
import { ensureCodeServer } from '../../tools/setup/code-server.js';
import { Cleanup } from '../../tools/system/cleanup.js';
import { makeRunFolder, subfolder } from '../../tools/system/run-folder.js';
import { processCleanup } from '../../tools/test/process-cleanup.js';
import { workbenchAddress } from '../../tools/vscode/address.js';
import { startBrowser } from '../../tools/vscode/browser.js';
import { startVsCode } from '../../tools/vscode/server.js';
import { Workbench } from '../../tools/vscode/workbench.js';
import { MiniApi } from '../unit/lab/mini-api.js';

const STATUS = 'podstress.podstress.podstress.connection';
const EXEC = { apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' };

/** The kubeconfig's contexts, each of its own cluster and user. */
function kubeconfig(contexts: Readonly<Record<string, { cluster: object; user?: object }>>): string {
  const names = Object.entries(contexts);
  return JSON.stringify({
    contexts: names.map(([name]) => ({ name, context: { cluster: name, user: name, namespace: 'shop' } })),
    clusters: names.map(([name, { cluster }]) => ({ name, cluster })),
    users: names.map(([name, { user = { token: 'sesame' } }]) => ({ name, user })),
  });
}

function reach({ server }: MiniApi): { server: string; 'certificate-authority-data': string } {
  return { server: server.url, 'certificate-authority-data': server.ca };
}

async function startApi(cleanup: Cleanup, ...pods: readonly string[]): Promise<MiniApi> {
  const api = await MiniApi.start();
  cleanup.defer(() => api.server.close());
  for (const pod of pods) api.put(...(pod.split('/') as [string, string]));
  return api;
}

interface StageOptions {
  readonly kubeconfig: string;
  readonly workspaceTrust?: boolean;
}

async function startStage(cleanup: Cleanup, options: StageOptions): Promise<Workbench> {
  const runFolder = makeRunFolder(cleanup);
  const path = join(runFolder, 'config');
  writeFileSync(path, options.kubeconfig);
  const server = await startVsCode({
    install: await ensureCodeServer(),
    vsix: await buildVsix(),
    runFolder,
    cleanup,
    testDriver: true,
    workspaceTrust: options.workspaceTrust === true,
    settings: { 'podstress.kubeconfig': path, 'podstress.namespaces': ['bank'] },
  });
  const context = await startBrowser(runFolder, cleanup);
  context.setDefaultTimeout(20_000);
  const workbench = new Workbench(context.pages()[0] ?? (await context.newPage()));
  const folder = subfolder(runFolder, 'workspace');
  const extensionFolder = join(ROOT, 'test/editor/kubernetes-extension-stand-in');
  await workbench.open(workbenchAddress(server, { folder, extensionFolder }));
  return workbench;
}

describe('the connection in VS Code', () => {
  const cleanup = new Cleanup();
  let workbench: Workbench;
  let production: MiniApi;

  before(async function () {
    this.timeout(180_000);
    processCleanup.defer(() => cleanup.run());
    production = await startApi(cleanup, 'shop/web-1', 'shop/web-2', 'bank/ledger');
    const limited = await startApi(cleanup, 'shop/web-1', 'bank/ledger');
    limited.allowed = ['shop'];
    const forbidden = await startApi(cleanup);
    forbidden.allowed = [];
    const expired = await startApi(cleanup);
    expired.fault = 'status-401';
    workbench = await startStage(cleanup, {
      kubeconfig: kubeconfig({
        production: { cluster: reach(production) },
        insecure: { cluster: { server: production.server.url, 'insecure-skip-tls-verify': true } },
        limited: { cluster: reach(limited) },
        forbidden: { cluster: reach(forbidden) },
        expired: { cluster: reach(expired) },
        stranger: { cluster: { server: production.server.url } },
        away: { cluster: { server: 'https://127.0.0.1:1' } },
        plugin: { cluster: reach(production), user: { exec: { ...EXEC, command: 'no-such-login-program' } } },
      }),
    });
  });

  after(() => cleanup.run());

  const status = () => workbench.statusItem(STATUS);
  const views = () => workbench.page.locator('.sidebar');

  async function picture(name: string): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.screenshot(join(ROOT, '.results/screenshots', `connection-${name}-${theme}.png`));
    }
  }

  /** Chooses by a click on the status bar. */
  async function choose(context: string): Promise<void> {
    await status().locator('a').click();
    await pick(context);
  }

  async function pick(context: string): Promise<void> {
    // Typed, as the list draws only the rows in sight.
    await workbench.page.locator('.quick-input-widget input.input').fill(context);
    await workbench.pickRow(`user ${context}`);
  }

  async function statusIs(text: RegExp): Promise<void> {
    await status().filter({ hasText: text }).waitFor();
  }

  it('is not in the status bar before a cluster is needed, and nothing pops up', async () => {
    await workbench.page.locator('.statusbar-item').first().waitFor();
    await sleep(2_000);
    assert.equal(await status().count(), 0);
    assert.deepEqual(await workbench.notifications(), []);
  });

  it('asks for a context where the kubeconfig names none', async () => {
    await workbench.showViews('Podstress');
    await statusIs(/no context/);
    await views().getByText('names no current context').waitFor();
    await views().getByRole('button', { name: 'Choose Context…' }).click();
    await workbench.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await picture('choose');
    await pick('production');
    await statusIs(/^\s*production$/);
    await workbench.treeRow(/web-1/).waitFor();
    assert.match((await views().textContent()) ?? '', /production · live/);
    await picture('live');
  });

  const states: readonly [string, RegExp, RegExp][] = [
    ['insecure', /insecure: certificate not checked/, /The certificate of .* is not checked/],
    ['limited', /^\s*limited$/, /You may not list Pods of all namespaces\. Shown: shop\..*Refused: bank\./s],
    ['forbidden', /forbidden: forbidden/, /does not let you list Pods/],
    ['expired', /expired: login refused or expired/, /does not accept the login/],
    ['stranger', /stranger: certificate not trusted/, /certificate is not trusted/],
    ['away', /away: unreachable/, /does not answer/],
    ['plugin', /plugin: credential plugin failed/, /names for the login/],
  ];
  for (const [context, text, explanation] of states) {
    it(`${context}: says so in the status bar and above the Pods`, async () => {
      await choose(context);
      await statusIs(text);
      await views().getByText(explanation).first().waitFor();
      await picture(context);
      assert.deepEqual(await workbench.notifications(), []);
    });
  }

  it('shows behind the status bar what the plugin’s search looked like', async () => {
    await status().hover();
    const hover = workbench.page.locator('.monaco-hover').filter({ hasText: 'no-such-login-program' });
    await hover.waitFor();
    assert.match((await hover.textContent()) ?? '', /was\snot\sfound\son\sthe\sPATH/);
    await picture('tooltip');
    await workbench.page.keyboard.press('Escape');
  });

  it('stale: what is shown gets old while the server is away, and is live again', async () => {
    await choose('production');
    await statusIs(/^\s*production$/);
    await workbench.treeRow(/web-1/).waitFor();
    production.break('cut');
    await statusIs(/production: stale since/);
    await picture('stale');
    production.break('none');
    await statusIs(/^\s*production$/);
  });

  it('offers the stress on a Pod of the Kubernetes extension’s tree (a stand-in)', async () => {
    await workbench.showViews('Kubernetes');
    await workbench.contextMenu(workbench.treeRow(/web-1/), 'Inject Memory Stress');
    await workbench.page
      .locator('.quick-input-widget')
      .filter({ hasText: 'Memory stress for web-1' })
      .waitFor();
    await picture('kubernetes-tree');
    await workbench.page.keyboard.press('Escape');
    await workbench.showViews('Podstress');
  });

  it('the context stays chosen for the workspace when the window is loaded again', async () => {
    await workbench.page.reload();
    await workbench.page.locator('.monaco-workbench').waitFor();
    await workbench.showViews('Podstress');
    await statusIs(/^\s*production$/);
  });
});

describe('a workspace that is not trusted', () => {
  const cleanup = new Cleanup();
  let workbench: Workbench;
  let ran: string;

  before(async function () {
    this.timeout(180_000);
    processCleanup.defer(() => cleanup.run());
    const api = await startApi(cleanup, 'shop/web-1');
    const folder = makeRunFolder(cleanup);
    ran = join(folder, 'ran');
    const plugin = join(folder, 'plugin');
    const credential = { ...EXEC, kind: 'ExecCredential', status: { token: 'sesame' } };
    writeFileSync(plugin, `#!/bin/sh\ntouch ${ran}\necho '${JSON.stringify(credential)}'\n`);
    chmodSync(plugin, 0o755);
    const config = JSON.parse(
      kubeconfig({ only: { cluster: reach(api), user: { exec: { ...EXEC, command: plugin } } } }),
    ) as object;
    workbench = await startStage(cleanup, {
      kubeconfig: JSON.stringify({ ...config, 'current-context': 'only' }),
      workspaceTrust: true,
    });
  });

  after(() => cleanup.run());

  it('runs no credential plugin until it is trusted', async () => {
    await workbench.showViews('Podstress');
    await workbench.statusItem(STATUS).filter({ hasText: 'workspace not trusted' }).waitFor();
    await workbench.screenshot(join(ROOT, '.results/screenshots/connection-untrusted.png'));
    await workbench.runCommand('Podstress: Reconnect');
    await workbench.statusItem(STATUS).filter({ hasText: 'workspace not trusted' }).waitFor();
    assert.equal(existsSync(ran), false, 'the plugin has run');
    await workbench.page.locator('.sidebar').getByRole('button', { name: 'Manage Workspace Trust' }).click();
    await workbench.page
      .locator('.workspace-trust-editor')
      .getByRole('button', { name: 'Trust', exact: true })
      .click();
    await workbench
      .statusItem(STATUS)
      .filter({ hasText: /^\s*only$/ })
      .waitFor();
    assert.equal(existsSync(ran), true);
  });
});
