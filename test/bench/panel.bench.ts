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
import { PageThread } from './support/page-thread.js';

const MIB = 1024 ** 2;
const KILLS = 10_000;
const CHARTS = 20;
/** The toolkit's grid draws every row: with all of them it does not come to an end. */
const TOOLKIT_ROWS = 1000;
const STORM_SECONDS = Number(process.env['PODSTRESS_BENCH_STORM_S'] ?? 60);
const PER_SECOND = 500;
const FRAMES_PER_SECOND = 30;
const PREPENDS = 60;
const TOOLKIT_PREPENDS = 10;
const SCROLL_ROUNDS = 5;
const PROCESSOR = 'time of the page’s thread';
const EMPTY_PAGE = `${PANEL_ORIGIN}/empty`;
const TOOLKIT_PAGE = `${PANEL_ORIGIN}/toolkit`;

/** What the measured pages keep for the bench. */
interface Measured {
  benchBusy: number[];
  toolkitPrepend(): void;
}

/** What something takes, ms. */
interface Work {
  /** By the clock on the wall, p95. */
  readonly wall: number;
  /** Of the page's own thread, waiting for a processor not counted. */
  readonly processor: number;
}

interface Scroll {
  /** From frame to frame, p95, ms. */
  readonly frame: number;
  /** Of the page's own thread, ms a frame. */
  readonly processor: number;
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
    const [empty, toolkit, page] = [
      await openBrowserPage(cleanup),
      await openBrowserPage(cleanup),
      await openBrowserPage(cleanup),
    ];
    for (const one of [empty, toolkit]) await serveReferences(one);
    await empty.goto(EMPTY_PAGE);
    await toolkit.goto(TOOLKIT_PAGE);
    const lastRow = toolkit.locator('vscode-data-grid-row').nth(TOOLKIT_ROWS - 1);
    await lastRow.waitFor({ state: 'attached' });
    const toolkitPrepend = await toolkitPrepends(toolkit);
    const panel = new PanelInBrowser(page);
    await panel.open(LIVE);
    await panel.kill(...kills(1, KILLS));
    await page.locator(`[aria-rowcount="${KILLS + 1}"]`).waitFor();
    const prepend = await prepends(panel);
    const scrolls = { ours: [] as Scroll[], empty: [] as Scroll[], toolkit: [] as Scroll[] };
    // In turns, so that what else the machine does disturbs all three.
    for (let round = 0; round < SCROLL_ROUNDS; round++) {
      scrolls.empty.push(await scroll(empty, 'html'));
      scrolls.toolkit.push(await scroll(toolkit, 'html'));
      scrolls.ours.push(await scroll(page, '.scroller'));
    }
    const storm = await stormOf(panel, KILLS + PREPENDS * 17 + 1);
    return [
      ...first,
      ...prependRows(prepend, toolkitPrepend),
      ...scrollRows(scrolls.ours, scrolls.empty, scrolls.toolkit),
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
async function prepends(panel: PanelInBrowser): Promise<Work> {
  const thread = await PageThread.of(panel.page);
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
  const wall = p95(await panel.page.evaluate(() => (window as unknown as Measured).benchBusy));
  return { wall, processor: (await thread.spent()) / PREPENDS };
}

/** The same with the toolkit's grid, each change from its beginning to the end of the frame that draws it. */
async function toolkitPrepends(page: Page): Promise<Work> {
  const thread = await PageThread.of(page);
  const taken: number[] = [];
  for (let index = 0; index < TOOLKIT_PREPENDS; index++) {
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
            (window as unknown as Measured).toolkitPrepend();
            sync = performance.now() - began;
          }),
      ),
    );
  }
  return { wall: p95(taken), processor: (await thread.spent()) / TOOLKIT_PREPENDS };
}

/** Scrolls for two seconds. */
async function scroll(page: Page, selector: string): Promise<Scroll> {
  await page.bringToFront();
  const thread = await PageThread.of(page);
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
  return { frame: p95(frames), processor: (await thread.spent()) / frames.length };
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
  const spent: number[] = [];
  for (let round = 0; round < 7; round++) {
    await page.goto(EMPTY_PAGE);
    empty.push(await paintedAt(page));
    const thread = await PageThread.of(page);
    await page.goto(PANEL_ORIGIN);
    const at = await page.waitForFunction(
      () => (window as unknown as { benchPaintedAt?: number }).benchPaintedAt,
    );
    painted.push((await at.jsonValue()) ?? Number.NaN);
    spent.push(await thread.spent());
  }
  const what = 'panel: first paint, an hour of 20 containers';
  const ours = median(painted);
  return [
    { what, unit: 'ms', ours, reference: { name: 'the budget', value: 300 }, goal: 1 },
    { what, unit: 'ms', ours, reference: { name: 'an empty page', value: median(empty) }, goal: 20 },
    {
      what: `${what}, ${PROCESSOR}`,
      unit: 'ms',
      ours: median(spent),
      reference: { name: 'the budget', value: 300 },
      goal: 1,
    },
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

function prependRows(ours: Work, toolkit: Work): BenchRow[] {
  const what = `panel: 17 kills above ${KILLS}, a frame's work`;
  const grid = `the toolkit's data-grid, above ${TOOLKIT_ROWS}`;
  const rows = (name: string, of: keyof Work): BenchRow[] => [
    {
      what: `${what}, ${name}`,
      unit: 'ms',
      ours: ours[of],
      reference: { name: 'a frame', value: 16 },
      goal: 1,
    },
    {
      what: `${what}, ${name}`,
      unit: 'ms',
      ours: ours[of],
      reference: { name: grid, value: toolkit[of] },
      goal: 1,
    },
  ];
  return [...rows('p95', 'wall'), ...rows(PROCESSOR, 'processor')];
}

/** The verdict is the ratio: on a busy machine an empty page has no 60 frames a second either. */
function scrollRows(
  ours: readonly Scroll[],
  empty: readonly Scroll[],
  toolkit: readonly Scroll[],
): BenchRow[] {
  const frame = (scrolls: readonly Scroll[]): number => median(scrolls.map((one) => one.frame));
  const what = `panel: scrolling ${KILLS} kills`;
  const row = { what: `${what}, frame p95`, unit: 'ms', ours: frame(ours) };
  const grid = `the toolkit's data-grid, ${TOOLKIT_ROWS} rows`;
  return [
    { ...row, reference: { name: 'an empty page', value: frame(empty) }, goal: 1.2 },
    { ...row, reference: { name: grid, value: frame(toolkit) }, goal: 1.2 },
    {
      what: `${what}, a frame, ${PROCESSOR}`,
      unit: 'ms',
      ours: median(ours.map((one) => one.processor)),
      reference: { name: 'half a frame', value: 8.3 },
      goal: 1,
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
