import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { type StageWithBrowser, startStageWithBrowser } from '../../tools/demo/stage.js';
import { Cleanup } from '../../tools/system/cleanup.js';
import { processCleanup } from '../../tools/test/process-cleanup.js';
import { takePictures } from '../../tools/vscode/pictures.js';
import type { Workbench } from '../../tools/vscode/workbench.js';

/** How long something may take to be on the screen of a busy machine, ms. */
const PATIENCE_MS = 30_000;

describe('a look into Pods, in VS Code with the installed extension', () => {
  const cleanup = new Cleanup();
  let stage: StageWithBrowser;
  let workbench: Workbench;

  before(async () => {
    processCleanup.defer(() => cleanup.run());
    stage = await startStageWithBrowser({ cleanup, signal: new AbortController().signal });
    ({ workbench } = stage);
    await workbench.showViews('Podstress');
    await pod().waitFor({ timeout: 60_000 });
  });

  after(() => cleanup.run());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await workbench?.screenshot(`.results/screenshots/pods-failed.png`);
    }
  });

  const pod = (): Locator => workbench.treeRow(/hello-kubernetes-hello-world/).first();
  const choose = (item: string) => workbench.contextMenu(pod(), item);

  /** The lines of the terminal that is shown. Its rows are drawn on a canvas, so they are read as a screen reader does. */
  const terminalHas = async (text: RegExp): Promise<void> => {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const rows = await workbench.page
        .locator('.terminal-wrapper.active .xterm-rows > div')
        .allTextContents();
      const shown = rows.join('\n').replaceAll('\u00a0', ' ');
      if (text.test(shown)) return;
      if (Date.now() > deadline) throw new Error(`the terminal does not show ${text}, but:\n${shown}`);
      await workbench.page.waitForTimeout(50);
    }
  };

  it('opens a shell that answers, in the container', async () => {
    await choose('Open Shell');
    await terminalHas(/Shell in hello-kubernetes of hello-kubernetes\/hello-kubernetes-hello-world/);
    await terminalHas(/[#$] *$/m);
    await workbench.page.keyboard.type('echo "I am $HOSTNAME"; stty size');
    await workbench.page.keyboard.press('Enter');
    await terminalHas(/I am hello-kubernetes-hello-world-\S+\s+\d+ \d+/);
    await takePictures(workbench, 'shell');
    await workbench.page.keyboard.type('exit 3');
    await workbench.page.keyboard.press('Enter');
    await terminalHas(/The shell ended with exit code 3\./);
  });

  it('follows the log until Ctrl+C', async () => {
    await choose('Follow Log');
    await terminalHas(/Log of hello-kubernetes in hello-kubernetes\/hello-kubernetes-hello-world/);
    await takePictures(workbench, 'log');
    await workbench.page.locator('.terminal-wrapper.active').click();
    await workbench.page.keyboard.press('Control+c');
    await terminalHas(/Stopped\.\s+— Press any key/);
  });

  it('opens the log as a document', async () => {
    await choose('Open Log');
    await workbench.editorLine(/listening\son\s8080/).waitFor();
  });

  it('describes the Pod, its memory first, and shows its YAML, both to be read only', async () => {
    await choose('Describe');
    await workbench.editorLine(/Memory:/).waitFor();
    await workbench.editorLine(/500Mi/).waitFor();
    await takePictures(workbench, 'describe');
    await choose('Show YAML');
    await workbench.editorLine(/apiVersion:/).waitFor();
    assert.equal(
      await workbench.page
        .locator('.monaco-editor .squiggly-error, .monaco-editor .squiggly-warning')
        .count(),
      0,
    );
    await takePictures(workbench, 'yaml');
  });
});
