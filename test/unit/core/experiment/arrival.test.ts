import assert from 'node:assert/strict';
import {
  type ArrivalStory,
  type ContainerInstance,
  judgeArrival,
  type StressorReading,
} from '../../../../src/core/experiment/arrival.js';

const MIB = 1024 ** 2;
const BEFORE: ContainerInstance = { containerId: 'one', restartCount: 0 };
type Now = NonNullable<ArrivalStory['container']>['now'];

const NOW: Now = { ...BEFORE, isRunning: true, wasOomKilled: false, startedAfterInjection: false };

/** 60 s after the injection of 50 MiB by 4 workers into a container that nobody has looked into. */
function story(parts: Partial<ArrivalStory> = {}): ArrivalStory {
  return {
    now: 60_000,
    injectedAt: 0,
    expectedBytes: 50 * MIB,
    kind: 'memory',
    workers: 4,
    rampMs: 0,
    pod: 'there',
    container: { atFirst: BEFORE, now: NOW },
    readings: null,
    growthBytes: null,
    kills: [],
    ...parts,
  };
}

function container(now: Partial<Now>, atFirst: ContainerInstance = BEFORE) {
  return { atFirst, now: { ...NOW, ...now } };
}

/** Readings every 2 s up to `now`: each a list of pids and MiB. */
function readings(now: number, ...rows: readonly (readonly [readonly number[], number])[]) {
  return rows.map(
    ([pids, mib], index): StressorReading => ({
      at: now - (rows.length - 1 - index) * 2000,
      pids,
      bytes: mib * MIB,
    }),
  );
}

const steady = (now: number, mib: number): readonly StressorReading[] =>
  readings(now, [[1, 2], mib], [[1, 2], mib], [[1, 2], mib], [[1, 2], mib], [[1, 2], mib]);

const ROWS: readonly (readonly [string, Partial<ArrivalStory>, string])[] = [
  // What its stressors hold.
  ['all of it is there', { readings: steady(60_000, 50) }, 'arrived 50'],
  ['95 % are enough', { readings: steady(60_000, 47.5) }, 'arrived 47.5'],
  ['less is not', { readings: steady(60_000, 47.4) }, 'short 47.4'],
  ['a MiB may be missing from little', { expectedBytes: 2 * MIB, readings: steady(60_000, 1) }, 'arrived 1'],
  ['more than expected', { readings: steady(60_000, 66) }, 'arrived 66'],
  ['just begun', { now: 1000, readings: readings(1000, [[1], 0]) }, 'arriving 0'],
  ['the workers come one a second', { now: 9000, readings: steady(9000, 25) }, 'arriving 25'],
  ['no growth after that', { now: 11_000, readings: steady(11_000, 25) }, 'short 25'],
  [
    'it still grows',
    { readings: readings(60_000, [[1], 20], [[1], 22], [[1], 24], [[1], 26], [[1], 28]) },
    'arriving 28',
  ],
  [
    'many workers take their time',
    { workers: 8192, expectedBytes: 8192 * MIB, readings: steady(60_000, 60) },
    'arriving 60',
  ],
  ['half way up a ramp', { rampMs: 120_000, readings: steady(60_000, 25) }, 'arriving 25'],
  ['the ramp is over', { now: 140_000, rampMs: 120_000, readings: steady(140_000, 25) }, 'short 25'],
  ['nobody knows how much it should be', { expectedBytes: null, readings: steady(60_000, 25) }, 'unknown 25'],
  [
    'CPU only, its workers run',
    { kind: 'cpu', expectedBytes: null, readings: steady(60_000, 0) },
    'arrived -',
  ],
  ['a size of nothing', { expectedBytes: 0, readings: steady(60_000, 0) }, 'absent 0 never-ran'],
  // No stressor.
  ['none yet', { now: 2500, readings: readings(2500, [[], 0]) }, 'arriving 0'],
  ['none after 3 s', { now: 3000, readings: readings(3000, [[], 0]) }, 'absent 0 never-ran'],
  [
    'none of the CPU',
    { kind: 'cpu', expectedBytes: null, readings: readings(60_000, [[], 0]) },
    'absent 0 never-ran',
  ],
  ['none any more', { readings: readings(60_000, [[1, 2], 50], [[], 0]) }, 'absent 0 ended'],
  ['an old reading says nothing of now', { readings: readings(40_000, [[], 0]) }, 'unknown -'],
  // A loop.
  ['one kill is an accident', { kills: [59_000], readings: steady(60_000, 50) }, 'arrived 50'],
  [
    'one kill, and another stressor in its place',
    { kills: [58_000], readings: readings(60_000, [[1, 2], 50], [[1, 3], 9]) },
    'respawning 9 killed',
  ],
  ['two kills', { kills: [58_000, 59_000], readings: steady(60_000, 50) }, 'respawning 50 killed'],
  ['kills without an agent that reads processes', { kills: [58_000, 59_000] }, 'respawning - killed'],
  ['a first kill long ago', { kills: [1000, 59_000], readings: steady(60_000, 50) }, 'respawning 50 killed'],
  ['the kills are over', { kills: [1000, 2000, 47_000], readings: steady(60_000, 50) }, 'arrived 50'],
  [
    'pids keep changing',
    { readings: readings(60_000, [[1, 2], 9], [[1, 3], 9], [[1, 4], 9]) },
    'respawning 9 exits',
  ],
  [
    'pids keep changing, with moments of none',
    { readings: readings(60_000, [[1, 2], 9], [[1], 0], [[1, 3], 9], [[1], 0], [[1, 4], 9]) },
    'respawning 9 exits',
  ],
  [
    'pids keep changing after a kill',
    { kills: [58_000], readings: readings(60_000, [[1, 2], 9], [[1, 3], 9], [[1, 4], 9]) },
    'respawning 9 killed',
  ],
  [
    'one change is an accident',
    { readings: readings(60_000, [[1, 2], 50], [[1, 3], 50], [[1, 3], 50]) },
    'arrived 50',
  ],
  [
    'workers that come one by one replace none',
    { now: 8000, readings: readings(8000, [[1], 0], [[1, 2], 12], [[1, 2, 3], 25], [[1, 2, 3, 4], 37]) },
    'arriving 37',
  ],
  [
    'pids changed long ago',
    {
      readings: [
        ...readings(40_000, [[1, 2], 9], [[1, 3], 9], [[1, 4], 9]),
        ...readings(60_000, [[1, 4], 50], [[1, 4], 50], [[1, 4], 50]),
      ],
    },
    'arrived 50',
  ],
  // The container.
  ['another container', { container: container({ containerId: 'two' }) }, 'restarted 0'],
  ['counted again', { container: container({ restartCount: 1 }) }, 'restarted 0'],
  [
    'after an OOM kill',
    { container: container({ restartCount: 1, wasOomKilled: true }) },
    'restarted 0 oom-killed',
  ],
  ['it does not run', { container: container({ isRunning: false }) }, 'restarted 0 down'],
  [
    'restarted goes before a loop of before',
    { kills: [58_000, 59_000], container: container({ restartCount: 1 }), readings: steady(60_000, 50) },
    'restarted 0',
  ],
  [
    'an OOM kill of before the injection',
    { container: container({ wasOomKilled: true }), readings: steady(60_000, 50) },
    'arrived 50',
  ],
  [
    'no id at the injection',
    { container: container({}, { containerId: null, restartCount: 0 }), readings: steady(60_000, 50) },
    'arrived 50',
  ],
  ['no id now', { container: container({ containerId: null }), readings: steady(60_000, 50) }, 'arrived 50'],
  [
    'not witnessed: the clocks say it is younger',
    { container: container({ startedAfterInjection: true }), readings: readings(60_000, [[], 0]) },
    'restarted 0',
  ],
  [
    'not witnessed, younger, and nobody reads processes',
    { container: container({ startedAfterInjection: true }) },
    'restarted 0',
  ],
  [
    'not witnessed: the clocks are wrong, as its stressors run',
    { container: container({ startedAfterInjection: true }), readings: steady(60_000, 50) },
    'arrived 50',
  ],
  [
    'not witnessed, and the clocks do not tell',
    { container: container({ startedAfterInjection: null }), readings: readings(60_000, [[], 0]) },
    'absent 0 never-ran',
  ],
  // The Pod.
  ['gone', { pod: 'gone', container: null }, 'gone 0'],
  ['replaced', { pod: 'replaced', container: null }, 'gone 0 replaced'],
  ['never seen', { pod: 'unseen', container: null }, 'unknown -'],
  // By the working set alone.
  ['nobody measures', {}, 'unknown -'],
  ['it grew by all of it', { growthBytes: 48 * MIB }, 'arrived 48'],
  ['it grew by some of it, for now', { now: 20_000, growthBytes: 20 * MIB }, 'arriving 20'],
  [
    'it grew by some of it: whether the rest is there nobody knows',
    { now: 100_000, growthBytes: 20 * MIB },
    'unknown 20',
  ],
  ['it shrank', { now: 100_000, growthBytes: -5 * MIB }, 'unknown 0'],
  ['an agent reads, and has not yet', { now: 1000, readings: [], growthBytes: 50 * MIB }, 'arriving -'],
  ['an agent reads in vain', { readings: [], growthBytes: 50 * MIB }, 'arrived 50'],
  [
    'CPU only, nobody reads processes',
    { kind: 'cpu', expectedBytes: null, growthBytes: 5 * MIB },
    'unknown -',
  ],
];

describe('what became of a stress', () => {
  for (const [name, parts, expected] of ROWS) {
    it(`${name}: ${expected}`, () => {
      const { state, reason, arrivedBytes } = judgeArrival(story(parts));
      const bytes = arrivedBytes === null ? '-' : `${Math.round((arrivedBytes / MIB) * 10) / 10}`;
      assert.equal([state, bytes, reason].filter((part) => part !== null).join(' '), expected);
    });
  }
});
