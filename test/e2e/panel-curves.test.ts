import assert from 'node:assert/strict';
import type { MemoryState } from '../../src/extension/panel/memory-feed.js';
import { HistorySeries } from '../../src/lab/history-series.js';
import type { ChartHead } from '../../src/protocol/panel/memory.js';
import { Cleanup } from '../../tools/system/cleanup.js';
import { processCleanup } from '../../tools/test/process-cleanup.js';
import { chartHead } from '../unit/extension/support/views.js';
import { LIVE, openBrowserPage, PanelInBrowser } from './panel-in-browser.js';

const MIB = 1024 ** 2;
const NOW = Date.UTC(2026, 10, 20, 20, 0, 0);
const HOSTILE = '<img src=x onerror=alert(1)>';

const head = (pod: string, parts: Partial<ChartHead> = {}): ChartHead =>
  chartHead(pod, { sampledAt: new Date(NOW).toISOString(), ...parts });

/** Ten minutes at one a second, rising, with a kill in the middle. */
function past(): HistorySeries {
  const series = new HistorySeries(true);
  for (let second = 600; second > 0; second--) {
    const bytes = (600 - second) * MIB * 0.5;
    series.push({
      time: NOW - second * 1000,
      workingSetBytes: bytes,
      usageBytes: bytes + 4 * MIB,
      rssBytes: bytes * 0.9,
      cacheBytes: 6 * MIB,
    });
  }
  series.mark({ time: NOW - 60_000, kind: 'kill', detail: HOSTILE, count: 3 });
  return series;
}

function memory(heads: readonly ChartHead[], selected = heads[0]?.key ?? null): MemoryState {
  const series = new Map(heads.map(({ key }) => [key, past()]));
  return { heads, series: (key) => series.get(key) ?? null, selected, processes: null, numbers: null };
}

describe('the curves of the panel, in a browser', () => {
  const cleanup = new Cleanup();
  let panel: PanelInBrowser;

  before(async () => {
    processCleanup.defer(() => cleanup.run());
    panel = new PanelInBrowser(await openBrowserPage(cleanup));
    await panel.page.setViewportSize({ width: 1400, height: 420 });
  });

  after(() => cleanup.run());

  beforeEach(async () => {
    panel = new PanelInBrowser(panel.page);
    await panel.open(LIVE);
  });

  const charts = () => panel.page.getByRole('region', { name: /^Memory of/ });
  const button = (name: string) => panel.page.getByRole('button', { name, exact: true });

  const fiveMinutes = (pressed: boolean) =>
    panel.page.getByRole('button', { name: '5m', exact: true, pressed });

  it('without any Pod say how to get one', async () => {
    await panel.page.setViewportSize({ width: 700, height: 420 });
    await panel.page.getByRole('tab', { name: 'Memory' }).click();
    await panel.page.getByRole('heading', { name: 'No curves yet' }).waitFor();
    await panel.page.locator('.memory .empty vscode-button').click();
    assert.deepEqual((await panel.sent()).at(-1), { type: 'action', action: 'pin-pods' });
    await panel.page.setViewportSize({ width: 1400, height: 420 });
  });

  it('draw each container with its limit, and break no rule of the policy', async () => {
    await panel.memory(memory([head('a'), head('b', { limitBytes: null })]));
    await charts().nth(1).waitFor();
    await charts().nth(1).locator('canvas').waitFor();
    const legend = await charts().first().locator('.legend .item').allTextContents();
    assert.ok(legend.includes('limit 500 MiB'), legend.join());
    const drawn = await charts()
      .first()
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement) => {
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        return pixels.some((value, index) => index % 4 === 3 && value > 0);
      });
    assert.ok(drawn, 'the canvas is not empty');
    assert.deepEqual(await panel.violations(), []);
  });

  it('that are out of sight are drawn when they come into it', async () => {
    await panel.memory(memory(Array.from({ length: 30 }, (_, index) => head(`p${index}`))));
    await charts().first().locator('canvas').waitFor();
    await charts().nth(29).waitFor();
    assert.equal(await charts().nth(29).locator('canvas').count(), 0);
    await charts().nth(29).scrollIntoViewIfNeeded();
    await charts().nth(29).locator('canvas').waitFor();
    assert.ok((await charts().nth(29).locator('.legend').textContent())?.includes('limit 500 MiB'));
  });

  it('stand beside the kills where there is room, and are a tab where there is none', async () => {
    await panel.memory(memory([head('a')]));
    await charts().first().waitFor();
    assert.ok(await panel.page.locator('.kills').isVisible());
    await panel.page.setViewportSize({ width: 700, height: 420 });
    const tab = panel.page.getByRole('tab', { name: 'Memory' });
    await tab.waitFor();
    assert.ok(!(await charts().first().isVisible()));
    await tab.click();
    await charts().first().waitFor();
    assert.ok(!(await panel.page.locator('.kills').isVisible()));
    await panel.page.setViewportSize({ width: 1400, height: 420 });
  });

  it('tell what is seen, so that nothing else is measured', async () => {
    await panel.memory(memory([head('a')]));
    await charts().first().waitFor();
    await panel.page.getByRole('tab', { name: 'Processes' }).click();
    const seen = (await panel.sent()).filter(({ type }) => type === 'seen');
    assert.deepEqual(seen.at(-1), { type: 'seen', tabs: ['memory', 'processes'] });
  });

  it('zoom by keyboard, and follow the present again', async () => {
    await panel.memory(memory([head('a')]));
    await charts().first().waitFor();
    await fiveMinutes(true).waitFor();
    await panel.page.locator('.chart-name').first().focus();
    await panel.page.keyboard.press('+');
    await fiveMinutes(false).waitFor();
    await panel.page.keyboard.press('Escape');
    await fiveMinutes(true).waitFor();
  });

  it('zoom by dragging over one, all of them', async () => {
    await panel.memory(memory([head('a'), head('b')]));
    const over = charts().first().locator('.u-over');
    await over.waitFor();
    const box = (await over.boundingBox()) ?? assert.fail('no plot');
    await panel.page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
    await panel.page.mouse.down();
    await panel.page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2, { steps: 4 });
    await panel.page.mouse.up();
    await fiveMinutes(false).waitFor();
    await button('Table').click();
    const rows = await charts().nth(1).locator('tbody tr').count();
    assert.ok(rows > 0 && rows <= 60, `${rows} rows of the zoomed part`);
    await button('Table').click();
    await button('5m').click();
  });

  it('as a table name what happened, hostile names as they are', async () => {
    await panel.memory(memory([head(HOSTILE)]));
    await button('Table').click();
    const cell = panel.page.getByRole('cell', { name: /OOM kills/ });
    await cell.waitFor();
    assert.ok((await cell.textContent())?.includes(HOSTILE));
    assert.equal(await panel.page.locator('.memory img').count(), 0);
    await button('Table').click();
  });

  it('a number that is old says since when, a Pod that is gone says so', async () => {
    await panel.memory(memory([head('a', { isStale: true }), head('b', { state: null })]));
    await charts()
      .first()
      .getByText(/not measured since/)
      .waitFor();
    await charts().nth(1).getByText('the Pod is gone').waitFor();
  });

  it('the number that counts stands in its row like the others', async () => {
    const numbers = (['usage', 'workingSet'] as const).map((kind) => ({
      kind,
      bytes: 88 * MIB,
      source: 'memory.stat',
      at: null,
    }));
    const [chosen] = [head('a')];
    await panel.memory({ ...memory([chosen]), numbers: { key: chosen.key, numbers } });
    await panel.page.getByRole('tab', { name: 'Numbers' }).click();
    for (const name of ['usage', 'working set']) {
      const header = panel.page.getByRole('rowheader', { name, exact: true });
      const row = panel.page.locator('.numbers tr').filter({ has: header });
      const value = await row.locator('td.number').first().boundingBox();
      const what = await header.boundingBox();
      assert.ok(value !== null && what !== null);
      assert.ok(
        Math.abs(value.y - what.y) < 4 && value.x > what.x,
        `${name}: ${JSON.stringify([what, value])}`,
      );
    }
  });

  it('a click chooses the container, the cross takes its Pod away', async () => {
    await panel.memory(memory([head('a'), head('b')]));
    await panel.page.locator('.chart-name').nth(1).click();
    assert.deepEqual((await panel.sent()).at(-1), { type: 'select', key: 'ns/b/web' });
    await charts()
      .first()
      .getByRole('button', { name: /Take away/ })
      .click();
    assert.deepEqual((await panel.sent()).at(-1), { type: 'unpin', pod: 'ns/a' });
  });
});
