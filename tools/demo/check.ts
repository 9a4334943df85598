import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.js';
import { Cleanup } from '../system/cleanup.js';
import type { Remains } from './remains.js';
import { startStageWithBrowser } from './stage.js';
import { STEPS, type Story } from './steps.js';

const PICTURES = join(ROOT, '.demo');

/** Plays the demo by itself: a line and a picture for each step. Answers the exit code, 0 only where all held. */
export async function checkDemo(cleanup: Cleanup, signal: AbortSignal): Promise<number> {
  rmSync(PICTURES, { recursive: true, force: true });
  const startedAt = performance.now();
  // A cleanup of its own, as the last step is what is left when all has ended.
  const own = new Cleanup();
  cleanup.defer(() => own.run());
  const report = new Report();
  let remains: Remains | null = null;
  try {
    const stage = await startStageWithBrowser({ cleanup: own, signal });
    remains = stage.remains;
    report.line(true, 'sandbox, VS Code and browser run', `${seconds(startedAt)} s`);
    await playSteps({ stage, idle: new Map() }, report, signal);
  } catch (error) {
    signal.throwIfAborted();
    report.line(false, 'start', explain(error));
  }
  remains?.observe();
  await own.run();
  if (remains !== null) {
    const left = await remains.left();
    report.line(
      left.length === 0,
      'the end leaves nothing',
      left.length === 0 ? `gone: ${remains.seen()}` : left.join(', '),
    );
  }
  console.log(
    `${report.failures === 0 ? 'All held' : `${report.failures} did not hold`} (${seconds(startedAt)} s), pictures in .demo/`,
  );
  return report.failures === 0 ? 0 : 1;
}

async function playSteps(story: Story, report: Report, signal: AbortSignal): Promise<void> {
  const { workbench } = story.stage;
  for (const [index, step] of STEPS.entries()) {
    signal.throwIfAborted();
    let held = true;
    let seen: string;
    try {
      seen = await step.run(story);
    } catch (error) {
      held = false;
      seen = explain(error);
    }
    story.stage.remains.observe();
    await workbench.screenshot(join(PICTURES, `${String(index + 1).padStart(2, '0')}-${step.id}.png`));
    report.line(held, step.title, seen);
    // What follows builds on what went before.
    if (!held) return;
  }
}

class Report {
  failures = 0;

  line(held: boolean, title: string, seen: string): void {
    if (!held) this.failures += 1;
    console.log(`${held ? '✔' : '✘'} ${title}: ${seen}`);
  }
}

/** The message without the browser driver's log of its attempts. */
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = message] = message.split('\nCall log');
  return first;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
