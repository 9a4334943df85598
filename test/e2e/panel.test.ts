import { type StageWithBrowser, startStageWithBrowser } from '../../tools/demo/stage.js';
import type { Story } from '../../tools/demo/steps.js';
import { PANEL_STEPS } from '../../tools/screenshots/panel-steps.js';
import { Cleanup } from '../../tools/system/cleanup.js';
import { processCleanup } from '../../tools/test/process-cleanup.js';

describe('the memory panel, in VS Code with the installed extension', () => {
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

  for (const step of PANEL_STEPS) {
    it(step.title, async function () {
      // Each step builds on the one before.
      if (broken) this.skip();
      try {
        await step.run(story);
      } catch (error) {
        broken = true;
        await stage.workbench.screenshot(`.results/screenshots/failed-panel-${step.id}.png`);
        throw error;
      }
    });
  }
});
