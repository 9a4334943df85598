import assert from 'node:assert/strict';
import type { StressTarget } from '../../../src/extension/present/container-stress.js';
import { sizeChoices } from '../../../src/extension/present/size-choices.js';
import {
  type Choice,
  durationChoices,
  rampChoices,
  typedDuration,
  typedLoad,
  typedRamp,
  typedSize,
  typedWorkers,
  workerChoices,
} from '../../../src/extension/present/stress-choices.js';
import type { PodView } from '../../../src/lab/types.js';
import { english } from './support/language.js';
import { MIB, podView } from './support/views.js';

function target(parts: Parameters<typeof podView>[0]): StressTarget {
  const pod: PodView = podView(parts);
  return { pod, container: pod.containers[0] ?? assert.fail() };
}

function world(...targets: StressTarget[]) {
  return { targets, nodeMemory: () => 1000 * MIB, language: english };
}

const told = (choices: readonly Choice<unknown>[]) =>
  choices.map(
    ({ label, description = '', detail = '', warns }) =>
      `${warns === true ? '! ' : ''}${label} | ${description} | ${detail}`,
  );

describe('sizes that are suggested', () => {
  it('are held against the head-room of the container', () => {
    assert.deepEqual(told(sizeChoices(world(target({ name: 'a', used: 100 * MIB })))), [
      '200MiB | 50 % of the head-room · 209,715,200 bytes | each container 100 → 300 of 500 MiB (60 %) · fits',
      '320MiB | 80 % of the head-room · 335,544,320 bytes | each container 100 → 420 of 500 MiB (84 %) · fits',
      '380MiB | just under the limit · 398,458,880 bytes | each container 100 → 480 of 500 MiB (96 %) · close to the limit',
      '! 450MiB | over the limit · 471,859,200 bytes | 100 + 450 MiB passes the 500 MiB limit: the OOM killer will act',
    ]);
  });

  it('are for the container with the least room, of several', () => {
    const choices = sizeChoices(
      world(target({ name: 'a' }), target({ name: 'b', used: 60 * MIB, limit: 100 * MIB })),
    );
    assert.deepEqual(
      choices.map(({ label }) => label),
      ['20MiB', '28MiB', '52MiB'],
    );
    assert.deepEqual(
      choices.map(({ warns }) => warns),
      [false, false, true],
    );
  });

  it('never promise room that the stressors themselves need', () => {
    const choices = sizeChoices(world(target({ name: 'a', used: 90 * MIB, limit: 100 * MIB })));
    assert.deepEqual(told(choices), [
      '! 22MiB | over the limit · 23,068,672 bytes | 90 + 22 MiB passes the 100 MiB limit: the OOM killer will act',
    ]);
  });

  it('without a limit are some common ones, without a sample shares of the limit', () => {
    const free = sizeChoices(world(target({ name: 'a', limit: null })));
    assert.deepEqual(
      free.map(({ label, warns }) => [label, warns]),
      [
        ['50MiB', false],
        ['256MiB', false],
        ['1GiB', false],
      ],
    );
    const unknown = told(sizeChoices(world(target({ name: 'a', used: null }))));
    assert.match(unknown[0] ?? '', /^125MiB \| 25 % of the limit .*memory in use unknown/);
    assert.match(unknown.at(-1) ?? '', /^! 550MiB \| over the limit/);
  });
});

describe('what is typed', () => {
  const a = world(target({ name: 'a' }));
  const sizes: readonly [text: string, value: string | null, says: RegExp][] = [
    ['50MiB', '50MiB', /38 → 88 of 500 MiB \(18 %\) · fits/],
    ['25%', '25%', /38 → 288 of 500 MiB/],
    ['3GiB', '3GiB', /passes the 500 MiB limit/],
    ['50Mi', null, /Write a size/],
    ['50 MiB', null, /Write a size/],
    ['lots', null, /Write a size/],
    ['0', null, /nothing/],
    ['0%', null, /nothing/],
    ['101%', null, /Write a size/],
  ];
  for (const [text, value, says] of sizes) {
    it(`as a size: ${text}`, () => {
      const choice = typedSize(text, a);
      assert.equal(choice.value, value);
      assert.match(choice.detail ?? '', says);
      assert.equal(choice.warns ?? false, text === '3GiB');
    });
  }

  it('as a number is a whole one within its bounds', () => {
    const workers = ['1', '1024', '0', '1025', '1.5', '-1', 'a', '1e3'].map(
      (text) => typedWorkers(text, null, english).value,
    );
    assert.deepEqual(workers, [1, 1024, null, null, null, null, null, null]);
    assert.deepEqual(
      ['1', '100', '0', '101'].map((text) => typedLoad(text, english).value),
      [1, 100, null, null],
    );
  });

  it('as a time is a Go duration, and of an end says when', () => {
    const now = Date.UTC(2026, 10, 21, 12, 0);
    assert.deepEqual(
      ['90s', '1h30m', '0s', '-5m', '10', '1d', ''].map((text) => typedDuration(text, now, english).value),
      ['90s', '1h30m', null, null, null, null, null],
    );
    assert.match(durationChoices(now, english)[1]?.detail ?? '', /^ends by itself at \d?\d:05/);
    assert.equal(typedDuration('48h', now, english).detail, undefined);
  });

  it('as a ramp may be none, and warns where the stress ends before', () => {
    const ramp = { size: '60MiB', duration: '2m', language: english };
    assert.deepEqual(told(rampChoices(ramp)), [
      'none |  | each worker takes its share at once',
      '30s |  | grows by 2 MiB a second',
      '1m |  | grows by 1 MiB a second',
      '! 5m |  | the stress ends after 2m, before it is all there',
    ]);
    assert.equal(typedRamp('0', ramp).value, '');
    assert.equal(typedRamp('10s', ramp).value, '10s');
    assert.equal(typedRamp('soon', ramp).value, null);
    assert.equal(typedRamp('30s', { ...ramp, size: '25%' }).detail, undefined);
  });
});

describe('workers', () => {
  it('share a size, and keep cores busy', () => {
    assert.deepEqual(told(workerChoices('50MiB', english)), [
      '1 |  | 1 process takes it all',
      '2 |  | 2 processes share it: 25 MiB each',
      '4 |  | 4 processes share it: 12.5 MiB each',
    ]);
    assert.equal(workerChoices('25%', english)[2]?.detail, '4 processes share it');
    assert.equal(workerChoices(null, english)[1]?.detail, 'keep at most 2 cores busy');
  });
});
