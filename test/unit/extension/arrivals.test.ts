import assert from 'node:assert/strict';
import { arrivalLines, arrivalText, isArrivalTroubled } from '../../../src/extension/present/arrivals.js';
import type { Arrival } from '../../../src/lab/types.js';
import { english } from './support/language.js';
import { experimentView, MIB } from './support/views.js';

function arrival(parts: Partial<Arrival> = {}): Arrival {
  return {
    target: 'hello-kubernetes/hello-a/web',
    state: 'arrived',
    reason: null,
    expectedBytes: 50 * MIB,
    arrivedBytes: 49 * MIB,
    stressorKills: 0,
    reinjection: null,
    ...parts,
  };
}

const textOf = (...parts: Partial<Arrival>[]): string | null =>
  arrivalText(experimentView({ arrivals: parts.map(arrival) }), english);

describe('what became of a stress, in words', () => {
  const rows: readonly [Partial<Arrival>, string | null][] = [
    [{}, '49 of 50 MiB arrived'],
    [{ state: 'arriving', arrivedBytes: 7.25 * MIB }, '7.3 of 50 MiB arrived'],
    [{ expectedBytes: null, arrivedBytes: null }, 'its stressors run'],
    [{ state: 'short', arrivedBytes: 30 * MIB }, '30 of 50 MiB arrived, and it grows no more'],
    [{ state: 'short', expectedBytes: null }, 'less arrived than asked for'],
    [{ state: 'respawning', reason: 'killed', stressorKills: 1 }, 'respawning: killed 1 time'],
    [{ state: 'respawning', reason: 'killed', stressorKills: 7 }, 'respawning: killed 7 times'],
    [{ state: 'respawning', reason: 'exits' }, 'respawning: its stressors end by themselves'],
    [{ state: 'absent', reason: 'never-ran' }, 'no stressor runs: it ended at once'],
    [{ state: 'absent', reason: 'ended' }, 'no stressor runs any more'],
    [{ state: 'restarted' }, 'the container was restarted: the stress is gone'],
    [
      { state: 'restarted', reason: 'oom-killed' },
      'the container was OOM-killed and restarted: the stress is gone',
    ],
    [{ state: 'restarted', reason: 'down' }, 'the container has ended, and the stress with it'],
    [{ state: 'gone' }, 'the Pod is gone, and the stress with it'],
    [{ state: 'gone', reason: 'replaced' }, 'another Pod has its name now: the stress is gone'],
    [{ state: 'unknown' }, null],
  ];
  for (const [parts, expected] of rows) {
    it(`${parts.state ?? 'arrived'} ${parts.reason ?? ''}: ${expected ?? 'nothing'}`, () => {
      assert.equal(textOf(parts), expected);
    });
  }

  it('says nothing where nothing is injected', () => assert.equal(textOf(), null));

  it('says once what is so in all targets: their kills in all, and the least that arrived', () => {
    assert.equal(textOf({ arrivedBytes: 50 * MIB }, { arrivedBytes: 48 * MIB }), '48 of 50 MiB arrived');
    const killed = { state: 'respawning', reason: 'killed', stressorKills: 4 } as const;
    assert.equal(textOf(killed, killed), 'respawning: killed 8 times');
  });

  it('says the worst first and of how many targets', () => {
    assert.equal(
      textOf({}, { state: 'restarted' }, {}),
      '1 of 3: the container was restarted: the stress is gone · 2 of 3: 49 of 50 MiB arrived',
    );
  });

  it('has a line for each target, the worst first, free of foreign markup', () => {
    const arrivals = [
      arrival(),
      arrival({ target: 'ns/$(bug)\n\u202epod/web', state: 'unknown', arrivedBytes: null }),
      arrival({ target: 'ns/b/web', state: 'unknown', arrivedBytes: 20 * MIB }),
      arrival({ target: 'ns/a/web', state: 'restarted', reinjection: { count: 5, exhausted: true } }),
    ];
    assert.deepEqual(arrivalLines(experimentView({ arrivals }), english), [
      'ns/a/web: the container was restarted: the stress is gone · injected again 5 times, and not again by itself',
      'ns/$ (bug) \ufffdpod/web: nobody measures whether it arrived',
      'ns/b/web: the working set grew by 20 MiB where 50 MiB were asked for: whether it all arrived is not known',
      'hello-kubernetes/hello-a/web: 49 of 50 MiB arrived',
    ]);
  });

  it('is trouble where a stress is not what was asked for', () => {
    const troubled = (parts: Partial<Arrival>): boolean =>
      isArrivalTroubled(experimentView({ arrivals: [arrival(), arrival(parts)] }));
    assert.deepEqual(
      (['arriving', 'arrived', 'unknown', 'short', 'absent'] as const).map((state) => troubled({ state })),
      [false, false, false, true, true],
    );
  });
});
