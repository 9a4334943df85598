import assert from 'node:assert/strict';
import { HistoryBook } from '../../../src/lab/history.js';
import { HistorySeries } from '../../../src/lab/history-series.js';
import type { ContainerView, MemoryPoint, PodView } from '../../../src/lab/types.js';
import { MIB, namedKill, podView } from '../extension/support/views.js';

const START = Date.UTC(2026, 10, 20, 20, 0, 0);
const KEY = 'hello-kubernetes/a/hello-kubernetes';

/** The Pod with a sample of so many MiB at second `at`. */
function measured(
  at: number,
  mib: number,
  parts: Partial<ContainerView> = {},
  more: Partial<PodView> = {},
): PodView {
  const pod = podView({ name: 'a', used: mib * MIB });
  const [container] = pod.containers;
  assert.ok(container !== undefined);
  assert.ok(container.memory !== null);
  const memory = { ...container.memory, measuredAt: START + at * 1000 };
  return { ...pod, containers: [{ ...container, memory, ...parts }], ...more };
}

function point(second: number, mib: number): MemoryPoint {
  const bytes = mib * MIB;
  return {
    time: START + second * 1000,
    workingSetBytes: bytes,
    usageBytes: bytes,
    rssBytes: bytes,
    cacheBytes: null,
  };
}

const mibs = (series: HistorySeries, since = 0) =>
  series.columns(since).workingSetBytes.map((bytes) => (bytes ?? 0) / MIB);

describe('the past of a container', () => {
  it('has every sample once, oldest first', () => {
    const book = new HistoryBook();
    book.takePods([measured(0, 38)]);
    book.takePods([measured(0, 38)]);
    book.takePods([measured(1, 40)]);
    book.takePods([measured(0.5, 99)]);
    const columns = book.series(KEY)?.columns(0);
    assert.deepEqual(columns?.workingSetBytes, [38 * MIB, 40 * MIB]);
    assert.deepEqual(columns.times, [START, START + 1000]);
    assert.deepEqual(book.series(KEY)?.columns(START).workingSetBytes, [40 * MIB]);
  });

  it('keeps minutes for everybody and hours for what is watched', () => {
    const unwatched = new HistorySeries(false);
    const watched = new HistorySeries(true);
    for (let second = 0; second < 7200; second++) {
      unwatched.push(point(second, second === 1234 ? 500 : 40));
      watched.push(point(second, second === 1234 ? 500 : 40));
    }
    assert.ok(unwatched.columns(0).times.length <= 360);
    const { times } = watched.columns(0);
    assert.ok((times[0] ?? 0) - START < 10_000);
    assert.ok(times.length < 1400, `${times.length} points for two hours`);
    assert.ok(mibs(watched).includes(500), 'a peak of one second is still there two hours later');
    for (let second = 7200; second < 30 * 3600; second++) watched.push(point(second, 40));
    assert.ok(watched.columns(0).times.length < 2900, 'bounded after 30 hours');
  });

  it('marks kills with their count, restarts and experiments', () => {
    const book = new HistoryBook(() => START + 5000);
    book.takePods([measured(0, 38)]);
    book.takePods([measured(1, 38, {}, { experiments: ['ns/x'] })]);
    const kills = [
      namedKill({ seq: 1, podName: 'a', time: new Date(START + 6000).toISOString() }),
      namedKill({ seq: 2, podName: 'a', time: new Date(START + 6200).toISOString() }),
      namedKill({ seq: 3, podName: null }),
    ];
    book.takeKills({ kills: kills.slice(0, 1), gaps: [], dropped: 0 });
    book.takeKills({ kills, gaps: [], dropped: 0 });
    book.takePods([measured(7, 38, { restartCount: 1 }, { experiments: [] })]);
    const marks = book.series(KEY)?.marks.map(({ kind, detail, count }) => [kind, detail, count]);
    assert.deepEqual(marks, [
      ['inject', 'ns/x', 1],
      ['kill', 'stress-ng-vm', 2],
      ['restart', 'Running', 1],
      ['stop', 'ns/x', 1],
    ]);
  });

  it('tells a pause from an end, and going on from a beginning', () => {
    let paused = false;
    const book = new HistoryBook(
      () => START,
      () => paused,
    );
    const acting = (experiments: readonly string[]) => book.takePods([measured(1, 38, {}, { experiments })]);
    acting([]);
    acting(['ns/x']);
    paused = true;
    acting([]);
    paused = false;
    acting(['ns/x']);
    acting([]);
    acting(['ns/x']);
    assert.deepEqual(
      book.series(KEY)?.marks.map(({ kind }) => kind),
      ['inject', 'pause', 'resume', 'stop', 'inject'],
    );
  });

  it('marks a kill where it was by our clock, whatever its node’s says', () => {
    const book = new HistoryBook(() => START);
    book.takePods([measured(0, 38)]);
    const kill = namedKill({ seq: 1, podName: 'a', time: '2031-01-01T00:00:00Z' });
    book.takeKills({ kills: [{ ...kill, at: START + 700 }], gaps: [], dropped: 0 });
    assert.deepEqual(
      book.series(KEY)?.marks.map(({ time }) => time),
      [START + 700],
    );
  });

  it('outlives a Pod only while somebody watches it', () => {
    const book = new HistoryBook();
    book.takePods([measured(0, 38)]);
    book.takePods([]);
    assert.equal(book.series(KEY), null);
    book.keep(new Set(['hello-kubernetes/a']));
    book.takePods([measured(0, 38)]);
    book.takePods([]);
    assert.deepEqual(book.series(KEY)?.columns(0).times, [START]);
    book.clear();
    assert.equal(book.series(KEY), null);
  });

  it('is bounded where thousands of containers are measured', () => {
    const book = new HistoryBook();
    book.keep(new Set(['ns/watched']));
    const pods = Array.from({ length: 3000 }, (_, index) => podView({ namespace: 'ns', name: `p${index}` }));
    book.takePods([...pods, podView({ namespace: 'ns', name: 'watched' })]);
    const kept = pods.filter(({ key }) => book.series(`${key}/hello-kubernetes`) !== null);
    assert.equal(kept.length, 500);
    assert.notEqual(book.series('ns/watched/hello-kubernetes'), null);
  });
});
