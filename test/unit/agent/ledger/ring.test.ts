import assert from 'node:assert/strict';
import { EntryRing, type NewEntry } from '../../../../src/agent/ledger/ring.js';

const gap = (lost: number): NewEntry => ({
  type: 'gap',
  time: '2026-01-01T00:00:00.000Z',
  source: 'kernel',
  lost,
});

describe('the ring of entries', () => {
  it('numbers and returns what comes after a number', () => {
    const ring = new EntryRing(100_000);
    ring.append([gap(1), gap(2), gap(3)]);
    assert.deepEqual(
      ring.after(1, 10).map((entry) => entry.seq),
      [2, 3],
    );
    assert.deepEqual(
      ring.after(0, 2).map((entry) => entry.seq),
      [1, 2],
    );
    assert.deepEqual(ring.after(3, 10), []);
    assert.equal(ring.after(2, 1)[0]?.line, `${JSON.stringify({ ...gap(3), seq: 3 })}\n`);
  });

  it('stays within its bytes however much comes', () => {
    const ring = new EntryRing(10_000);
    for (let round = 0; round < 20_000; round++) ring.append([gap(round)]);
    const kept = ring.after(0, 100_000);
    assert.ok(kept.reduce((bytes, entry) => bytes + entry.line.length, 0) <= 10_000);
    assert.equal(kept.at(-1)?.seq, 20_000);
    assert.equal(kept[0]?.seq, ring.oldest);
    assert.deepEqual(
      ring.after(19_998, 10).map((entry) => entry.seq),
      [19_999, 20_000],
    );
  });

  it('tells its readers of news until they leave', () => {
    const ring = new EntryRing(10_000);
    let calls = 0;
    const leave = ring.subscribe(() => {
      calls += 1;
    });
    ring.append([gap(1)]);
    ring.append([]);
    leave();
    ring.append([gap(2)]);
    assert.equal(calls, 1);
  });

  it('goes on behind what it is given, without what lies before a missing number', () => {
    const ring = new EntryRing(10_000);
    ring.restore(
      [1, 2, 4, 5].map((seq) => ({ seq, line: `{"seq":${seq}}\n` })),
      5,
    );
    assert.deepEqual([ring.oldest, ring.seq], [4, 5]);
    ring.append([gap(1)]);
    assert.deepEqual(
      ring.after(4, 10).map((entry) => entry.seq),
      [5, 6],
    );
  });
});
