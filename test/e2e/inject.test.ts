import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { type StageWithBrowser, startStageWithBrowser } from '../../tools/demo/stage.js';
import { STOP } from '../../tools/demo/steps.js';
import { Cleanup } from '../../tools/system/cleanup.js';
import { processCleanup } from '../../tools/test/process-cleanup.js';
import { takePictures } from '../../tools/vscode/pictures.js';
import type { Workbench } from '../../tools/vscode/workbench.js';

describe('the ways to inject, in VS Code with the installed extension', () => {
  const cleanup = new Cleanup();
  let stage: StageWithBrowser;
  let workbench: Workbench;

  before(async () => {
    processCleanup.defer(() => cleanup.run());
    stage = await startStageWithBrowser({ cleanup, signal: new AbortController().signal });
    ({ workbench } = stage);
    await workbench.showViews('Podstress');
    await workbench.widenSideBar(400);
    await pod().waitFor({ timeout: 60_000 });
  });

  after(() => cleanup.run());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await workbench?.screenshot(`.results/screenshots/inject-failed.png`);
    }
  });

  const pod = (): Locator => workbench.treeRow(/hello-kubernetes-hello-world/).first();
  const rows = (): Locator => workbench.page.locator('.quick-input-list .monaco-list-row');
  const row = (text: string | RegExp): Locator => rows().filter({ hasText: text }).first();

  it('asks step by step what the stress shall be, and tells what each answer means', async () => {
    await workbench.contextMenu(pod(), 'Inject Memory Stress');
    await workbench.inputStep('1/5').waitFor();
    await row(/50 % of the head-room/).waitFor();
    await row(/over the limit.*passes the 500 MiB limit/s).waitFor();
    assert.equal(
      await row(/over the limit/)
        .locator('.codicon-warning')
        .count(),
      1,
    );
    await takePictures(workbench, 'inject-1-size');
    await workbench.inputStep('1/5').locator('input.input').fill('60Mi');
    await row(/Write a size as 50MiB/).waitFor();
    await workbench.screenshot('.results/screenshots/inject-1-size-wrong.png');
    await workbench.answerStep('1/5', '60MiB');
    await workbench.inputStep('2/5').waitFor();
    await takePictures(workbench, 'inject-2-workers');
    await workbench.answerStep('2/5', '4');
    await workbench.inputStep('3/5').waitFor();
    await takePictures(workbench, 'inject-3-duration');
    await workbench.answerStep('3/5', '2m');
    await workbench.inputStep('4/5').waitFor();
    await takePictures(workbench, 'inject-4-ramp');
    await row(/^30s/).click();
    await workbench.inputStep('5/5').waitFor();
    await row(/4 workers share 60 MiB/).waitFor();
    await takePictures(workbench, 'inject-5-review');
  });

  it('goes back, and what was answered is still there', async () => {
    const back = workbench.page.locator('.quick-input-titlebar .codicon-quick-input-back');
    for (const step of ['4/5', '3/5', '2/5', '1/5']) {
      await back.click();
      await workbench.inputStep(step).waitFor();
    }
    await workbench.page
      .locator('.quick-input-list .monaco-list-row.focused', { hasText: '60MiB' })
      .waitFor();
    for (const step of ['1/5', '2/5', '3/5', '4/5']) await workbench.answerStep(step);
    await row(/grows over 30s/).waitFor();
    await row(/60MiB shared by 4 workers/).click();
    await workbench.answerStep('1/5', '70MiB');
    await row(/70MiB shared by 4 workers/).waitFor();
  });

  it('opens it as a manifest of which nothing is wrong', async () => {
    await row('Open as Manifest').click();
    await workbench.editorLine(/--time/).waitFor();
    await workbench
      .codeLens(/Inject into/)
      .nth(1)
      .waitFor();
    await takePictures(workbench, 'inject-manifest');
    const active = workbench.page.locator('.editor-group-container.active .monaco-editor');
    assert.equal(await active.locator('.squiggly-error, .squiggly-warning').count(), 0);
    await workbench.runCommand('View: Revert and Close Editor');
    await workbench.editorLine(/--time/).waitFor({ state: 'detached' });
  });

  it('Enter, Enter and again takes what is offered, and it runs', async () => {
    await workbench.contextMenu(pod(), 'Inject Memory Stress');
    for (const step of ['1/5', '2/5', '3/5', '4/5', '5/5']) await workbench.answerStep(step);
    await workbench
      .treeRow(/hello-kubernetes-hello-world.*stress/s)
      .first()
      .waitFor({ timeout: 30_000 });
    await workbench.contextMenu(pod(), 'Stop');
  });

  it('the explorer injects the experiments that are picked of a file', async () => {
    const file = join(stage.opening.folder, 'several.yaml');
    const one = (name: string) => `apiVersion: chaos-mesh.org/v1alpha1
kind: StressChaos
metadata: {name: ${name}, namespace: chaos-mesh}
spec:
  mode: one
  selector: {namespaces: [hello-kubernetes]}
  stressors:
    memory: {workers: 1, size: 20MiB}
  duration: 1m
`;
    writeFileSync(file, [one('first'), one('second')].join('---\n'));
    await workbench.showViews('Explorer');
    const entry = workbench.treeRow(/several\.yaml/).first();
    await workbench.contextMenu(entry, 'Inject Experiment');
    await row('first').waitFor();
    await takePictures(workbench, 'inject-pick');
    await row('first').click();
    await workbench.page.locator('.quick-input-widget .monaco-button', { hasText: 'OK' }).click();
    await entry.dblclick();
    await workbench.codeLens(STOP).first().waitFor({ timeout: 30_000 });
    assert.equal(await workbench.codeLens(STOP).count(), 1);
  });
});
