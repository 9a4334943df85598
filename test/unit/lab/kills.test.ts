import assert from 'node:assert/strict';
import type { Pod } from '../../../src/core/kubernetes/objects.js';
import { KillBook } from '../../../src/lab/kills.js';
import { Samples } from '../../../src/lab/samples.js';
import { killOf, sampleOf } from './world.js';

const ORIGIN = { nodeName: 'n1', bootId: 'b1', stream: 's1' };

function pod(name: string, containerId: string, over: Partial<Pod['metadata']> = {}): Pod {
  const status = { name: 'main', image: '', imageID: '', ready: true, restartCount: 0 };
  return {
    metadata: { name, namespace: 'app', uid: `uid-${name}`, ...over },
    spec: { containers: [{ name: 'main' }] },
    status: {
      containerStatuses: [
        {
          ...status,
          containerID: `containerd://${containerId}`,
          lastState: { terminated: { exitCode: 137, containerID: `containerd://${containerId}-before` } },
        },
      ],
    },
  };
}

describe('lab kill book', () => {
  it('is bounded: the oldest go first, and it says how many went', () => {
    const book = new KillBook();
    for (let seq = 1; seq <= 5010; seq += 1) {
      book.add(killOf(seq, 'c'), ORIGIN);
    }
    const { kills, dropped } = book.log;
    assert.deepEqual([kills.length, dropped, kills[0]?.kill.seq], [5000, 10, 11]);
  });

  it('keeps the kills of several nodes in the order of their times', () => {
    const book = new KillBook();
    const at = (seq: number, second: string) => killOf(seq, 'c', { time: `2026-11-20T12:00:${second}Z` });
    book.add(at(1, '10'), ORIGIN);
    book.add(at(2, '30'), ORIGIN);
    book.add(at(1, '20'), { ...ORIGIN, bootId: 'b2', stream: 's2' });
    book.add(at(2, '30'), { ...ORIGIN, bootId: 'b2', stream: 's2' });
    book.add(at(3, '05'), { ...ORIGIN, bootId: 'b2', stream: 's2' });
    assert.deepEqual(
      book.log.kills.map((kill) => kill.id),
      ['s2/3', 's1/1', 's2/1', 's1/2', 's2/2'],
    );
  });

  it('orders kills by our clock: that of one node may be an hour off', () => {
    const book = new KillBook();
    const at = (seq: number, hour: string) => killOf(seq, 'c', { time: `2026-11-20T${hour}:00:00Z` });
    book.add(at(1, '12'), ORIGIN, 1000);
    book.add(at(1, '11'), { ...ORIGIN, bootId: 'b2', stream: 's2' }, 2000);
    assert.deepEqual(
      book.log.kills.map((kill) => [kill.id, kill.at]),
      [
        ['s1/1', 1000],
        ['s2/1', 2000],
      ],
    );
  });

  it('takes a kill that two streams tell only once, but not kills of two boots or without details', () => {
    const book = new KillBook();
    assert.equal(book.add(killOf(1, 'c'), ORIGIN), true);
    assert.equal(book.add(killOf(1, 'c'), { ...ORIGIN, stream: 's2' }), false);
    assert.equal(book.add(killOf(1, 'c'), { ...ORIGIN, bootId: 'b2', stream: 's3' }), true);
    const counted = { evidence: 'counted', victim: null, bootSeconds: null } as const;
    assert.equal(book.add(killOf(2, 'c', counted), ORIGIN), true);
    assert.equal(book.add(killOf(3, 'c', counted), ORIGIN), true);
    assert.equal(book.log.kills.length, 4);
  });

  it('names by container, also one that has ended, else by the Pod; never by candidates', () => {
    const book = new KillBook();
    book.learn(pod('web', 'now'));
    book.learn(pod('static', 'x', { annotations: { 'kubernetes.io/config.hash': 'hash' } }));
    const identity = { qos: 'Burstable', runtime: null } as const;
    book.add(killOf(1, 'now'), ORIGIN);
    book.add(killOf(2, 'now-before'), ORIGIN);
    book.add(killOf(3, '', { pod: { ...identity, uid: 'uid-web', containerId: null } }), ORIGIN);
    book.add(killOf(4, '', { pod: { ...identity, uid: 'hash', containerId: 'unknown' } }), ORIGIN);
    const candidates = [{ ...identity, uid: 'uid-web', containerId: 'now' }];
    book.add(killOf(5, '', { pod: null, candidates }), ORIGIN);
    assert.deepEqual(
      book.log.kills.map((kill) => [kill.podName, kill.containerName]),
      [
        ['web', 'main'],
        ['web', 'main'],
        ['web', null],
        ['static', null],
        [null, null],
      ],
    );
  });

  it('keeps a bounded number of gaps', () => {
    const book = new KillBook();
    for (let seq = 1; seq <= 250; seq += 1) {
      book.addGap('n1', { type: 'gap', seq, time: '', source: 'kernel', lost: 1 });
    }
    assert.equal(book.log.gaps.length, 200);
    assert.equal(book.log.gaps.at(-1)?.gap.seq, 250);
  });
});

describe('lab samples', () => {
  const line = (...containers: ReturnType<typeof sampleOf>[]) =>
    ({ type: 'sample', time: '2026-11-20T12:00:00Z', containers, pods: [] }) as const;

  it("counts from what a node's first line says, and from zero for what appears later", () => {
    const samples = new Samples();
    samples.add('n1', line(sampleOf('old', 1, 40)));
    samples.add('n1', line(sampleOf('old', 1, 42), sampleOf('new', 1, 3)));
    assert.equal(samples.kills(pod('a', ''), 'main', 'old').oomKills, 2);
    assert.equal(samples.kills(pod('b', ''), 'main', 'new').oomKills, 3);
  });

  it('takes the larger of what the kernel counts and what was told, where the kernel does not count too', () => {
    const samples = new Samples();
    samples.add('n1', line({ ...sampleOf('c', 1), oomKills: null }));
    samples.tell('c');
    samples.tell('c');
    assert.equal(samples.kills(pod('a', ''), 'main', 'c').oomKills, 2);
  });

  it('forgets what a node no longer has, and Pods that are gone', () => {
    const samples = new Samples();
    samples.add('n1', line(sampleOf('a', 1), sampleOf('b', 2)));
    samples.add('n2', line(sampleOf('c', 3)));
    assert.deepEqual([...samples.add('n1', line(sampleOf('b', 2)))].sort(), ['a', 'b']);
    assert.equal(samples.sample('a'), null);
    assert.equal(samples.sample('c')?.sample.workingSetBytes, 3);
    samples.forgetNode('n2');
    assert.equal(samples.sample('c'), null);

    samples.add('n1', line(sampleOf('b', 2, 5)));
    assert.equal(samples.kills(pod('p', ''), 'main', 'b').oomKills, 5);
    samples.keepOnly(new Set(['uid-other']));
    assert.equal(samples.kills(pod('p', ''), 'main', 'x').oomKills, 0);
  });
});
