import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import type { CDPSession, Page } from 'playwright-core';
import { PanelFeed } from '../../src/extension/panel/feed.js';
import { panelTexts } from '../../src/extension/panel/texts.js';
import { HistorySeries } from '../../src/lab/history-series.js';
import type { HostMessage } from '../../src/protocol/panel/messages.js';
import type { Bench, BenchRow } from '../../tools/bench/row.js';
import { ROOT } from '../../tools/root.js';
import { Cleanup } from '../../tools/system/cleanup.js';
import { LIVE, openBrowserPage, PANEL_ORIGIN, PanelInBrowser } from '../e2e/panel-in-browser.js';
import { english } from '../unit/extension/support/language.js';
import { chartHead, type KillParts } from '../unit/extension/support/views.js';

const MIB = 1024 ** 2;
const KILLS = 10_000;
const CHARTS = 20;
/** The toolkit's grid draws every row: with all of them it does not come to an end. */
const TOOLKIT_ROWS = 1000;
const STORM_SECONDS = Number(process.env['PODSTRESS_BENCH_STORM_S'] ?? 60);
const PER_SECOND = 500;
const FRAMES_PER_SECOND = 30;
const PREPENDS = 60;
const EMPTY_PAGE = `${PANEL_ORIGIN}/empty`;
const TOOLKIT_PAGE = `${PANEL_ORIGIN}/toolkit`;

/** What the measured pages keep for the bench. */
interface Measured {
  benchBusy: number[];
  toolkitPrepend(): void;
}

interface PageApi {
  getState(): unknown;
  setState(state: unknown): void;
  postMessage(message: { type: string }): void;
}

/** The panel's page in a headless Chromium beside the toolkit's own data-grid and an empty page, in the same run. */
export const bench: Bench = async () => {
  const cleanup = new Cleanup();
  try {
    const opened = await openBrowserPage(cleanup);
    await serveReferences(opened);
    const first = await firstPaint(opened);
    await opened.close();
    const page = await openBrowserPage(cleanup);
    await serveReferences(page);
    await page.goto(EMPTY_PAGE);
    const emptyFrame = await scrollFrame(page, 'html');
    await page.goto(TOOLKIT_PAGE);
    await page
      .locator('vscode-data-grid-row')
      .nth(TOOLKIT_ROWS - 1)
      .waitFor({ state: 'attached' });
    const toolkitPrepend = await busyFrames(page, () => (window as unknown as Measured).toolkitPrepend());
    const toolkitFrame = await scrollFrame(page, 'html');
    const panel = new PanelInBrowser(page);
    await panel.open(LIVE);
    await panel.kill(...kills(1, KILLS));
    await page.locator(`[aria-rowcount="${KILLS + 1}"]`).waitFor();
    const prepend = await prepends(panel);
    const frame = await scrollFrame(page, '.scroller');
    const storm = await stormOf(panel, KILLS + PREPENDS * 17 + 1);
    return [
      ...first,
      ...prependRows(prepend, toolkitPrepend),
      ...scrollRows(frame, emptyFrame, toolkitFrame),
      ...storm,
      bundleRow(),
    ];
  } finally {
    await cleanup.run();
  }
};

/** One a second in so many Pods that none of them storms. */
function kills(from: number, count: number): KillParts[] {
  return Array.from({ length: count }, (_, index) => {
    const seq = from + index;
    return {
      seq,
      podName: `web-${seq % 997}`,
      time: new Date(Date.UTC(2026, 10, 20) + seq * 1000).toISOString(),
    };
  });
}

async function serveReferences(page: Page): Promise<void> {
  const made = await build({
    stdin: {
      contents: `import { provideVSCodeDesignSystem, vsCodeDataGrid, vsCodeDataGridCell, vsCodeDataGridRow } from '@vscode/webview-ui-toolkit';
        provideVSCodeDesignSystem().register(vsCodeDataGrid(), vsCodeDataGridCell(), vsCodeDataGridRow());
        const row = (n) => ({ Time: n, Container: 'web-' + n, Victim: 'java', Freed: '12 MiB', Adj: '1000', Cause: 'limit 500 MiB', Evidence: 'full report' });
        const grid = document.querySelector('vscode-data-grid');
        grid.rowsData = Array.from({ length: ${TOOLKIT_ROWS} }, (_, n) => row(n));
        window.toolkitPrepend = () => grid.rowsData.unshift(...Array.from({ length: 17 }, (_, n) => row(n)));`,
      resolveDir: ROOT,
    },
    bundle: true,
    write: false,
    format: 'iife',
  });
  const script = made.outputFiles[0]?.text ?? '';
  await page.route(EMPTY_PAGE, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><div style="height:300000px">empty</div>',
    }),
  );
  await page.route(TOOLKIT_PAGE, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><vscode-data-grid></vscode-data-grid><script>${script}</script>`,
    }),
  );
}

/** Prepends to the full list as the feed does it in a storm, and measures what each frame took. */
async function prepends(panel: PanelInBrowser): Promise<number> {
  await panel.page.evaluate(() => {
    const kept = window as unknown as Measured;
    kept.benchBusy = [];
    let began = 0;
    let taken = 0;
    window.addEventListener(
      'message',
      () => {
        began = performance.now();
        // Runs before the page's own frame callback, as it was asked for first.
        requestAnimationFrame(() => {
          const drawing = performance.now();
          const channel = new MessageChannel();
          channel.port1.onmessage = () => kept.benchBusy.push(taken + performance.now() - drawing);
          channel.port2.postMessage(null);
        });
      },
      { capture: true },
    );
    // Comes after the page's own listener, which is older.
    window.addEventListener('message', () => {
      taken = performance.now() - began;
    });
  });
  for (let index = 0; index < PREPENDS; index++) {
    await panel.kill(...kills(KILLS + index * 17 + 1, 17));
    await delay(20);
  }
  return p95(await panel.page.evaluate(() => (window as unknown as Measured).benchBusy));
}

/** What a change takes, from its beginning to the end of the frame that draws it, without the wait for that frame; p95, ms. */
async function busyFrames(page: Page, change: () => void): Promise<number> {
  await page.evaluate(`window.benchChange = ${change.toString()}`);
  const taken: number[] = [];
  for (let index = 0; index < 10; index++) {
    taken.push(
      await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const began = performance.now();
            let sync = 0;
            requestAnimationFrame(() => {
              const drawing = performance.now();
              const channel = new MessageChannel();
              channel.port1.onmessage = () => resolve(sync + performance.now() - drawing);
              channel.port2.postMessage(null);
            });
            (window as unknown as { benchChange(): void }).benchChange();
            sync = performance.now() - began;
          }),
      ),
    );
  }
  return p95(taken);
}

/** Scrolls for two seconds and gives the p95 of the time from frame to frame, ms. */
async function scrollFrame(page: Page, selector: string): Promise<number> {
  const frames = await page.evaluate(
    (scrolled) =>
      new Promise<number[]>((resolve) => {
        const element = document.querySelector(scrolled);
        const times: number[] = [];
        const step = (now: number): void => {
          times.push(now);
          if (element !== null) element.scrollTop += 120;
          if (now - (times[0] ?? now) < 2000) requestAnimationFrame(step);
          else resolve(times.slice(1).map((time, index) => time - (times[index] ?? time)));
        };
        requestAnimationFrame(step);
      }),
    selector,
  );
  return p95(frames);
}

/** From the page's start to the first frame with everything on it: an hour of 20 containers. */
async function firstPaint(page: Page): Promise<BenchRow[]> {
  const messages: HostMessage[] = [];
  const feed = new PanelFeed({
    locale: 'en',
    texts: panelTexts(english),
    isEditor: false,
    post: (message) => messages.push(message),
    later: () => () => {},
  });
  const heads = Array.from({ length: CHARTS }, (_, index) => chartHead(`web-${index}`));
  const series = new Map(heads.map(({ key }) => [key, hour()]));
  feed.takeStatus(LIVE);
  feed.takeMemory({
    heads,
    series: (key) => series.get(key) ?? null,
    selected: heads[0]?.key ?? null,
    processes: null,
    numbers: null,
  });
  feed.start();
  await page.addInitScript(
    ({ first, charts }) => {
      const kept = window as unknown as { acquireVsCodeApi(): PageApi; benchPaintedAt: number };
      const original = kept.acquireVsCodeApi;
      kept.acquireVsCodeApi = () => ({
        ...original(),
        getState: () => ({ tab: 'memory' }),
        postMessage: ({ type }: { type: string }) => {
          if (type === 'ready') window.postMessage(first, '*');
        },
      });
      const look = (): void => {
        if (document.querySelectorAll('.canvas canvas').length < charts) {
          requestAnimationFrame(look);
          return;
        }
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          kept.benchPaintedAt = performance.now();
        };
        requestAnimationFrame(() => channel.port2.postMessage(null));
      };
      requestAnimationFrame(look);
    },
    { first: messages[0], charts: CHARTS },
  );
  const painted: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < 7; round++) {
    await page.goto(EMPTY_PAGE);
    empty.push(await paintedAt(page));
    await page.goto(PANEL_ORIGIN);
    const at = await page.waitForFunction(
      () => (window as unknown as { benchPaintedAt?: number }).benchPaintedAt,
    );
    painted.push((await at.jsonValue()) ?? Number.NaN);
  }
  const what = 'panel: first paint, an hour of 20 containers';
  const ours = median(painted);
  return [
    { what, unit: 'ms', ours, reference: { name: 'the budget', value: 300 }, goal: 1 },
    { what, unit: 'ms', ours, reference: { name: 'an empty page', value: median(empty) }, goal: 20 },
  ];
}

function paintedAt(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries()[0]?.startTime ?? 0)).observe({
          type: 'paint',
          buffered: true,
        });
      }),
  );
}

function hour(): HistorySeries {
  const series = new HistorySeries(true);
  const now = Date.now();
  for (let second = 3600; second > 0; second--) {
    const workingSetBytes = (200 + 100 * Math.sin(second / 60)) * MIB;
    series.push({
      time: now - second * 1000,
      workingSetBytes,
      usageBytes: workingSetBytes + 20 * MIB,
      rssBytes: workingSetBytes * 0.8,
      cacheBytes: 10 * MIB,
    });
  }
  return series;
}

function prependRows(ours: number, toolkit: number): BenchRow[] {
  const what = `panel: 17 kills above ${KILLS}, a frame's work, p95`;
  return [
    { what, unit: 'ms', ours, reference: { name: 'a frame', value: 16 }, goal: 1 },
    {
      what,
      unit: 'ms',
      ours,
      reference: { name: `the toolkit's data-grid, above ${TOOLKIT_ROWS}`, value: toolkit },
      goal: 1,
    },
  ];
}

/** The verdict is the ratio: on a busy machine an empty page has no 60 frames a second either. */
function scrollRows(ours: number, empty: number, toolkit: number): BenchRow[] {
  const what = `panel: scrolling ${KILLS} kills, frame p95`;
  return [
    { what, unit: 'ms', ours, reference: { name: 'an empty page', value: empty }, goal: 1.2 },
    {
      what,
      unit: 'ms',
      ours,
      reference: { name: `the toolkit's data-grid, ${TOOLKIT_ROWS} rows`, value: toolkit },
      goal: 1.2,
    },
  ];
}

/** A storm over a full list: nothing is dropped, and the heap does not grow. */
async function stormOf(panel: PanelInBrowser, from: number): Promise<BenchRow[]> {
  const { page } = panel;
  const session = await page.context().newCDPSession(page);
  await page.locator('.scroller').evaluate((scroller) => {
    scroller.scrollTop = 0;
  });
  const before = await heapMiB(session);
  const began = performance.now();
  let sent = 0;
  const all = STORM_SECONDS * PER_SECOND;
  while (sent < all) {
    const due = Math.min(all, Math.ceil(((performance.now() - began) / 1000) * PER_SECOND));
    if (due > sent) await panel.kill(...storming(from + sent, due - sent));
    sent = Math.max(sent, due);
    await delay(1000 / FRAMES_PER_SECOND);
  }
  const total = from - 1 + sent;
  await page.getByText(`${new Intl.NumberFormat('en').format(total)} OOM kills`, { exact: true }).waitFor();
  const counted = await page.locator('.row.storm .summary').allTextContents();
  const inStorms = counted.reduce((sum, text) => sum + Number(/^[\d,]+/.exec(text)?.[0].replace(',', '')), 0);
  const growth = Math.max(0, (await heapMiB(session)) - before);
  const what = `panel: a storm of ${PER_SECOND} kills/s for ${STORM_SECONDS} s`;
  return [
    {
      what: `${what}, kills not listed`,
      unit: 'kills + 1',
      ours: 1 + Math.max(0, Math.min(sent, KILLS) - inStorms),
      reference: { name: 'none', value: 1 },
      goal: 1,
    },
    {
      what: `${what}, heap growth`,
      unit: 'MiB',
      ours: growth,
      reference: { name: 'the budget', value: 16 },
      goal: 1,
    },
  ];
}

/** In a few Pods, one right after the other. */
function storming(from: number, count: number): KillParts[] {
  const start = Date.UTC(2026, 10, 21);
  return Array.from({ length: count }, (_, index) => {
    const seq = from + index;
    const time = new Date(start + (seq * 1000) / PER_SECOND).toISOString();
    return { seq, podName: `storm-${seq % 3}`, time, evidence: seq % 50 === 0 ? 'full' : 'bare' };
  });
}

async function heapMiB(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / MIB;
}

function bundleRow(): BenchRow {
  const bytes = statSync(join(ROOT, 'dist/webview/panel.js')).size;
  return {
    what: "panel: the page's script",
    unit: 'kB',
    ours: bytes / 1000,
    reference: { name: 'the budget', value: 400 },
    goal: 1,
  };
}

function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
