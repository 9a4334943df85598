import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { settle, startStageWithBrowser } from '../demo/stage.js';
import type { Step, Story } from '../demo/steps.js';
import { ROOT } from '../root.js';
import { ensureCodeServer } from '../setup/code-server.js';
import { CHROMIUM, ensurePrograms, IP, NAMESPACES, STRESS_NG } from '../setup/debian.js';
import { SetupError } from '../setup/error.js';
import { Cleanup, withCleanup } from '../system/cleanup.js';
import { whyNoPods } from '../system/memory-cgroup.js';
import { takePictures } from '../vscode/pictures.js';
import { PANEL_STEPS } from './panel-steps.js';
import { STATE_STEPS } from './state-steps.js';

/** Where the pictures go; ignored by git. */
export const PICTURES = join(ROOT, '.screenshots');

/** Plays what a user of the panel does and takes a picture of each state in every theme. Answers the exit code. */
export async function main(): Promise<number> {
  try {
    const reason = whyNoPods();
    if (reason !== null) throw new SetupError(reason);
    await ensurePrograms([STRESS_NG, IP, ...NAMESPACES, CHROMIUM]);
    await ensureCodeServer();
    return await withCleanup(play);
  } catch (error) {
    console.error(`podstress: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

async function play(cleanup: Cleanup, signal: AbortSignal): Promise<number> {
  rmSync(PICTURES, { recursive: true, force: true });
  await playOne(PANEL_STEPS, true, cleanup, signal);
  await playOne(STATE_STEPS, false, cleanup, signal);
  console.log(`${PANEL_STEPS.length + STATE_STEPS.length} states in every theme, in .screenshots/`);
  return 0;
}

/** Plays one story on a stage of its own. */
async function playOne(
  steps: readonly Step[],
  agent: boolean,
  cleanup: Cleanup,
  signal: AbortSignal,
): Promise<void> {
  const own = new Cleanup();
  cleanup.defer(() => own.run());
  const stage = await startStageWithBrowser({ cleanup: own, signal, agent });
  const story: Story = { stage, idle: new Map() };
  for (const step of steps) {
    signal.throwIfAborted();
    const seen = await step.run(story).catch(async (error: unknown) => {
      await stage.workbench.screenshot(join(PICTURES, `failed-${step.id}.png`));
      throw error;
    });
    await settle();
    await takePictures(stage.workbench, step.id, PICTURES);
    console.log(`${step.id}: ${seen}`);
  }
  await own.run();
}
