import assert from 'node:assert/strict';
import { entering, type Stressors, stressorsOf } from '../../../../src/agent/stress/command-line.js';
import { readOptions } from '../../../../src/agent/stress/options.js';
import type { StressPlan } from '../../../../src/protocol/agent/types.js';

const MIB = 1024 * 1024;
const STRESS_NG: Stressors = { stressNg: '/usr/bin/stress-ng', memStress: null };
const BOTH: Stressors = { stressNg: '/usr/bin/stress-ng', memStress: '/usr/local/bin/memStress' };

type Memory = NonNullable<StressPlan['memory']>;

function commands(plan: Partial<StressPlan>, programs = STRESS_NG): string[] {
  const whole = { id: 'x', containerId: 'a'.repeat(64), durationMs: 60_000, ...plan };
  return stressorsOf(whole, readOptions(whole), programs).map(({ command }) => command.join(' '));
}

function ramp(memory: Memory): { workers: number; lastStartsMs: number } {
  const [line = ''] = commands({ memory });
  const workers = Number(/ --vm (\d+) /.exec(line)?.[1]);
  const microseconds = Number(/ --backoff (\d+)/.exec(line)?.[1] ?? 0);
  return { workers, lastStartsMs: Math.round((microseconds * (workers - 1)) / 1000) };
}

describe("a plan's command lines", () => {
  it('share the size among workers that rest, and always have a timeout', () => {
    assert.deepEqual(commands({ memory: { bytes: 50 * MIB, workers: 4 }, durationMs: 1500 }), [
      'timeout --signal=KILL 3s /usr/bin/stress-ng --timeout 2s --vm 4 --vm-bytes 52428800b --vm-keep --vm-hang 0 ' +
        '--no-oom-adjust',
    ]);
    assert.deepEqual(commands({ cpu: { workers: 2, load: 0 } }), [
      'timeout --signal=KILL 61s /usr/bin/stress-ng --timeout 60s --cpu 2 --cpu-load 0 --cpu-load-slice 10 ' +
        '--cpu-method sqrt',
    ]);
  });

  it('are two where memory and CPU are asked for, each with its own options', () => {
    const plan = { memory: { bytes: MIB, workers: 1 }, cpu: { workers: 1 } };
    const [memory = '', cpu = ''] = commands({
      ...plan,
      options: ['--vm-populate', '--cpu-method', 'fft', '--vm-hang', '9'],
    });
    assert.match(memory, / --vm-hang 0 .* --vm-populate --vm-hang 9$/, 'the last one counts');
    assert.match(cpu, / --cpu-method sqrt --cpu-method fft$/);
    assert.ok(!/--cpu/.test(memory) && !/--vm/.test(cpu));
  });

  it('are those of memStress where it is installed', () => {
    const memory = { bytes: 50 * MIB, workers: 4 };
    assert.deepEqual(commands({ memory }, BOTH), [
      'timeout --signal=KILL 60s /usr/local/bin/memStress --workers 4 --size 52428800B',
    ]);
    assert.match(commands({ memory: { ...memory, rampMs: 90_000 } }, BOTH)[0] ?? '', / --time 90000ms$/);
    assert.match(commands({ memory, options: ['--vm-locked'] }, BOTH)[0] ?? '', /stress-ng .*--vm-locked$/);
    assert.match(commands({ cpu: { workers: 1 } }, BOTH)[0] ?? '', /stress-ng/);
  });

  it('give the score that was asked for to the memory only, else that of the first to die', () => {
    const adj = (oomScoreAdj?: number): (number | null)[] => {
      const memory = { bytes: MIB, workers: 1, ...(oomScoreAdj === undefined ? {} : { oomScoreAdj }) };
      const plan = { id: 'x', containerId: '', durationMs: 1000, memory, cpu: { workers: 1 } };
      return stressorsOf(plan, readOptions(plan), STRESS_NG).map((stressor) => stressor.oomScoreAdj);
    };
    assert.deepEqual(adj(), [1000, null]);
    assert.deepEqual(adj(0), [0, null]);
    assert.deepEqual(adj(-1000), [-1000, null]);
  });

  it('ramp with a bounded number of workers, the last of which starts when the ramp ends', () => {
    const rampMs = 60_000;
    for (const [bytes, workers, expected] of [
      [512 * MIB, 1, 16],
      [512 * MIB, 4, 16],
      [512 * MIB, 5, 20],
      [512 * MIB, 100, 100],
      [20 * MIB, 1, 5],
      [MIB, 1, 2],
      [MIB, 3, 3],
      [8192, 2, 2],
    ] as const) {
      const made = ramp({ bytes, workers, rampMs });
      assert.deepEqual([made.workers, made.lastStartsMs], [expected, rampMs], `${bytes} ${workers}`);
    }
    assert.deepEqual(ramp({ bytes: 4096, workers: 1, rampMs }), { workers: 1, lastStartsMs: 0 });
    const longest = commands({ memory: { bytes: 512 * MIB, workers: 1024, rampMs: 3_600_000 } })[0] ?? '';
    assert.ok(Number(/--backoff (\d+)/.exec(longest)?.[1]) * 1023 < 2 ** 32);
  });

  it('reach the shell as arguments only', () => {
    const stressor = { name: 'stress-ng', oomScoreAdj: 5, command: ['a b', '$(reboot)'] } as const;
    const [flag, script, ...rest] = entering(stressor, ['/x;y/cgroup.procs']);
    assert.equal(flag, '-c');
    assert.equal(script, entering({ ...stressor, command: [] }, [])[1]);
    assert.deepEqual(rest, ['podstress-stress', '1', '5', '/x;y/cgroup.procs', 'a b', '$(reboot)']);
  });
});
