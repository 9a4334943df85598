import assert from 'node:assert/strict';
import { HttpProblem } from '../../../../src/agent/http/problem.js';
import { readOptions } from '../../../../src/agent/stress/options.js';
import { readPlan } from '../../../../src/agent/stress/plan.js';

const MIB = 1024 * 1024;
const PLAN = {
  id: 'run-1',
  containerId: 'a'.repeat(64),
  memory: { bytes: 50 * MIB, workers: 4, rampMs: 60_000, oomScoreAdj: -500 },
  cpu: { workers: 1, load: 50 },
  durationMs: 60_000,
};

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof HttpProblem);
    assert.equal(error.status, 400);
    return error.message;
  }
  throw new Error('it was taken');
}

describe('a stress plan', () => {
  it('is read as it was sent', () => {
    assert.deepEqual(readPlan(PLAN), PLAN);
    const withOptions = { ...PLAN, options: ['--vm-method=zero-one', '--taskset 0,2-3'] };
    assert.deepEqual(readPlan(withOptions), withOptions);
  });

  for (const [what, change, says] of [
    ['an unknown field', { image: 'x' }, /no field "image"/],
    ['an unknown field of memory', { memory: { bytes: MIB, workers: 1, time: '1m' } }, /no field "time"/],
    ['neither memory nor cpu', { memory: undefined, cpu: undefined }, /memory, cpu or both/],
    ['no time', { durationMs: 0 }, /durationMs must be a whole number/],
    ['a ramp of more than an hour', { memory: { bytes: MIB, workers: 1, rampMs: 3_600_001 } }, /rampMs/],
    ['a ramp in words', { memory: { bytes: MIB, workers: 1, rampMs: '1m' } }, /rampMs/],
    ['less than a page for a worker', { memory: { bytes: 4096, workers: 2 } }, /bytes must be/],
    ['an impossible score', { memory: { bytes: MIB, workers: 1, oomScoreAdj: 1001 } }, /oomScoreAdj/],
    ['an id that is a path', { id: '../x' }, /id must be/],
    ['options that are no list', { options: '--vm-keep' }, /options must be a list/],
    ['options that are no texts', { options: [1] }, /options must be a list/],
    ['an endless option', { options: ['x'.repeat(257)] }, /options must be a list/],
  ] as const) {
    it(`is refused with ${what}`, () =>
      assert.match(
        refusal(() => readPlan({ ...PLAN, ...change })),
        says,
      ));
  }
});

describe('the options of a stress plan', () => {
  const both = { memory: PLAN.memory, cpu: PLAN.cpu };
  const read = (...options: string[]): unknown => readOptions({ ...both, options });

  it('go to the stressor that they are for, in their order', () => {
    assert.deepEqual(
      read(
        '--vm-populate',
        '--cpu-method=fft',
        '--vm-hang',
        '5',
        ' --vm-method  walk-0a ',
        '',
        '--taskset 0',
      ),
      {
        memory: ['--vm-populate', '--vm-hang', '5', '--vm-method', 'walk-0a', '--taskset', '0'],
        cpu: ['--cpu-method', 'fft', '--taskset', '0'],
      },
    );
    assert.deepEqual(readOptions(both), { memory: [], cpu: [] });
  });

  for (const [options, says] of [
    [['--exec', '4'], /"--exec" is not among the flags that are passed on: --vm-method, /],
    [['--temp-path=/etc'], /"--temp-path" is not among/],
    [['--oomable'], /"--oomable" is not among/],
    [['--thrash'], /"--thrash" is not among/],
    [['--log-file', '/etc/passwd'], /"--log-file" is not among/],
    [['--vm-keep', '/etc/passwd'], /"\/etc\/passwd" is not among/],
    [['constructor'], /"constructor" is not among/],
    [['--timeout', '7d'], /"--timeout" is what the plan's durationMs says/],
    [['--vm-bytes=1t'], /"--vm-bytes" is what the plan's memory.bytes says/],
    [['--time', '10m'], /"--time" is what the plan's memory.rampMs says/],
    [['--cpu-load 100'], /"--cpu-load" is what the plan's cpu.load says/],
    [['--vm-method', 'rowhammer'], /--vm-method needs one of cache-lines, /],
    [['--vm-method'], /--vm-method needs one of/],
    [['--vm-madvise', 'dontneed'], /--vm-madvise needs one of/],
    [['--vm-hang=-1'], /--vm-hang needs a whole number from 0/],
    [['--cpu-method', '../x'], /--cpu-method needs the name of a method/],
    [['--taskset', '0;reboot'], /--taskset needs a list of CPUs/],
    [['--vm-populate=yes'], /--vm-populate takes no value/],
    [Array<string>(65).fill('--vm-keep'), /64 words at most/],
  ] as const) {
    it(`refuse ${options.slice(0, 2).join(' ')}`, () =>
      assert.match(
        refusal(() => read(...options)),
        says,
      ));
  }

  it('refuse what the plan has no stressor for', () => {
    const { memory, cpu } = both;
    assert.match(
      refusal(() => readOptions({ cpu, options: ['--vm-keep'] })),
      /for the memory stressor, which the plan does not have/,
    );
    assert.match(
      refusal(() => readOptions({ memory, options: ['--cpu-method', 'fft'] })),
      /for the cpu stressor/,
    );
    assert.deepEqual(readOptions({ cpu, options: ['--taskset', '1'] }).memory, []);
  });
});
