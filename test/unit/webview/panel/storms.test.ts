import assert from 'node:assert/strict';
import type { KillRow } from '../../../../src/protocol/panel/kills.js';
import { type GridRow, STORM_GAP_MS, StormRows } from '../../../../webview/panel/kills/storms.js';

const START = Date.UTC(2026, 10, 20, 20);

function kill(id: number, atMs: number, parts: Partial<KillRow> = {}): KillRow {
  return {
    id: `n/${id}`,
    time: new Date(START + atMs).toISOString(),
    node: 'n',
    namespace: 'ns',
    pod: 'a',
    container: 'c',
    candidates: 0,
    victim: { comm: 'x', pid: id, anonBytes: 10, oomScoreAdj: 0 },
    constraint: 'memcg',
    limitBytes: 100,
    evidence: 'full',
    group: false,
    ...parts,
  };
}

/** So many kills, each `gap` ms after the one before. */
const series = (from: number, count: number, gap: number, startMs = 0, parts: Partial<KillRow> = {}) =>
  Array.from({ length: count }, (_, index) => kill(from + index, startMs + index * gap, parts));

const text = (rows: readonly GridRow[]) =>
  rows.map((row) =>
    row.kind === 'kill'
      ? `${row.storm === null ? '' : '> '}${row.kill.id}`
      : `${row.storm.count} of ${row.storm.id}`,
  );

describe('the rows of the kills', () => {
  it('four in quick succession are four rows, the newest first; five are one', () => {
    const rows = new StormRows();
    assert.deepEqual(text(rows.rows(series(1, 4, 10))), ['n/4', 'n/3', 'n/2', 'n/1']);
    assert.deepEqual(text(rows.rows(series(1, 5, 10))), ['5 of n/1']);
  });

  it('a storm lasts as long as the gaps are short', () => {
    const rows = new StormRows();
    assert.deepEqual(text(rows.rows(series(1, 5, STORM_GAP_MS))), ['5 of n/1']);
    assert.equal(rows.rows(series(1, 5, STORM_GAP_MS + 1)).length, 5);
    const two = [...series(1, 5, 10), ...series(6, 6, 10, 60_000)];
    assert.deepEqual(text(rows.rows(two)), ['6 of n/6', '5 of n/1']);
  });

  it('tells how many, how many in full, how long and how much', () => {
    const kills = [...series(1, 5, 1000), kill(6, 6000, { evidence: 'bare', victim: null })];
    const [row] = new StormRows().rows(kills);
    assert.ok(row?.kind === 'storm');
    const { count, full, lastsMs, freedBytes, newest } = row.storm;
    assert.deepEqual(
      { count, full, lastsMs, freedBytes },
      { count: 6, full: 5, lastsMs: 6000, freedBytes: 50 },
    );
    assert.equal(newest.id, 'n/6');
  });

  it('two containers that storm at once are two storms, each where its newest kill is', () => {
    const a = series(1, 6, 100);
    const b = series(11, 5, 100, 50, { pod: 'b' });
    const other = kill(99, 275, { pod: 'd' });
    const mixed = [...a, ...b, other].sort((one, two) => (one.time < two.time ? -1 : 1));
    assert.deepEqual(text(new StormRows().rows(mixed)), ['6 of n/1', '5 of n/11', 'n/99']);
  });

  it('opens and closes, keeps counting while open, and drops nothing', () => {
    const rows = new StormRows();
    rows.rows(series(1, 5, 10));
    rows.toggle('n/1');
    const open = rows.rows(series(1, 6, 10));
    assert.deepEqual(text(open), ['6 of n/1', '> n/6', '> n/5', '> n/4', '> n/3', '> n/2', '> n/1']);
    rows.toggle('n/1');
    assert.deepEqual(text(rows.rows(series(1, 6, 10))), ['6 of n/1']);
  });

  it('stays the same, and open, while its oldest kills are forgotten', () => {
    const rows = new StormRows();
    const kills = series(1, 40, 10);
    rows.rows(kills.slice(0, 20));
    rows.toggle('n/1');
    for (let first = 1; first < 20; first += 6) {
      const [storm, newest] = rows.rows(kills.slice(first, first + 20));
      assert.ok(storm?.kind === 'storm' && storm.key === 'storm n/1' && storm.storm.isOpen);
      assert.equal(newest?.kind, 'kill');
    }
  });

  it('a storm that a filter cuts in two has two names', () => {
    const rows = new StormRows();
    const kills = series(1, 40, 300);
    rows.rows(kills);
    const cut = rows.rows([...kills.slice(0, 10), ...kills.slice(30)]);
    assert.equal(new Set(cut.map(({ key }) => key)).size, 2);
    assert.deepEqual(
      text(cut).map((one) => one.split(' ')[0]),
      ['10', '10'],
    );
  });

  it('every kill is in exactly one row or counted by one, whatever comes', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % below;
    };
    const rows = new StormRows();
    let at = 0;
    const kills: KillRow[] = [];
    for (let id = 1; id <= 600; id++) {
      at += random(10) === 0 ? STORM_GAP_MS + 1 : random(400);
      kills.push(kill(id, at, { pod: random(9) === 0 ? null : `p${random(3)}` }));
      if (id % 50 !== 0) continue;
      const made = rows.rows(kills);
      for (const row of made) if (row.kind === 'storm' && random(2) === 0) rows.toggle(row.storm.id);
      const counted = made.reduce((sum, row) => {
        if (row.kind === 'storm') return sum + row.storm.count;
        return sum + (row.storm === null ? 1 : 0);
      }, 0);
      assert.equal(counted, kills.length);
      assert.equal(new Set(made.map(({ key }) => key)).size, made.length);
    }
  });
});
