import assert from 'node:assert/strict';
import { badness } from '../../../../src/core/memory/badness.js';
import { type ForecastOutcome, forecast, stressBytesOnNode } from '../../../../src/core/memory/forecast.js';

const MI = 2 ** 20;

describe('core/memory forecast', () => {
  const rows: readonly [number | null, number | null, number | null, number | null, ForecastOutcome][] = [
    [38, 500, 50, 88, 'fits'],
    [38, 500, 3000, 3038, 'exceeds'],
    [50, 500, 400, 450, 'near'],
    [50, 500, 399, 449, 'fits'],
    [100, 500, 400, 500, 'near'],
    [100, 500, 401, 501, 'exceeds'],
    [38, null, 50, 88, 'no-limit'],
    [null, null, 50, null, 'no-limit'],
    [38, null, null, null, 'unknown'],
    [null, 500, 50, null, 'unknown'],
    [null, 500, 501, null, 'exceeds'],
    [38, 500, null, null, 'unknown'],
  ];
  for (const [workingSet, limit, stress, after, outcome] of rows) {
    it(`${workingSet} + ${stress} MiB of ${limit}: ${outcome}`, () => {
      const bytes = (value: number | null): number | null => (value === null ? null : value * MI);
      const actual = forecast({
        workingSetBytes: bytes(workingSet),
        limitBytes: bytes(limit),
        stressBytes: bytes(stress),
      });
      assert.equal(actual.outcome, outcome);
      assert.equal(actual.afterBytes, bytes(after));
      const percent = after === null || limit === null ? null : (after / limit) * 100;
      assert.equal(actual.percentOfLimit, percent);
    });
  }

  it('takes a percentage from the memory of the node, not of the limit', () => {
    assert.equal(stressBytesOnNode({ totalBytes: null, nodePercent: 25 }, 8 * 2 ** 30), 2 * 2 ** 30);
    assert.equal(stressBytesOnNode({ totalBytes: null, nodePercent: 25 }, null), null);
    assert.equal(stressBytesOnNode({ totalBytes: 50 * MI, nodePercent: null }, null), 50 * MI);
  });
});

describe('core/memory badness', () => {
  const process = { rssBytes: 100 * MI, swapBytes: 0, pageTableBytes: 40_960, oomScoreAdj: 0 };

  it('counts pages of rss, swap and page tables', () => {
    assert.equal(badness(process, 500 * MI), 25_600 + 10);
    assert.equal(badness({ ...process, swapBytes: 4096 }, 500 * MI), 25_600 + 10 + 1);
  });

  it("adds oom_score_adj in thousandths of what is shared out, in the kernel's integer arithmetic", () => {
    // 500 MiB are 128,000 pages; a thousandth of it is 128.
    assert.equal(badness({ ...process, oomScoreAdj: 992 }, 500 * MI), 25_610 + 992 * 128);
    assert.equal(badness({ ...process, oomScoreAdj: 1 }, 999 * 4096), 25_610);
  });

  it('orders protected processes below zero and never takes -1000', () => {
    assert.equal(badness({ ...process, oomScoreAdj: -997 }, 500 * MI), 25_610 - 997 * 128);
    assert.equal(badness({ ...process, oomScoreAdj: -1000 }, 500 * MI), null);
  });
});
