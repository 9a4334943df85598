import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type StageWithBrowser, startStageWithBrowser } from '../../tools/demo/stage.js';
import { STOP } from '../../tools/demo/steps.js';
import { Cleanup } from '../../tools/system/cleanup.js';
import { waitFor } from '../../tools/system/wait.js';
import { processCleanup } from '../../tools/test/process-cleanup.js';
import type { Workbench } from '../../tools/vscode/workbench.js';

const ARRIVED = /Running.* · (49|5\d) of 50 MiB arrived/;

describe('a restart from under a stress, in VS Code with the installed extension', () => {
  const cleanup = new Cleanup();
  let stage: StageWithBrowser;
  let workbench: Workbench;

  before(async () => {
    processCleanup.defer(() => cleanup.run());
    stage = await startStageWithBrowser({ cleanup, signal: new AbortController().signal });
    ({ workbench } = stage);
    await workbench.showViews('Podstress');
    await workbench
      .treeRow(/hello-kubernetes-hello-world/)
      .first()
      .waitFor({ timeout: 60_000 });
  });

  after(() => cleanup.run());

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await workbench?.screenshot(`.results/screenshots/reinject-failed.png`);
    }
  });

  const lensSays = (text: RegExp) =>
    waitFor(
      `the lens says ${text}`,
      async () => (await workbench.codeLensTexts()).find((lens) => text.test(lens)),
      { timeoutMs: 60_000 },
    );
  /** A lens that is drawn anew while it is clicked has not been clicked. */
  const injectByLens = async (): Promise<void> => {
    for (let attempt = 1; attempt <= 5; attempt++) {
      await workbench
        .codeLens(/Inject into/)
        .first()
        .click();
      const stop = workbench.codeLens(STOP).first();
      const shown = await stop.waitFor({ timeout: 10_000 }).then(
        () => true,
        () => false,
      );
      if (shown) return;
    }
  };
  const question = () => workbench.page.locator('.notification-toast').filter({ hasText: 'was' });

  it('is named where it happened, and asked about once', async () => {
    await workbench
      .codeLens(/Inject into/)
      .first()
      .waitFor({ timeout: 40_000 });
    await injectByLens();
    await lensSays(ARRIVED);
    process.kill(serverOf(stage.sandbox.pid), 'SIGKILL');
    await question().first().waitFor({ timeout: 40_000 });
    const [text = '', ...others] = await workbench.notifications();
    assert.match(
      text,
      /hello-kubernetes-hello-world-\S+: the container was .*restarted: the stress is gone\./,
    );
    assert.match(text, /Inject \S+ again\? Chaos Mesh pauses it in all of its 2 containers for a moment\./);
    assert.deepEqual(others, []);
    await lensSays(/1 of 2: the container was .*restarted: the stress is gone/);
  });

  it('gets its stress back', async () => {
    await question().getByText('Inject Again', { exact: true }).click();
    await lensSays(ARRIVED);
    assert.deepEqual(await workbench.notifications(), []);
  });
});

/** The first process of the container of one of the demo's Pods, by our own pids. */
function serverOf(sandbox: number): number {
  const found = descendants(sandbox).find(
    (pid) =>
      /^NSpid:.*\t1$/m.test(textOf(`/proc/${pid}/status`)) &&
      textOf(`/proc/${pid}/cmdline`).split('\0').includes('hello-kubernetes'),
  );
  assert.ok(found !== undefined, 'no server runs below the sandbox');
  return found;
}

function descendants(root: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => [Number(pid), Number(/\) \S (\d+) /.exec(textOf(`/proc/${pid}/stat`))?.[1])] as const);
  const below = (pid: number): readonly number[] =>
    parents.filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...below(child)]);
  return below(root);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
