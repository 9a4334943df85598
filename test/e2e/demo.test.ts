import assert from 'node:assert/strict';
import { type StageWithBrowser, startStageWithBrowser } from '../../tools/demo/stage.js';
import { STEPS, type Story } from '../../tools/demo/steps.js';
import { Cleanup } from '../../tools/system/cleanup.js';
import { processCleanup } from '../../tools/test/process-cleanup.js';
import { takePictures } from '../../tools/vscode/pictures.js';

/** The steps at whose end the window is worth looking at in every theme. */
const PICTURED: ReadonlyMap<string, string> = new Map([
  ['inject', 'inject'],
  ['kills', 'kills'],
]);

describe('from manifest to kernel and back, in VS Code with the installed extension', () => {
  const cleanup = new Cleanup();
  let stage: StageWithBrowser;
  let story: Story;
  let broken = false;

  before(async () => {
    processCleanup.defer(() => cleanup.run());
    stage = await startStageWithBrowser({ cleanup, signal: new AbortController().signal });
    story = { stage, idle: new Map() };
  });

  after(() => cleanup.run());

  for (const step of STEPS) {
    it(step.title, async function () {
      // Each step builds on the one before.
      if (broken) this.skip();
      try {
        await step.run(story);
      } catch (error) {
        broken = true;
        await stage.workbench.screenshot('.results/screenshots/failed.png');
        throw error;
      } finally {
        stage.remains.observe();
      }
      const picture = PICTURED.get(step.id);
      if (picture !== undefined) await takePictures(stage.workbench, picture);
    });
  }

  it('the end leaves nothing: no process, cgroup, port or folder', async () => {
    stage.remains.observe();
    await cleanup.run();
    assert.deepEqual(await stage.remains.left(), []);
  });
});
