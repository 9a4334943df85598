import assert from 'node:assert/strict';
import { chartHeads } from '../../../../src/extension/panel/charts.js';
import { MemoryFeed, type MemoryState } from '../../../../src/extension/panel/memory-feed.js';
import { HistoryBook } from '../../../../src/lab/history.js';
import type { PodView } from '../../../../src/lab/types.js';
import { isMemoryDelta, isMemorySnapshot } from '../../../../src/protocol/panel/validate-memory.js';
import { MIB, podView } from '../support/views.js';

const KEY = 'hello-kubernetes/a/hello-kubernetes';
const NOW = Date.UTC(2026, 10, 20, 20, 0, 0);
const NONE: ReadonlySet<string> = new Set();

function sampled(name: string, second: number, mib: number): PodView {
  const pod = podView({ name, used: mib * MIB });
  const measuredAt = NOW + second * 1000;
  const containers = pod.containers.map((container) =>
    container.memory === null ? container : { ...container, memory: { ...container.memory, measuredAt } },
  );
  return { ...pod, containers };
}

function stage() {
  const book = new HistoryBook();
  let pods: readonly PodView[] = [];
  const state = (): MemoryState => ({
    heads: chartHeads(pods, new Set(pods.map(({ key }) => key)), NONE, [], NOW),
    series: (key) => book.series(key),
    selected: null,
    processes: null,
    numbers: null,
  });
  const take = (...next: readonly PodView[]): MemoryState => {
    pods = next;
    book.takePods(next);
    return state();
  };
  return { book, take };
}

describe('what the panel is told of memory', () => {
  it('all points first, then only the new ones', () => {
    const { take } = stage();
    const feed = new MemoryFeed();
    const snapshot = feed.snapshot(take(sampled('a', 0, 38)));
    assert.ok(isMemorySnapshot(JSON.parse(JSON.stringify(snapshot))));
    assert.deepEqual(snapshot.charts[0]?.points.workingSet, [38 * MIB]);
    const delta = feed.delta(take(sampled('a', 1, 40)));
    assert.ok(isMemoryDelta(JSON.parse(JSON.stringify(delta))));
    assert.deepEqual(delta?.points?.[KEY]?.times, [NOW + 1000]);
  });

  it('nothing where nothing is new', () => {
    const { take } = stage();
    const feed = new MemoryFeed();
    const state = take(sampled('a', 0, 38));
    feed.snapshot(state);
    assert.equal(feed.delta(state), null);
  });

  it('a chart that appears brings its past, one that goes is not named any more', () => {
    const { take } = stage();
    const feed = new MemoryFeed();
    feed.snapshot(take(sampled('a', 0, 38)));
    const more = feed.delta(take(sampled('a', 0, 38), sampled('b', 0, 50)));
    assert.equal(more?.heads?.length, 2);
    assert.deepEqual(more?.points?.['hello-kubernetes/b/hello-kubernetes']?.workingSet, [50 * MIB]);
    const fewer = feed.delta(take(sampled('b', 0, 50)));
    assert.deepEqual(
      fewer?.heads?.map(({ pod }) => pod),
      ['b'],
    );
  });

  it('marks whole whenever there is a new one', () => {
    const { book, take } = stage();
    const feed = new MemoryFeed();
    feed.snapshot(take(sampled('a', 0, 38)));
    book.mark(KEY, { time: NOW, kind: 'probe', detail: '<b>', count: 1 });
    const delta = feed.delta(take(sampled('a', 0, 38)));
    assert.deepEqual(
      delta?.marks?.[KEY]?.map(({ detail }) => detail),
      ['<b>'],
    );
  });
});

describe('which charts there are', () => {
  it('those of pinned Pods and those under stress, in order', () => {
    const pods = [podView({ name: 'c' }), podView({ name: 'b' }), podView({ name: 'a' })];
    const heads = chartHeads(pods, new Set(['hello-kubernetes/c']), new Set(['hello-kubernetes/a']), [], NOW);
    assert.deepEqual(
      heads.map(({ pod, isPinned }) => [pod, isPinned]),
      [
        ['a', false],
        ['c', true],
      ],
    );
  });

  it('a number that is old is not called live', () => {
    const fresh = chartHeads([sampled('a', 0, 1)], new Set(['hello-kubernetes/a']), NONE, [], NOW + 1000);
    const old = chartHeads([sampled('a', 0, 1)], new Set(['hello-kubernetes/a']), NONE, [], NOW + 60_000);
    assert.deepEqual([fresh[0]?.isStale, old[0]?.isStale], [false, true]);
  });

  it('the chart of a Pod that is gone stays, and says so', () => {
    const pinned = new Set(['hello-kubernetes/a']);
    const before = chartHeads([sampled('a', 0, 1)], pinned, NONE, [], NOW);
    const after = chartHeads([], pinned, NONE, before, NOW);
    assert.deepEqual([after[0]?.state, after[0]?.isStale], [null, true]);
    assert.deepEqual(chartHeads([], NONE, NONE, after, NOW), []);
  });
});
