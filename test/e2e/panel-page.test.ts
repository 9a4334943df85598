import assert from 'node:assert/strict';
import { Cleanup } from '../../tools/system/cleanup.js';
import { processCleanup } from '../../tools/test/process-cleanup.js';
import { LIVE, openBrowserPage, PanelInBrowser } from './panel-in-browser.js';

const SECOND = 1000;

/** Kills that follow each other too slowly for a storm. */
function apart(count: number, from = 1) {
  return Array.from({ length: count }, (_, index) => {
    const seq = from + index;
    return { seq, time: new Date(Date.UTC(2026, 10, 20, 20, 0, 0, seq * 6 * SECOND)).toISOString() };
  });
}

/** Kills of one container that follow each other fast. */
function storm(count: number, from = 1) {
  return Array.from({ length: count }, (_, index) => ({ seq: from + index }));
}

describe('the page of OOM kills, in a browser', () => {
  const cleanup = new Cleanup();
  let kills: PanelInBrowser;

  before(async () => {
    processCleanup.defer(() => cleanup.run());
    kills = new PanelInBrowser(await openBrowserPage(cleanup));
  });

  after(() => cleanup.run());

  beforeEach(async () => {
    kills = new PanelInBrowser(kills.page);
    await kills.open(LIVE);
  });

  it('asks for everything, says what it waits for, and breaks no rule of its own policy', async () => {
    assert.deepEqual((await kills.sent())[0], { type: 'ready', version: 2 });
    await kills.page.getByRole('heading', { name: 'No kills yet' }).waitFor();
    await kills.kill({ seq: 1 }, { seq: 2, evidence: 'bare' }, { seq: 3, evidence: 'counted' });
    await kills.rows().nth(2).waitFor();
    assert.deepEqual(await kills.violations(), []);
  });

  it('lists kills newest first and counts them by evidence', async () => {
    await kills.kill({ seq: 1 }, { seq: 2, evidence: 'bare' }, { seq: 3, evidence: 'counted' });
    const newest = kills.page.locator('[aria-rowindex="2"]');
    await newest.getByText('counted').waitFor();
    const counts = await kills.page.locator('.counts > span').allTextContents();
    assert.deepEqual(counts, ['3 OOM kills', '1 full report', '1 bare line', '1 counted']);
  });

  it('shows hostile names as they are, in a storm too', async () => {
    const comm = '<img src=x onerror=alert(1)>';
    await kills.kill({ seq: 1, comm, podName: '<script>alert(2)</script>' });
    await kills.rows().first().waitFor();
    const text = await kills.rows().first().textContent();
    assert.ok(text?.includes(comm), String(text));
    assert.equal(await kills.page.locator('.space img, .space script').count(), 0);
  });

  it('keeps only the rows in view in the document, and tells how many there are', async () => {
    await kills.kill(...apart(5000));
    await kills.rows().first().waitFor();
    assert.ok((await kills.rows().count()) < 120);
    assert.equal(await kills.page.getByRole('treegrid').getAttribute('aria-rowcount'), '5001');
    await kills.page.getByRole('treegrid').focus();
    await kills.page.keyboard.press('End');
    await kills.page.locator('[aria-rowindex="5001"][aria-selected="true"]').waitFor();
    assert.ok((await kills.rows().count()) < 120);
  });

  it('a row that leaves gives its element to one that comes, which says only what is its own', async () => {
    await kills.kill(
      ...apart(400).map((kill) => ({
        ...kill,
        podName: `pod-${kill.seq}`,
        comm: kill.seq === 300 ? `${'w'.repeat(15)}` : 'java',
      })),
    );
    await kills.rows().first().waitFor();
    const ids = async () => (await kills.rows().evaluateAll((rows) => rows.map(({ id }) => id))).sort();
    const before = await ids();
    await kills.rows().first().locator('.container').hover();
    await kills.page.locator('.space .container[title*="pod-400"]').waitFor();
    await kills.page.locator('.scroller').evaluate((element) => {
      element.scrollTop = 100 * 24;
    });
    const middle = kills.page.locator('.space [data-kill="sandbox/300"]');
    await middle.waitFor();
    const after = await ids();
    assert.ok(before.every((id) => after.includes(id)) && after.length - before.length <= 8, String(after));
    assert.equal(await middle.getAttribute('aria-rowindex'), '102');
    assert.match((await middle.textContent()) ?? '', /pod-300.*w{15} \(4300\)/);
    assert.equal(await kills.page.locator('.space [data-kill="sandbox/400"]').count(), 0);
    assert.equal(await kills.page.locator('.space [title*="pod-400"]').count(), 0);
    const texts = await kills.rows().locator('.container').allTextContents();
    assert.equal(new Set(texts).size, texts.length);
  });

  it('what is read stays in place while new kills come in', async () => {
    await kills.kill(...apart(200));
    await kills.rows().first().waitFor();
    const scroller = kills.page.locator('.scroller');
    await scroller.evaluate((element) => {
      element.scrollTop = 1200;
    });
    const row = kills.page.locator('.space [data-kill="sandbox/150"]');
    const before = (await row.boundingBox())?.y;
    await kills.kill(...apart(2, 201));
    await kills.page.locator('[data-kill="sandbox/150"][aria-rowindex="54"]').waitFor();
    assert.equal((await row.boundingBox())?.y, before);
  });

  it('works by keyboard: arrows move, Enter opens the details, Escape closes them', async () => {
    await kills.kill({ seq: 1, podName: 'a' }, { seq: 2, podName: 'b' });
    await kills.rows().nth(1).waitFor();
    const grid = kills.page.getByRole('treegrid');
    await grid.focus();
    await kills.page.keyboard.press('ArrowDown');
    await kills.page.keyboard.press('ArrowDown');
    const active = kills.page.locator('.space [aria-selected="true"]');
    await kills.page.locator('[aria-rowindex="3"][aria-selected="true"]').waitFor();
    assert.equal(await grid.getAttribute('aria-activedescendant'), await active.getAttribute('id'));
    await kills.page.keyboard.press('Enter');
    const details = kills.page.getByRole('complementary', { name: 'Details of the kill' });
    await details.waitFor();
    assert.deepEqual((await kills.sent()).at(-1), { type: 'details', id: 'sandbox/1' });
    await kills.page.keyboard.press('ArrowUp');
    await details.getByText('(4002)').waitFor();
    await details.getByRole('button', { name: 'Show Pod' }).click();
    const reveal = { type: 'reveal-pod', namespace: 'hello-kubernetes', pod: 'b' };
    assert.deepEqual((await kills.sent()).at(-1), reveal);
    await kills.page.keyboard.press('Escape');
    await details.waitFor({ state: 'hidden' });
    assert.equal(await grid.evaluate((element) => element === document.activeElement), true);
  });

  it('details: who could have been killed by the kernel’s badness, memory by kind, and what was not checked', async () => {
    await kills.kill({ seq: 1 });
    await kills.rows().first().click();
    const task = { tgid: 1, uid: 0, pgtablesBytes: 4096, swapBytes: 0 };
    await kills.answerDetails({
      checked: false,
      level: 'pod',
      tasks: [
        { ...task, pid: 7, comm: '<b>small</b>', rssBytes: 1 << 20, oomScoreAdj: 0 },
        { ...task, pid: 8, comm: 'init', rssBytes: 9 << 20, oomScoreAdj: -1000 },
        { ...task, pid: 4001, comm: '\u202estress', rssBytes: 2 << 20, oomScoreAdj: 1000 },
      ],
    });
    const details = kills.page.getByRole('complementary');
    const tasks = await details.locator('tbody th').allTextContents();
    assert.deepEqual(tasks, ['\u202estress (4001)killed', '<b>small</b> (7)', 'init (8)']);
    const badness = await details.locator('tbody td:nth-child(2)').allTextContents();
    assert.deepEqual(badness, ['128,513', '257', 'never']);
    await details.getByText('anonymous 455 MiB · file 1 MiB').waitFor();
    await details.getByText('its Pod’s').waitFor();
    await details.getByText('Not checked').waitFor();
    assert.equal(await details.locator('b').count(), 0);
    for (const [name, type] of [
      ['Copy', 'copy-kill'],
      ['Open Kernel Report', 'open-report'],
    ] as const) {
      await details.getByRole('button', { name }).click();
      assert.deepEqual((await kills.sent()).at(-1), { type, id: 'sandbox/1' });
    }
    assert.deepEqual(await kills.violations(), []);
  });

  it('details of a kill that the extension has forgotten say so', async () => {
    await kills.kill({ seq: 1 });
    await kills.rows().first().click();
    await kills.page.evaluate(() =>
      window.postMessage({ type: 'details', id: 'sandbox/1', details: null }, '*'),
    );
    await kills.page.getByText('This kill is not known any more.').waitFor();
  });

  it('a storm is one row that counts on, opens and closes by keyboard', async () => {
    await kills.kill({ seq: 1, podName: 'b' }, ...storm(7, 2), { seq: 9, evidence: 'bare' });
    const row = kills.page.locator('.row.storm');
    await row.getByText('8 kills in 1 s, 7 with a full report').waitFor();
    assert.equal(await kills.rows().count(), 2);
    await kills.kill({ seq: 10 });
    await row.getByText('9 kills in 1 s, 8 with a full report').waitFor();
    const grid = kills.page.getByRole('treegrid');
    await grid.focus();
    await kills.page.keyboard.press('ArrowDown');
    await kills.page.locator('.row.storm[aria-selected="true"][aria-expanded="false"]').waitFor();
    await kills.page.keyboard.press('ArrowRight');
    await kills.page.locator('.row.storm[aria-expanded="true"]').waitFor();
    await kills.page.locator('[aria-rowcount="12"]').waitFor();
    assert.equal(await kills.page.locator('.space [aria-level="2"]').count(), 9);
    await kills.page.keyboard.press('ArrowRight');
    await kills.page.locator('[data-kill="sandbox/10"][aria-selected="true"]').waitFor();
    await kills.kill({ seq: 11 });
    await kills.page.locator('[aria-rowcount="13"]').waitFor();
    await kills.page.keyboard.press('ArrowLeft');
    await kills.page.locator('.row.storm[aria-selected="true"]').waitFor();
    await kills.page.keyboard.press('ArrowLeft');
    await kills.page.locator('[aria-rowcount="3"]').waitFor();
  });

  it('filters by what is typed, counts what matches, remembers it, and exports just that', async () => {
    await kills.kill(
      { seq: 1, comm: '<i>java</i>' },
      { seq: 2, comm: 'node', podName: 'other' },
      { seq: 3, comm: 'java', evidence: 'bare' },
    );
    const box = kills.page.getByRole('textbox', { name: 'Filter the kills' });
    await box.fill('victim:java -evidence:bare');
    await kills.page.getByText('1 of 3 shown').waitFor();
    assert.equal(await kills.rows().count(), 1);
    await kills.page.getByRole('button', { name: 'Export…' }).click();
    assert.deepEqual((await kills.sent()).at(-1), { type: 'export', ids: ['sandbox/1'] });
    assert.equal((await kills.kept())['filter'], 'victim:java -evidence:bare');
    await kills.kill({ seq: 4, comm: 'java' });
    await kills.page.getByText('2 of 4 shown').waitFor();
    await box.fill('nobody');
    await kills.page.getByText('No kill matches the filter.').waitFor();
    await kills.page.getByRole('button', { name: 'Clear the filter' }).click();
    await kills.rows().nth(3).waitFor();
    await kills.page.getByRole('button', { name: 'Export…' }).click();
    assert.deepEqual((await kills.sent()).at(-1), { type: 'export', ids: null });
  });

  it('where it is narrow the rest is in the details, and nothing scrolls sideways', async () => {
    await kills.page.setViewportSize({ width: 500, height: 600 });
    try {
      await kills.kill({ seq: 1, podName: 'b' }, ...storm(6, 10));
      await kills.rows().nth(1).waitFor();
      const scroller = kills.page.locator('.scroller');
      assert.equal(await scroller.evaluate((element) => element.scrollWidth > element.clientWidth), false);
      assert.equal(await kills.page.getByRole('columnheader', { name: 'Freed' }).isVisible(), true);
      assert.equal(await kills.page.getByRole('columnheader', { name: 'oom_score_adj' }).isVisible(), false);
    } finally {
      await kills.page.setViewportSize({ width: 1500, height: 900 });
    }
  });

  it('where it is narrow and low the details take the place of the list, by keyboard too, and give it back', async () => {
    await kills.page.setViewportSize({ width: 640, height: 300 });
    try {
      await kills.kill({ seq: 1, podName: 'a' }, { seq: 2, podName: 'b' });
      await kills.rows().nth(1).waitFor();
      const grid = kills.page.getByRole('treegrid');
      await grid.focus();
      await kills.page.keyboard.press('ArrowDown');
      await kills.page.keyboard.press('Enter');
      const back = kills.page.getByRole('button', { name: 'Back to the list' });
      await back.waitFor();
      assert.equal(await grid.isVisible(), false);
      assert.equal(await back.evaluate((element) => element === document.activeElement), true);
      const details = await kills.page.getByRole('complementary').boundingBox();
      assert.ok((details?.height ?? 0) > 180, JSON.stringify(details));
      await kills.page.keyboard.press('Enter');
      await back.waitFor({ state: 'hidden' });
      await grid.waitFor();
      assert.equal(await grid.evaluate((element) => element === document.activeElement), true);
      await kills.page.keyboard.press('Enter');
      await back.waitFor();
      await kills.page.setViewportSize({ width: 640, height: 700 });
      await grid.waitFor();
      assert.equal(await back.isVisible(), false);
    } finally {
      await kills.page.setViewportSize({ width: 1500, height: 900 });
    }
  });

  it('what has just come flashes, but not for who wants no motion', async () => {
    const animations = () =>
      kills.page.evaluate(() =>
        document.getAnimations().map((animation) => (animation as CSSAnimation).animationName),
      );
    try {
      await kills.page.emulateMedia({ reducedMotion: 'no-preference' });
      await kills.kill({ seq: 1 });
      await kills.page.locator('.row.fresh').waitFor();
      assert.deepEqual(await animations(), ['arrive']);
      await kills.page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
      assert.deepEqual(await animations(), []);
      await kills.page.evaluate(() => document.body.classList.remove('vscode-reduce-motion'));
      await kills.page.emulateMedia({ reducedMotion: 'reduce' });
      await kills.kill({ seq: 2 });
      await kills.rows().nth(1).waitFor();
      await kills.status({ ...LIVE, phase: 'connecting' });
      await kills.page.locator('.state.connecting').waitFor();
      assert.deepEqual(await animations(), []);
    } finally {
      await kills.page.emulateMedia({ reducedMotion: 'reduce' });
    }
  });

  it('a single lost record is one record', async () => {
    const [node] = LIVE.nodes;
    assert.ok(node);
    await kills.status({ ...LIVE, nodes: [{ ...node, lost: 1 }] });
    await kills.page.getByText('vm: 1 kernel record was lost').waitFor();
    await kills.status({ ...LIVE, nodes: [{ ...node, lost: 2 }] });
    await kills.page.getByText('vm: 2 kernel records were lost').waitFor();
  });

  it('Pause stands still and counts what waits; Resume shows it', async () => {
    await kills.kill({ seq: 1 });
    await kills.rows().first().waitFor();
    await kills.page.getByRole('button', { name: 'Pause' }).click();
    await kills.kill({ seq: 2 }, { seq: 3 });
    const resume = kills.page.getByRole('button', { name: 'Resume (2 new)' });
    await resume.waitFor();
    assert.equal(await kills.rows().count(), 1);
    await resume.click();
    await kills.rows().nth(2).waitFor();
  });

  it('Clear asks the extension, which sends what is left', async () => {
    await kills.kill({ seq: 1 });
    await kills.page.getByRole('button', { name: 'Clear' }).click();
    assert.deepEqual((await kills.sent()).at(-1), { type: 'clear' });
  });

  it('a state without kills says why and what to do next', async () => {
    await kills.status({ ...LIVE, nodes: [] });
    await kills.page.getByRole('heading', { name: 'No node agent streams kills' }).waitFor();
    const detail = 'No kubeconfig was found.';
    const failed = { phase: 'failed', context: null, nodes: [], detail } as const;
    await kills.status({ ...LIVE, ...failed, nextStep: 'choose-kubeconfig' });
    await kills.page.getByText(detail).waitFor();
    await kills.page.locator('.kills .empty vscode-button').first().click();
    assert.deepEqual((await kills.sent()).at(-1), { type: 'action', action: 'choose-kubeconfig' });
  });

  it('a storm is announced once, not kill by kill', async () => {
    await kills.kill({ seq: 1 });
    await kills.kill({ seq: 2 }, { seq: 3 });
    await kills.rows().nth(2).waitFor();
    assert.equal(await kills.page.getByRole('status').textContent(), '1 new OOM kill');
  });

  it('a message that is none of the protocol changes nothing', async () => {
    await kills.kill({ seq: 1 });
    await kills.rows().first().waitFor();
    await kills.page.evaluate(() => window.postMessage({ type: 'snapshot', version: 2 }, '*'));
    await kills.kill({ seq: 2 });
    await kills.rows().nth(1).waitFor();
    assert.equal(await kills.rows().count(), 2);
  });
});
