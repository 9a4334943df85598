import assert from 'node:assert/strict';
import { podsSeen } from '../../tools/demo/pods.js';
import { STEPS, STOP, type Step, type Story } from '../../tools/demo/steps.js';
import { waitFor } from '../../tools/system/wait.js';
import { takePictures } from '../../tools/vscode/pictures.js';
import type { Workbench } from '../../tools/vscode/workbench.js';
import { playInE2e } from './play.js';

const PATIENCE = { timeoutMs: 60_000, intervalMs: 200 };

/** Clicks a lens again and again until its effect is there: a click may fall between two drawings of it. */
async function click(workbench: Workbench, lens: RegExp, effect: () => Promise<boolean>): Promise<void> {
  for (let attempt = 1; attempt <= 4; attempt++) {
    await workbench.codeLens(lens).first().click();
    const came = await waitFor(`what ${lens} does`, async () => ((await effect()) ? true : null), {
      timeoutMs: 15_000,
      intervalMs: 100,
    }).catch(() => null);
    if (came !== null) return;
  }
  throw new Error(`${lens} did nothing; lenses: ${(await workbench.codeLensTexts()).join(' | ')}`);
}

async function lensText(workbench: Workbench, what: RegExp): Promise<string> {
  return waitFor(
    `a lens that says ${what}`,
    async () => (await workbench.codeLensTexts()).find((text) => what.test(text)) ?? null,
    PATIENCE,
  );
}

/** How much more each Pod holds than before any stress, MiB. */
async function added({ stage, idle }: Story): Promise<number[]> {
  const pods = await podsSeen(stage.workbench);
  return pods.map(({ name, workingSetMiB }) => workingSetMiB - (idle.get(name) ?? Number.NaN));
}

function both(story: Story, what: string, holds: (addedMiB: number) => boolean): Promise<number[]> {
  return waitFor(
    what,
    async () => {
      const all = await added(story);
      return all.length === 2 && all.every(holds) ? all : null;
    },
    PATIENCE,
  );
}

async function notified(workbench: Workbench, what: RegExp): Promise<boolean> {
  return (await workbench.notifications()).some((text) => what.test(text));
}

async function clearNotifications(workbench: Workbench): Promise<void> {
  await workbench.runCommand('Notifications: Clear All Notifications');
  await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

const OWN: readonly Step[] = [
  {
    id: 'dry-run',
    title: 'Dry run: the API server and the webhooks accept the manifest',
    async run({ stage: { workbench } }) {
      const accepted = /accepted by the API server and Chaos Mesh’s webhooks/;
      await click(workbench, /Dry run/, () => notified(workbench, accepted));
      await clearNotifications(workbench);
      return 'accepted';
    },
  },
  {
    id: 'dry-run-refused',
    title: 'Dry run of a size that the webhook does not read: its words, and a mark at the value',
    async run({ stage: { workbench } }) {
      await workbench.replaceWord('50MiB', '50Mi');
      await click(workbench, /Dry run/, () =>
        notified(workbench, /would be refused: spec\.stressors\.memory\.size/),
      );
      await workbench.page.getByRole('button', { name: 'Go to' }).first().click();
      const zone = workbench.page.locator('.marker-widget');
      // The editor takes the focus some time after the click.
      await waitFor(
        'the mark is told',
        async () => {
          await workbench.page.keyboard.press('F8');
          return (await zone.isVisible()) ? true : null;
        },
        PATIENCE,
      );
      return (await zone.textContent()) ?? '';
    },
  },
  {
    id: 'mended',
    title: 'the next edit takes the mark away',
    async run({ stage: { workbench } }) {
      await workbench.page.keyboard.press('Escape');
      await workbench.replaceWord('50Mi', '50MiB');
      await clearNotifications(workbench);
      const squiggle = workbench.page.locator('.squiggly-error');
      await waitFor(
        'no error is marked',
        async () => ((await squiggle.count()) === 0 ? true : null),
        PATIENCE,
      );
      return 'none';
    },
  },
  {
    id: 'preview',
    title: 'Preview targets: names both Pods with their container; they stand out in the tree',
    async run({ stage: { workbench }, idle }) {
      const list = workbench.page
        .locator('.quick-input-widget')
        .filter({ hasText: /Targets of mem-stress/ })
        .locator('.quick-input-list .monaco-list-row');
      await click(workbench, /Preview targets/, async () => (await list.count()) >= 2);
      const texts = await list.allTextContents();
      for (const name of idle.keys())
        assert.ok(
          texts.some((text) => text.includes(name)),
          `${name} in ${texts.join(' | ')}`,
        );
      const lit = workbench.page.locator('.sidebar .monaco-highlighted-label .highlight');
      await lit.nth(1).waitFor();
      return texts.join(' | ');
    },
  },
  {
    id: 'preview-closed',
    title: 'closed, nothing stands out any more',
    async run({ stage: { workbench } }) {
      await workbench.page.keyboard.press('Escape');
      const lit = workbench.page.locator('.sidebar .monaco-highlighted-label .highlight');
      await waitFor('no row stands out', async () => ((await lit.count()) === 0 ? true : null), PATIENCE);
      return 'none';
    },
  },
  {
    id: 'running',
    title: 'Inject: the lens lives, and says what arrived',
    async run(story) {
      const { workbench } = story.stage;
      await click(workbench, /Inject into/, async () => (await workbench.codeLens(STOP).count()) > 0);
      await both(story, 'both Pods rise', (more) => more >= 40);
      return lensText(workbench, /Running \d+ (s|min).* of .* · .*arrived/);
    },
  },
  {
    id: 'experiments-view',
    title: 'the Experiments view has it, with both containers',
    async run({ stage: { workbench }, idle }) {
      await workbench.expandView('Experiments');
      const row = workbench.treeRow(/^Experiment .*mem-stress.*Running/);
      await row.waitFor();
      await row.click();
      await workbench.page.keyboard.press('ArrowRight');
      for (const name of idle.keys()) await workbench.treeRow(new RegExp(`/${name}/`)).waitFor();
      return (await row.getAttribute('aria-label')) ?? '';
    },
  },
  {
    id: 'paused',
    title: 'Pause from the lens: the stress goes, the experiment stays',
    async run(story) {
      const { workbench } = story.stage;
      await click(workbench, /Pause/, async () => (await workbench.codeLens(/Resume/).count()) > 0);
      await both(story, 'both Pods fall back', (more) => more < 15);
      return lensText(workbench, /Paused/);
    },
  },
  {
    id: 'resumed',
    title: 'Resume from the lens: the stress comes back',
    async run(story) {
      const { workbench } = story.stage;
      await click(workbench, /Resume/, async () => (await workbench.codeLens(/Pause/).count()) > 0);
      await both(story, 'both Pods rise', (more) => more >= 40);
      return lensText(workbench, /Running/);
    },
  },
  {
    id: 'stopped',
    title: 'Stop from the Experiments view: it is gone, and nothing is left in the cgroups',
    async run(story) {
      const { workbench, remains } = story.stage;
      await workbench.contextMenu(workbench.treeRow(/^Experiment .*mem-stress/), 'Stop Stress');
      await waitFor(
        'the lens offers Inject again',
        async () => ((await workbench.codeLens(STOP).count()) === 0 ? true : null),
        PATIENCE,
      );
      await both(story, 'both Pods fall back', (more) => more < 15);
      remains.observe();
      assert.deepEqual(remains.stressors(), []);
      return 'gone';
    },
  },
];

/** What the sandbox's Chaos Mesh cannot recover is explained, and given up on demand. */
const HANGING: readonly Step[] = [
  {
    id: 'hang-injected',
    title: 'Inject',
    async run({ stage: { workbench } }) {
      await click(workbench, /Inject into/, async () => (await workbench.codeLens(STOP).count()) > 0);
      return lensText(workbench, /Running/);
    },
  },
  {
    id: 'hang-explained',
    title: 'Stop hangs: the lens says for how long and what holds it, and the list explains it',
    async run({ stage: { workbench } }) {
      const list = workbench.page
        .locator('.quick-input-widget')
        .filter({ hasText: /is still being deleted/ });
      await click(workbench, STOP, async () => (await workbench.codeLens(STOP).count()) === 0);
      await list.waitFor({ timeout: 60_000 });
      const rows = (await list.locator('.monaco-list-row').allTextContents()).join(' | ');
      assert.match(rows, /Try the recovery again.*Give up the recovery.*chaos-mesh\/records/);
      await lensText(workbench, /Stopping for \d+ .*: chaos-daemon on .* does not answer · Why\?/);
      return rows;
    },
  },
  {
    id: 'hang-forced',
    title: 'a step is taken after a question that says what it risks, and the experiment goes',
    async run({ stage: { workbench } }) {
      await workbench.pickRow(/Give up the recovery/);
      const dialog = workbench.page.locator('.monaco-dialog-box');
      await dialog.waitFor();
      const told = (await dialog.textContent()) ?? '';
      assert.match(told, /A stressor that still runs goes on/);
      await dialog.getByRole('button', { name: 'Give up the recovery' }).click();
      return lensText(workbench, /Inject into/);
    },
  },
];

const PICTURED: ReadonlySet<string> = new Set([
  'dry-run-refused',
  'preview',
  'running',
  'experiments-view',
  'paused',
  'hang-explained',
]);

describe('an experiment from its lens, in VS Code with the installed extension', () => {
  const first = STEPS.filter(({ id }) => id === 'lens' || id === 'pods');
  const { cleanup, stage } = playInE2e([...first, ...OWN], {
    onStep: async ({ id }, { workbench }) => {
      if (PICTURED.has(id)) await takePictures(workbench, `experiment-${id}`);
    },
  });

  it('the end leaves nothing: no process, cgroup, port or folder', async () => {
    stage().remains.observe();
    await cleanup.run();
    assert.deepEqual(await stage().remains.left(), []);
  });
});

describe('a deletion that hangs, in VS Code with the installed extension', () => {
  const first = STEPS.filter(({ id }) => id === 'lens' || id === 'pods');
  playInE2e([...first, ...HANGING], {
    sandboxOptions: ['--fault', 'hung-finalizer'],
    onStep: async ({ id }, { workbench }) => {
      if (PICTURED.has(id)) await takePictures(workbench, `experiment-${id}`);
    },
  });
});
