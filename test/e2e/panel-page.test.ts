import assert from 'node:assert/strict';
import { Cleanup } from '../../tools/system/cleanup.js';
import { processCleanup } from '../../tools/test/process-cleanup.js';
import { LIVE, openBrowserPage, PanelInBrowser } from './panel-in-browser.js';

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

  it('shows hostile names as they are', async () => {
    const comm = '<img src=x onerror=alert(1)>';
    await kills.kill({ seq: 1, comm, podName: '<script>alert(2)</script>' });
    await kills.rows().first().waitFor();
    const text = await kills.rows().first().textContent();
    assert.ok(text?.includes(comm), String(text));
    assert.equal(await kills.page.locator('.space img, .space script').count(), 0);
  });

  it('keeps only the rows in view in the document, and tells how many there are', async () => {
    const all = Array.from({ length: 5000 }, (_, index) => ({ seq: index + 1 }));
    await kills.kill(...all);
    await kills.rows().first().waitFor();
    assert.ok((await kills.rows().count()) < 120);
    assert.equal(await kills.page.getByRole('grid').getAttribute('aria-rowcount'), '5001');
    await kills.page.getByRole('grid').focus();
    await kills.page.keyboard.press('End');
    await kills.page.locator('[aria-rowindex="5001"][aria-selected="true"]').waitFor();
    assert.ok((await kills.rows().count()) < 120);
  });

  it('what is read stays in place while new kills come in', async () => {
    await kills.kill(...Array.from({ length: 200 }, (_, index) => ({ seq: index + 1 })));
    await kills.rows().first().waitFor();
    const scroller = kills.page.locator('.scroller');
    await scroller.evaluate((element) => {
      element.scrollTop = 1200;
    });
    const row = kills.page.locator('.space [data-kill="sandbox/150"]');
    const before = (await row.boundingBox())?.y;
    await kills.kill({ seq: 201 }, { seq: 202 });
    await kills.page.locator('[data-kill="sandbox/150"][aria-rowindex="54"]').waitFor();
    assert.equal((await row.boundingBox())?.y, before);
  });

  it('works by keyboard: arrows move, Enter shows the Pod', async () => {
    await kills.kill({ seq: 1, podName: 'a' }, { seq: 2, podName: 'b' });
    await kills.rows().nth(1).waitFor();
    const grid = kills.page.getByRole('grid');
    await grid.focus();
    await kills.page.keyboard.press('ArrowDown');
    await kills.page.keyboard.press('ArrowDown');
    const active = kills.page.locator('.space [aria-selected="true"]');
    await kills.page.locator('[aria-rowindex="3"][aria-selected="true"]').waitFor();
    assert.equal(await grid.getAttribute('aria-activedescendant'), await active.getAttribute('id'));
    await kills.page.keyboard.press('Enter');
    assert.deepEqual((await kills.sent()).at(-1), {
      type: 'reveal-pod',
      namespace: 'hello-kubernetes',
      pod: 'a',
    });
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
    await kills.page.locator('.empty vscode-button').first().click();
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
