import assert from 'node:assert/strict';
import { panelTexts } from '../../../../src/extension/panel/texts.js';
import type { KillRow } from '../../../../src/protocol/panel/kills.js';
import type { PanelTexts } from '../../../../src/protocol/panel/texts.js';
import { cellsOf } from '../../../../webview/panel/kills/cells.js';
import { KillList } from '../../../../webview/panel/kills/kill-list.js';
import { rowWindow, scrollToShow } from '../../../../webview/panel/kills/row-window.js';
import { english } from '../../extension/support/language.js';

const texts: PanelTexts = panelTexts(english);
const language = { texts, locale: 'en' };

function row(seq: number, parts: Partial<KillRow> = {}): KillRow {
  return {
    id: `n/${seq}`,
    time: '2026-11-20T20:41:03.512Z',
    node: 'n',
    namespace: 'hello-kubernetes',
    pod: 'hello-world-b55bfcf68-8mln6',
    container: 'web',
    candidates: 0,
    victim: { comm: 'stress-ng-vm', pid: 4711, anonBytes: 477_331_456, oomScoreAdj: 1000 },
    constraint: 'memcg',
    limitBytes: 524_288_000,
    evidence: 'full',
    group: false,
    ...parts,
  };
}

const rows = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => row(from + index));
const shown = (list: KillList) => Array.from({ length: list.length }, (_, index) => list.at(index)?.id);

describe('the list of kills', () => {
  it('puts a kill that is told late where its time is', () => {
    const list = new KillList(9);
    list.push([row(1, { time: '2026-11-20T20:00:01.000Z' }), row(3, { time: '2026-11-20T20:00:03.000Z' })]);
    list.push([row(2, { time: '2026-11-20T20:00:02.000Z' })]);
    assert.deepEqual(shown(list), ['n/3', 'n/2', 'n/1']);
  });

  it('has the newest first and forgets the oldest', () => {
    const list = new KillList(3);
    assert.equal(list.push(rows(1, 2)), 2);
    assert.deepEqual(shown(list), ['n/2', 'n/1']);
    list.push(rows(3, 4));
    assert.deepEqual(shown(list), ['n/4', 'n/3', 'n/2']);
  });

  it('paused, it stands still and loses nothing', () => {
    const list = new KillList(10);
    list.push(rows(1, 2));
    list.pause();
    assert.equal(list.push(rows(3, 5)), 0);
    assert.deepEqual(shown(list), ['n/2', 'n/1']);
    assert.equal(list.waiting, 3);
    assert.equal(list.resume(), 3);
    assert.deepEqual(shown(list), ['n/5', 'n/4', 'n/3', 'n/2', 'n/1']);
  });

  it('paused past its capacity, it keeps what came last', () => {
    const list = new KillList(3);
    list.push(rows(1, 2));
    list.pause();
    list.push(rows(3, 4));
    assert.deepEqual(shown(list), ['n/2']);
    assert.equal(list.waiting, 2);
    list.push(rows(5, 9));
    assert.deepEqual(shown(list), []);
    list.resume();
    assert.deepEqual(shown(list), ['n/9', 'n/8', 'n/7']);
  });

  it('takes in what is known later', () => {
    const list = new KillList(3);
    list.push([row(1, { pod: null }), row(2)]);
    list.update([row(1, { pod: 'late' })]);
    assert.equal(list.at(1)?.pod, 'late');
    assert.equal(list.at(0)?.pod, row(2).pod);
  });

  it('a new snapshot keeps a pause where it was', () => {
    const list = new KillList(10);
    list.push(rows(1, 3));
    list.pause();
    list.reset(rows(1, 5));
    assert.deepEqual(shown(list), ['n/3', 'n/2', 'n/1']);
    assert.equal(list.waiting, 2);
    list.reset([]);
    assert.equal(list.length, 0);
  });
});

describe('the window of rows', () => {
  const at = (scrollTop: number) => ({ scrollTop, height: 240, rowHeight: 24 });

  it('draws what is seen and a margin, never more', () => {
    assert.deepEqual(rowWindow(at(0), 10_000), { first: 0, end: 19 });
    assert.deepEqual(rowWindow(at(24_000), 10_000), { first: 992, end: 1019 });
    assert.deepEqual(rowWindow(at(24_023), 10_000), { first: 992, end: 1019 });
    assert.deepEqual(rowWindow(at(0), 3), { first: 0, end: 3 });
    assert.deepEqual(rowWindow(at(24_000), 0), { first: 0, end: 0 });
  });

  it('scrolls only as far as needed', () => {
    assert.equal(scrollToShow(at(240), 12), 240);
    assert.equal(scrollToShow(at(240), 2), 48);
    assert.equal(scrollToShow(at(0), 10), 24);
  });
});

describe('cells of a kill', () => {
  it('say who died, where, what was freed and why', () => {
    const cells = cellsOf(row(1), language);
    const whole = ({ before = '', text, tail = '', after = '' }: (typeof cells)['container']) =>
      before + text + tail + after;
    assert.equal(whole(cells.container), 'hello-kubernetes / hello-world-b55bfcf68-8mln6 / web');
    assert.equal(cells.container.tail, '-8mln6');
    assert.equal(whole(cells.victim), 'stress-ng-vm (4711)');
    assert.equal(cells.freed.text, '455 MiB');
    assert.equal(cells.freed.title, '477,331,456 bytes of anonymous memory');
    assert.equal(cells.adj.text, '1000');
    assert.equal(cells.cause.text, 'limit 500 MiB');
    assert.equal(cells.evidence.text, 'full report');
  });

  it('what the kernel did not tell is said to be so', () => {
    const cells = cellsOf(
      row(1, { victim: null, constraint: null, limitBytes: null, evidence: 'counted' }),
      language,
    );
    assert.deepEqual([cells.victim.text, cells.victim.unknown], ['not told', true]);
    assert.deepEqual([cells.freed.text, cells.adj.text], ['—', '—']);
    assert.deepEqual([cells.cause.text, cells.cause.unknown], ['not told', true]);
  });

  it('one of several containers is never guessed', () => {
    const none = { namespace: null, pod: null, container: null };
    assert.equal(cellsOf(row(1, { ...none, candidates: 2 }), language).container.text, 'one of 2 containers');
    assert.equal(cellsOf(row(1, none), language).container.text, 'no known container');
  });

  it('a victim’s name stays as it is, placeholders and markup included', () => {
    const victim = { comm: '<b>{0}</b>', pid: 1, anonBytes: null, oomScoreAdj: null };
    const { victim: cell } = cellsOf(row(1, { victim }), language);
    assert.equal(cell.text, '<b>{0}</b>');
    assert.equal(cell.title, '<b>{0}</b> · pid 1');
  });
});
