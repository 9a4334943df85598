import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { buildVsix } from '../../tools/build/vsix.js';
import { startSandbox } from '../../tools/demo/sandbox.js';
import { ensureCodeServer } from '../../tools/setup/code-server.js';
import { Cleanup } from '../../tools/system/cleanup.js';
import { makeRunFolder, subfolder } from '../../tools/system/run-folder.js';
import { processCleanup } from '../../tools/test/process-cleanup.js';
import { workbenchAddress } from '../../tools/vscode/address.js';
import { startBrowser } from '../../tools/vscode/browser.js';
import { takePictures } from '../../tools/vscode/pictures.js';
import { startVsCode } from '../../tools/vscode/server.js';
import { Workbench } from '../../tools/vscode/workbench.js';

describe('the Nodes view: the agent is installed and removed, in VS Code against a sandbox without agent', function () {
  this.timeout(180_000);
  const cleanup = new Cleanup();
  let workbench: Workbench;
  let kubeconfig = '';

  before(async () => {
    processCleanup.defer(() => cleanup.run());
    const { signal } = new AbortController();
    const vsix = await buildVsix();
    const install = await ensureCodeServer();
    const runFolder = makeRunFolder(cleanup);
    ({ kubeconfig } = await startSandbox(runFolder, cleanup, signal, ['--no-agent']));
    const settings = { 'podstress.kubeconfig': kubeconfig };
    const server = await startVsCode({ install, runFolder, cleanup, signal, vsix, settings });
    const context = await startBrowser(runFolder, cleanup);
    context.setDefaultTimeout(30_000);
    workbench = new Workbench(context.pages()[0] ?? (await context.newPage()));
    await workbench.open(workbenchAddress(server, { folder: subfolder(runFolder, 'empty') }));
    await workbench.showViews('Podstress');
    await workbench.widenSideBar(460);
  });
  after(() => cleanup.run());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await workbench.screenshot('.results/screenshots/nodes-failed.png');
    }
  });

  it('shows the node, that it has no agent, and why that matters', async () => {
    await workbench.expandView('Nodes');
    const row = workbench.treeRow(/^Node \S+, ready, kernel \S+, no agent/);
    await row.waitFor();
    await row.locator('.monaco-tl-twistie').click();
    await workbench.treeRow('cgroup version: known once an agent runs there').waitFor();
  });

  it('asks what the agent may do, shows the manifests, and installs them when told to', async () => {
    const row = workbench.treeRow(/^Node /);
    await row.hover();
    await row.getByRole('button', { name: /^Install Agent/ }).click();
    await workbench.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'Everything' })
      .waitFor();
    await takePictures(workbench, 'nodes-levels');
    await workbench.pickRow('Everything, stress included');
    await workbench.answerInput('Install Agent: its image', 'podstress-agent:0.1.0');
    await workbench.editorLine('kind: Namespace').waitFor();
    await workbench.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'Nothing is changed' })
      .waitFor();
    await takePictures(workbench, 'nodes-manifests');
    await workbench.pickRow(/^Install/);
    await workbench.treeRow(/^Node .*cgroup v[12], agent live/).waitFor({ timeout: 90_000 });
    await workbench.treeRow(/^Agent: agent live .*may stress/).waitFor();
    await workbench.page.locator('.notification-toast').filter({ hasText: 'and answers' }).waitFor();
    await takePictures(workbench, 'nodes-live');
  });

  it('removes it again and leaves nothing', async () => {
    const row = workbench.treeRow(/^Node /);
    await row.hover();
    await row.getByRole('button', { name: /^Remove Agent/ }).click();
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    await takePictures(workbench, 'nodes-remove');
    await dialog.getByRole('button', { name: 'Remove Agent' }).click();
    await workbench.page
      .locator('.notification-toast')
      .filter({ hasText: 'nothing of it is left' })
      .waitFor({ timeout: 90_000 });
    await workbench.treeRow(/^Node .*no agent/).waitFor();
    const seen = spawnSync('kubectl', ['--kubeconfig', kubeconfig, 'get', 'namespace', 'podstress'], {
      encoding: 'utf8',
    });
    // Optional: neither Debian nor npm has kubectl.
    if (seen.error === undefined) assert.match(seen.stderr, /not found/);
  });
});
