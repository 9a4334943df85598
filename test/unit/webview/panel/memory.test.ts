import assert from 'node:assert/strict';
import type { ChartMark, ChartPoints } from '../../../../src/protocol/panel/memory.js';
import { ChartData } from '../../../../webview/panel/memory/chart-data.js';
import { drawnMarks, marksNear } from '../../../../webview/panel/memory/marks.js';
import { SharedRange } from '../../../../webview/panel/memory/range.js';
import { memoryRange, STEPS } from '../../../../webview/panel/memory/scale.js';
import { ViewState } from '../../../../webview/panel/view-state.js';

const MIB = 1024 ** 2;

function points(...seconds: readonly number[]): ChartPoints {
  const values = seconds.map((second) => second * MIB);
  return {
    times: seconds.map((s) => s * 1000),
    workingSet: values,
    usage: values,
    rss: values,
    cache: values,
  };
}

describe('the data of a chart', () => {
  it('grows by what is new and repeats nothing', () => {
    const data = new ChartData();
    data.append(points(1, 2));
    data.append(points(2, 3));
    assert.deepEqual(data.times, [1, 2, 3]);
    assert.deepEqual(data.column('workingSet'), [MIB, 2 * MIB, 3 * MIB]);
  });

  it('breaks the line where nothing was measured', () => {
    const data = new ChartData();
    data.append(points(1, 2, 60));
    assert.deepEqual(data.column('workingSet'), [MIB, 2 * MIB, null, 60 * MIB]);
  });

  it('is bounded', () => {
    const data = new ChartData();
    data.append(points(...Array.from({ length: 9000 }, (_, index) => index)));
    assert.equal(data.length, 4000);
    assert.equal(data.lastTime, 8999);
    assert.equal(data.column('cache').length, 4000);
  });

  it('finds the point nearest to a time', () => {
    const data = new ChartData();
    assert.equal(data.nearest(3), -1);
    data.append(points(1, 2, 5));
    assert.deepEqual(
      [0, 1.4, 1.6, 3, 4, 99].map((time) => data.nearest(time)),
      [0, 0, 1, 1, 2, 2],
    );
  });
});

describe('the range that all charts share', () => {
  it('follows the present until somebody zooms, and again when asked', () => {
    let changes = 0;
    const range = new SharedRange(300, () => changes++);
    assert.deepEqual(range.resolve(0, 1000), { from: 700, to: 1000 });
    range.zoomTo({ from: 100, to: 200 });
    assert.deepEqual(range.resolve(0, 1000), { from: 100, to: 200 });
    range.pan(0.5, { from: 100, to: 200 });
    assert.deepEqual(range.resolve(0, 1000), { from: 150, to: 250 });
    range.follow('all');
    assert.deepEqual(range.resolve(10, 1000), { from: 10, to: 1000 });
    assert.equal(changes, 3);
  });

  it('zooms around the pointer and never to nothing', () => {
    const range = new SharedRange(300, () => {});
    range.zoom(0.5, { from: 0, to: 100 }, 0.25);
    assert.deepEqual(range.still, { from: 12.5, to: 62.5 });
    range.zoomTo({ from: 50, to: 50 });
    assert.deepEqual(range.still, { from: 47.5, to: 52.5 });
  });
});

describe('the memory axis', () => {
  it('begins at zero and has room for the limit, unless the detail is asked for', () => {
    const [low, high] = memoryRange(38 * MIB, 90 * MIB, 500 * MIB, true);
    assert.equal(low, 0);
    assert.ok(high > 500 * MIB && high < 560 * MIB);
    const detail = memoryRange(38 * MIB, 90 * MIB, 500 * MIB, false);
    assert.ok(detail[0] > 30 * MIB && detail[1] < 100 * MIB);
    assert.deepEqual(memoryRange(null, null, null, true)[0], 0);
  });

  it('has steps of binary units, rising', () => {
    assert.ok(STEPS.includes(MIB) && STEPS.includes(128 * MIB) && STEPS.includes(1024 * MIB));
    assert.deepEqual(
      [...STEPS].sort((a, b) => a - b),
      STEPS,
    );
  });
});

describe('the marks of a chart', () => {
  const mark = (second: number, kind: ChartMark['kind'] = 'kill', count = 1): ChartMark => ({
    time: second * 1000,
    kind,
    detail: '',
    count,
  });

  it('that would touch are one with a count, kind by kind', () => {
    const marks = [mark(1), mark(2, 'restart'), mark(3, 'kill', 4), mark(50), mark(999)];
    assert.deepEqual(
      drawnMarks(marks, (time) => time, 100).map(({ kind, x, count }) => [kind, x, count]),
      [
        ['restart', 2, 1],
        ['kill', 1, 5],
        ['kill', 50, 1],
      ],
    );
  });

  it('near the cursor are found', () => {
    assert.equal(marksNear([mark(1), mark(2), mark(9)], 2.5, 1.5).length, 2);
  });
});

describe('what a page remembers', () => {
  it('is given back, and what is not of ours is left out', () => {
    let kept: unknown = { tab: 'memory', window: 900, still: { from: 1, to: 2 }, asTable: 'yes', filter: 3 };
    const keeper = {
      getState: () => kept,
      setState: (state: unknown) => {
        kept = state;
      },
    };
    const state = new ViewState(keeper);
    const { tab, window, still, asTable, filter } = state.value;
    assert.deepEqual([tab, window, still, asTable, filter], ['memory', 900, { from: 1, to: 2 }, false, '']);
    state.change({ asTable: true });
    assert.equal(new ViewState(keeper).value.asTable, true);
    kept = { still: { from: 5, to: 1 }, tab: 'secrets' };
    assert.deepEqual([new ViewState(keeper).value.still, new ViewState(keeper).value.tab], [null, 'kills']);
  });
});
