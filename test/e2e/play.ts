import { type StageOptions, type StageWithBrowser, startStageWithBrowser } from '../../tools/demo/stage.js';
import type { Step, Story } from '../../tools/demo/steps.js';
import { Cleanup } from '../../tools/system/cleanup.js';
import { processCleanup } from '../../tools/test/process-cleanup.js';

/** A test for each step, in one window of the real VS Code; what follows a broken one is skipped. */
export function playInE2e(
  steps: readonly Step[],
  options: Omit<StageOptions, 'cleanup' | 'signal'> & {
    /** After each step that held. */
    readonly onStep?: (step: Step, stage: StageWithBrowser) => Promise<void>;
  } = {},
): { readonly cleanup: Cleanup; stage(): StageWithBrowser } {
  const { onStep, ...stageOptions } = options;
  const cleanup = new Cleanup();
  let stage: StageWithBrowser;
  let story: Story;
  let broken = false;

  before(async () => {
    processCleanup.defer(() => cleanup.run());
    stage = await startStageWithBrowser({ ...stageOptions, cleanup, signal: new AbortController().signal });
    story = { stage, idle: new Map() };
  });

  after(() => cleanup.run());

  for (const step of steps) {
    it(step.title, async function () {
      // Each step builds on the one before.
      if (broken) this.skip();
      try {
        await step.run(story);
      } catch (error) {
        broken = true;
        await stage.workbench.screenshot(`.results/screenshots/failed-${step.id}.png`);
        throw error;
      } finally {
        stage.remains.observe();
      }
      await onStep?.(step, stage);
    });
  }
  return { cleanup, stage: () => stage };
}
