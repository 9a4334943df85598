import assert from 'node:assert/strict';
import { BoundedSeries } from '../../../../src/lab/runs/series.js';

const point = (time: number, workingSetBytes: number | null) => ({
  time,
  workingSetBytes,
  usageBytes: workingSetBytes === null ? null : workingSetBytes + 1,
  limitBytes: 1000,
});

describe('the curve of a run', () => {
  it('stays within its bound however many points come, and loses neither peak, order nor ends', () => {
    const series = new BoundedSeries(100);
    for (let time = 0; time < 100_000; time++) series.push(point(time, time === 54_321 ? 999 : time % 7));
    const { times, workingSetBytes, usageBytes, limitBytes } = series.columns();
    assert.ok(times.length <= 100 && times.length >= 50, `${times.length}`);
    assert.ok([workingSetBytes, usageBytes, limitBytes].every(({ length }) => length === times.length));
    assert.ok(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0)));
    assert.equal(workingSetBytes[times.indexOf(54_321)], 999);
    assert.deepEqual(series.peak, { bytes: 999, time: 54_321 });
    assert.ok((times.at(-1) ?? 0) > 98_000);
  });

  it('keeps every point while they fit', () => {
    const series = new BoundedSeries(10);
    for (let time = 0; time < 10; time++) series.push(point(time, time));
    assert.deepEqual(series.columns().times, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('takes no point twice and none from before', () => {
    const series = new BoundedSeries(10);
    for (const time of [5, 5, 4, 6]) series.push(point(time, time));
    assert.deepEqual(series.columns().times, [5, 6]);
  });

  it('has no peak of the time before the run', () => {
    const series = new BoundedSeries(10);
    series.push(point(-1000, 500));
    assert.equal(series.peak, null);
    series.push(point(10, null));
    series.push(point(20, 40));
    assert.deepEqual(series.peak, { bytes: 40, time: 20 });
  });
});
