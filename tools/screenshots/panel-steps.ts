import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { podsSeen } from '../demo/pods.js';
import { clickLens, INJECT, STOP, type Step } from '../demo/steps.js';
import { waitFor } from '../system/wait.js';
import { workbenchAddress } from '../vscode/address.js';

/** VS Code in a browser writes what its windows look like every five seconds, and not at their end. */
const KEPT_MS = 7_000;
const APPEAR = { timeoutMs: 30_000 };

/** What a user of the memory panel does, from the empty page to a tab of its own that outlives the window. */
export const PANEL_STEPS: readonly Step[] = [
  {
    id: 'empty',
    title: 'the panel without kills says what it waits for',
    async run({ stage: { workbench }, idle }) {
      await workbench.showViews('Podstress');
      await workbench.widenSideBar(300);
      const pods = await waitFor(
        'two Pods with their memory',
        async () => {
          const seen = await podsSeen(workbench);
          return seen.length === 2 && seen.every((pod) => pod.workingSetMiB > 0) ? seen : null;
        },
        { timeoutMs: 40_000 },
      );
      for (const pod of pods) idle.set(pod.name, pod.workingSetMiB);
      await workbench.runCommand('Podstress: Show OOM Kills');
      const heading = workbench.webview().getByRole('heading', { name: 'No kills yet' });
      await heading.waitFor();
      return (await heading.textContent()) ?? '';
    },
  },
  {
    id: 'pinned',
    title: 'right click, Open Memory Panel: the curve of that Pod with its limit',
    async run({ stage: { workbench }, idle }) {
      const [name = ''] = [...idle.keys()];
      await workbench.contextMenu(workbench.treeRow(name), 'Open Memory Panel');
      const page = workbench.webview();
      const chart = page.getByRole('region', { name: new RegExp(`Memory of ${name}`) });
      await chart.waitFor();
      await chart.locator('.legend .workingSet').waitFor();
      await chart.locator('canvas').waitFor();
      const legend = await chart.locator('.legend .item').allTextContents();
      expect(legend.includes('limit 500 MiB'), 'the legend names the limit', legend.join(', '));
      return legend.join(', ');
    },
  },
  {
    id: 'storm',
    title: 'an experiment that passes the limit: both curves, and the kills beside them',
    async run(story) {
      const { workbench } = story.stage;
      await workbench.replaceWord('50MiB', '3000MiB');
      await workbench
        .codeLens(/passes the 500 MiB limit/)
        .first()
        .waitFor();
      await clickLens(story, INJECT, 'stop-shown');
      const page = workbench.webview();
      await waitFor(
        'kills in both Pods',
        async () => {
          const rows = await workbench.killRows();
          return [...story.idle.keys()].every((name) =>
            rows.some(({ container }) => container.includes(name)),
          );
        },
        { timeoutMs: 60_000 },
      );
      await page
        .getByRole('region', { name: /^Memory of/ })
        .nth(1)
        .waitFor();
      return `${await page.getByRole('region', { name: /^Memory of/ }).count()} curves`;
    },
  },
  {
    id: 'table',
    title: 'the table says the same as the curve, kills included',
    async run({ stage: { workbench } }) {
      const page = workbench.webview();
      await showTab(page, 'Memory');
      await page.getByRole('button', { name: 'Table', exact: true }).click();
      const kill = page.getByRole('cell', { name: /OOM kill/ }).first();
      await kill.waitFor();
      return (await kill.textContent()) ?? '';
    },
  },
  {
    id: 'processes',
    title: 'the processes, and which dies next',
    async run({ stage: { workbench } }) {
      const page = workbench.webview();
      await page.getByRole('button', { name: 'Table', exact: true }).click();
      await page.getByRole('tab', { name: 'Processes' }).click();
      const next = page.locator('.processes tr.next');
      await next.filter({ hasText: 'stress-ng' }).waitFor();
      const cells = await next.locator('td, th').allTextContents();
      expect(cells.includes('1000'), 'a stressor with oom_score_adj 1000 dies next', cells.join(' | '));
      return cells.map((cell) => cell.trim()).join(' | ');
    },
  },
  {
    id: 'numbers',
    title: 'the numbers that disagree, each with its source',
    async run({ stage: { workbench } }) {
      const page = workbench.webview();
      await page.getByRole('tab', { name: 'Numbers' }).click();
      const row = (name: string) =>
        page.locator('.numbers tr').filter({ has: page.getByText(name, { exact: true }) });
      const value = async (name: string): Promise<string> => {
        const cell = row(name).locator('td.number').first();
        return waitFor(
          `${name} is read`,
          async () => {
            const text = (await cell.textContent()) ?? '';
            return /\d/.test(text) ? text : null;
          },
          APPEAR,
        );
      };
      const seen = [];
      for (const name of ['free: total', 'kubectl top', 'usage', 'working set', 'rss', 'limit']) {
        seen.push(`${name} ${await value(name)}`);
      }
      return seen.join(', ');
    },
  },
  {
    id: 'storms',
    title: 'a storm is one row that counts; it opens to its kills',
    async run({ stage: { workbench } }) {
      const page = workbench.webview();
      await page.getByRole('tab', { name: 'OOM Kills' }).click();
      const storm = page.locator('.row.storm').first();
      await storm.waitFor({ timeout: 60_000 });
      const text = (await storm.locator('.summary').textContent()) ?? '';
      expect(/^[\d,]+ kills in \d+ (s|min)/.test(text), 'the storm says how many kills in what time', text);
      await storm.dispatchEvent('click');
      await page.locator('.row[aria-level="2"]').nth(4).waitFor();
      return text;
    },
  },
  {
    id: 'filtered',
    title: 'the filter leaves what was asked for, and says how much of it',
    async run({ stage: { workbench }, idle }) {
      const page = workbench.webview();
      const [name = ''] = [...idle.keys()];
      await page.getByRole('textbox', { name: 'Filter the kills' }).fill(`pod:${name} evidence:full`);
      const matching = page.locator('.matching');
      await matching.filter({ hasText: /\d+ of \d+ shown/ }).waitFor();
      const rows = await workbench.killRows();
      expect(
        rows.length > 0 && rows.every(({ container }) => container.includes(name)),
        'only that Pod is left',
        JSON.stringify(rows.slice(0, 3)),
      );
      return (await matching.textContent()) ?? '';
    },
  },
  {
    id: 'details',
    title: 'a kill’s details: memory at the moment, and the task table with the victim',
    async run({ stage: { workbench } }) {
      const page = workbench.webview();
      const storm = page.locator('.row.storm[aria-expanded="false"]').first();
      if (await storm.isVisible()) await storm.dispatchEvent('click');
      await page.locator('.space [data-kill].evidence-full').first().dispatchEvent('click');
      const details = page.getByRole('complementary', { name: 'Details of the kill' });
      const victim = details.locator('.victim-row').first();
      await victim.waitFor();
      await details.getByRole('button', { name: 'Copy', exact: true }).click();
      const copied = await waitFor(
        'the kill is on the clipboard',
        async () => {
          const text = await workbench.page.evaluate<string>('navigator.clipboard.readText()');
          return text.includes('stress-ng') ? text : null;
        },
        APPEAR,
      );
      expect(/500 MiB/.test(copied), 'what was copied names the limit', copied);
      return ((await victim.textContent()) ?? '').trim();
    },
  },
  {
    id: 'report',
    title: 'Open Kernel Report: the kernel’s own lines, highlighted, read-only',
    async run({ stage: { workbench } }) {
      const page = workbench.webview();
      await page.getByRole('button', { name: 'Open Kernel Report' }).click();
      const tab = workbench.page
        .locator('.editor-group-container .tab')
        .filter({ hasText: /^OOM kill .*\.oom/ });
      await tab.waitFor();
      const line = workbench.page.locator('.view-line').filter({ hasText: 'invoked oom-killer' }).first();
      await line.waitFor();
      return (await line.textContent()) ?? '';
    },
  },
  {
    id: 'unfiltered',
    title: 'Escape closes the details, and the filter is cleared by its button',
    async run({ stage: { workbench } }) {
      await workbench.runCommand('View: Close Editor');
      const page = workbench.webview();
      await page
        .getByRole('complementary')
        .getByRole('button', { name: 'Copy', exact: true })
        .press('Escape');
      await page.getByRole('complementary').waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'Clear the filter' }).click();
      await page.locator('.matching').filter({ hasText: /^$/ }).waitFor({ state: 'attached' });
      return `${(await workbench.killRows()).length} kills`;
    },
  },
  {
    id: 'exported',
    title: 'Export… asks for the format and the file, by keyboard, and writes it',
    async run({ stage: { workbench, opening } }) {
      await workbench.webview().getByRole('button', { name: 'Export…' }).press('Enter');
      const input = workbench.page.locator('.quick-input-widget input.input');
      await workbench.page.locator('.quick-input-list .monaco-list-row').nth(1).waitFor();
      await workbench.page.keyboard.type('CSV');
      await workbench.page.keyboard.press('Enter');
      // VS Code in a browser asks by a box of its own for the path.
      await waitFor(
        'the dialog proposes a file of the folder',
        async () => ((await input.inputValue()).endsWith('oom-kills.csv') ? true : null),
        APPEAR,
      );
      await workbench.page.keyboard.press('Enter');
      const file = join(opening.folder, 'oom-kills.csv');
      const csv = await waitFor('the file', () => readIfThere(file), APPEAR);
      const [header = '', ...records] = csv.trimEnd().split('\r\n');
      expect(header.startsWith('time,node,namespace,pod,container'), 'the table has its header', header);
      expect(
        records.length > 0 && records.every((record) => record.includes(',hello-kubernetes,')),
        'each record names where it was',
        records[0] ?? 'no record',
      );
      await workbench.page
        .locator('.notification-toast')
        .filter({ hasText: /were exported to oom-kills\.csv/ })
        .waitFor();
      return `${records.length} records`;
    },
  },
  {
    id: 'stopped',
    title: 'Stop: the kills stay in the list, the curves fall',
    async run(story) {
      await story.stage.workbench.runCommand('Notifications: Clear All Notifications');
      await clickLens(story, STOP, 'stop-hidden');
      const { workbench } = story.stage;
      await workbench.webview().getByRole('tab', { name: 'OOM Kills' }).click();
      const rows = await workbench.killRows();
      expect(rows.length > 0, 'the kills are still listed', '0 rows');
      return `${rows.length} kills`;
    },
  },
  {
    id: 'editor',
    title: 'Open in Editor: the same as a tab, which outlives a reload of the window',
    async run({ stage: { workbench, server, opening } }) {
      // One webview at a time, so that it is sure whose page is looked at.
      await workbench.runCommand('View: Hide Panel');
      await workbench.runCommand('Podstress: Open Memory Panel in Editor');
      const tab = workbench.page.locator('.editor-group-container .tab').filter({ hasText: 'Pod Memory' });
      await tab.waitFor();
      const page = workbench.webview();
      await page
        .getByRole('region', { name: /^Memory of/ })
        .first()
        .waitFor();
      await sleep(KEPT_MS);
      // An address that names a file opens that alone: VS Code restores its tabs only without.
      await workbench.open(workbenchAddress(server, { folder: opening.folder }));
      await tab.waitFor({ timeout: 60_000 });
      await page.getByRole('tab', { name: 'OOM Kills' }).waitFor({ timeout: 60_000 });
      await page.locator('.state.live').first().waitFor({ timeout: 60_000 });
      const charts = page.getByRole('region', { name: /^Memory of/ });
      await charts.first().waitFor();
      return `${await charts.count()} curve of the pinned Pod after the reload`;
    },
  },
];

/** Where the curves stand beside the rest, they have no tab. */
async function showTab(page: ReturnType<StageWorkbench['webview']>, name: string): Promise<void> {
  const tab = page.getByRole('tab', { name });
  if (await tab.isVisible()) await tab.click();
}

type StageWorkbench = Parameters<Step['run']>[0]['stage']['workbench'];

function readIfThere(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') || null : null;
}

function expect(holds: boolean, what: string, seen: string): void {
  if (!holds) throw new Error(`expected that ${what}, saw ${seen}`);
}
