import assert from 'node:assert/strict';
import type { StressChaosSpec } from '../../../../src/core/kubernetes/objects.js';
import { readStress } from '../../../../src/core/stresschaos/plan.js';
import { stressPlan } from '../../../../src/sandbox/chaos/plan.js';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

function spec(stressors: StressChaosSpec['stressors']): StressChaosSpec {
  return { mode: 'all', selector: {}, ...(stressors !== undefined && { stressors }) };
}

function memory(over: Partial<NonNullable<NonNullable<StressChaosSpec['stressors']>['memory']>>) {
  return readStress(spec({ memory: { workers: 2, size: '10MiB', ...over } }), GIB);
}

describe('what a spec comes to in one container', () => {
  it('is a total, a percentage of the node, and at least a page for each worker', () => {
    const cases = [
      ['50MiB', 50 * MIB],
      ['50MB', 50_000_000],
      ['25%', GIB / 4],
      ['1B', 8192],
    ] as const;
    for (const [size, bytes] of cases) {
      assert.deepEqual(memory({ size }), { kind: 'stress', share: { memory: { bytes, workers: 2 } } });
    }
  });

  it('is nothing where Chaos Mesh starts nothing, or what dies at once', () => {
    for (const stressors of [
      undefined,
      {},
      { memory: { workers: 2 } },
      { memory: { workers: 2, size: '0%' } },
    ]) {
      assert.deepEqual(readStress(spec(stressors), GIB), { kind: 'nothing' });
    }
    for (const over of [
      { workers: 0 },
      { workers: -1 },
      { size: '' },
      { size: 'much' },
      { options: ['--size', '0'] },
    ]) {
      assert.deepEqual(memory(over), { kind: 'nothing' }, JSON.stringify(over));
    }
  });

  it('goes by the command line that memStress reads, the last flag first', () => {
    const share = (over: Parameters<typeof memory>[0]): unknown => {
      const read = memory(over);
      return read.kind === 'stress' ? read.share.memory : read;
    };
    assert.deepEqual(share({ options: ['--time 90s', '--size=1MiB', '-workers', '3'] }), {
      bytes: MIB,
      workers: 3,
      rampMs: 90_000,
    });
    assert.deepEqual(
      share({ options: ['--time', '10min'] }),
      { bytes: 10 * MIB, workers: 2 },
      'no time it knows',
    );
    assert.deepEqual(share({ options: [''] }), { bytes: 10 * MIB, workers: 2 });
    assert.deepEqual(share({ options: ['stray', '--size', '1MiB'] }), { bytes: 10 * MIB, workers: 2 });
    // The unit is a word of its own: 50 bytes, and all that follows is not read.
    assert.deepEqual(share({ size: '50 MiB', options: ['--time', '1m'] }), { bytes: 8192, workers: 2 });
    assert.deepEqual(share({ oomScoreAdj: -500 }), { bytes: 10 * MIB, workers: 2, oomScoreAdj: -500 });
    assert.deepEqual(share({ oomScoreAdj: 0 }), { bytes: 10 * MIB, workers: 2 });
  });

  it('names the flag at which memStress would end', () => {
    const cases = [
      [['--vm-keep'], '--vm-keep', null],
      [['--vm-method', 'all'], '--vm-method', 'all'],
      [['--workers', 'two'], '--workers', 'two'],
      [['--size'], '--size', null],
    ] as const;
    for (const [options, flag, value] of cases) {
      assert.deepEqual(memory({ options }), { kind: 'bad-flag', flag, value });
    }
  });

  it('has the flags of stress-ng for the CPU', () => {
    const cpu = { workers: 1, load: 50, options: ['--cpu-method fft'] };
    assert.deepEqual(readStress(spec({ cpu }), GIB), {
      kind: 'stress',
      share: { cpu: { workers: 1, load: 50 }, options: ['--cpu-method', 'fft'] },
    });
    assert.deepEqual(readStress(spec({ cpu: { ...cpu, workers: 0 } }), GIB), { kind: 'nothing' });
  });

  it('is what the sandbox’s stand-in reads, which was written apart', () => {
    let seed = 7;
    const pick = <T>(items: readonly T[]): T => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return items[Math.floor((seed / 2 ** 31) * items.length)] as T;
    };
    const sizes = ['', '50MiB', '50MB', '25%', '0%', '0', '1.5GiB', '12KB', 'much', undefined];
    const flags = [
      '--time',
      '--size=1MiB',
      '--size 20MiB',
      '--workers=3',
      '-time=1m',
      '--time 90s',
      '--vm-keep',
      '',
    ];
    let compared = 0;
    for (let round = 0; round < 4000; round++) {
      const size = pick(sizes);
      const options = Array.from({ length: pick([0, 0, 1, 2, 3]) }, () => pick(flags));
      const oomScoreAdj = pick([undefined, 0, 500, -1000]);
      const one = spec({
        ...(pick([true, true, false]) && {
          memory: {
            workers: pick([-1, 0, 1, 4]),
            ...(size !== undefined && { size }),
            ...(oomScoreAdj !== undefined && { oomScoreAdj }),
            ...(options.length > 0 && { options }),
          },
        }),
        ...(pick([true, false]) && {
          cpu: { workers: pick([0, 2]), options: pick([[], ['--cpu-method fft']]) },
        }),
      });
      const ours = readStress(one, GIB);
      const { plan, emptyMemory } = stressPlan(one, { id: 'x', containerId: 'c', remainingMs: 1000 }, GIB);
      if (ours.kind === 'bad-flag') {
        assert.ok(emptyMemory && plan?.memory === undefined, JSON.stringify(one));
        continue;
      }
      const { id: _id, containerId: _container, durationMs: _duration, ...share } = plan ?? {};
      const theirs = plan === null ? { kind: 'nothing' } : { kind: 'stress', share };
      assert.deepEqual(ours, theirs, JSON.stringify(one));
      compared += 1;
    }
    assert.ok(compared > 2000, `${compared}`);
  });
});
