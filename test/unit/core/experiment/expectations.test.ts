import assert from 'node:assert/strict';
import {
  ExpectationError,
  expectationsFrom,
  expectationText,
  isInScope,
  parseExpectations,
} from '../../../../src/core/experiment/expectations.js';

const MIB = 2 ** 20;

describe('expectations', () => {
  const understood: readonly (readonly [string, unknown])[] = [
    ['noKills', [{ kind: 'maxKills', most: 0 }]],
    ['maxKills=3', [{ kind: 'maxKills', most: 3 }]],
    ['noRestarts', [{ kind: 'maxRestarts', most: 0 }]],
    ['maxRestarts=0', [{ kind: 'maxRestarts', most: 0 }]],
    ['maxWorkingSet=400MiB', [{ kind: 'maxWorkingSet', most: { unit: 'bytes', value: 400 * MIB } }]],
    ['maxWorkingSet=400Mi', [{ kind: 'maxWorkingSet', most: { unit: 'bytes', value: 400 * MIB } }]],
    ['maxWorkingSet=1.5GiB', [{ kind: 'maxWorkingSet', most: { unit: 'bytes', value: 1536 * MIB } }]],
    ['maxWorkingSet=400MB', [{ kind: 'maxWorkingSet', most: { unit: 'bytes', value: 4e8 } }]],
    ['maxWorkingSet=80%', [{ kind: 'maxWorkingSet', most: { unit: 'percent', value: 80 } }]],
    ['minArrived=90%', [{ kind: 'minArrived', percent: 90 }]],
    [' noKills , ready ', [{ kind: 'maxKills', most: 0 }, { kind: 'ready' }]],
    ['noProbeFailures', [{ kind: 'noProbeFailures' }]],
    ['maxWorkingSet = 80%', [{ kind: 'maxWorkingSet', most: { unit: 'percent', value: 80 } }]],
  ];
  for (const [text, expected] of understood) {
    it(`reads “${text}”`, () =>
      assert.deepEqual(
        parseExpectations(text).map(({ expectation }) => expectation),
        expected,
      ));
  }

  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /Nothing is expected. There is noKills, /],
    ['noKills,', /empty expectation/],
    ['=3', /empty expectation/],
    ['noOOM', /“noOOM” is not known. There is noKills/],
    ['nokills', /“nokills” is not known/],
    ['noKills=true', /“noKills” takes no value/],
    ['noKills,noKills', /“noKills” is given twice/],
    ['noKills,maxKills=3', /say the same thing twice/],
    ['maxKills', /whole number from 0, e.g. maxKills=3; found none/],
    ['maxKills=-1', /found “-1”/],
    ['maxKills=2.5', /found “2.5”/],
    ['maxKills=99999999999', /whole number/],
    ['maxWorkingSet', /size or a percentage of the limit, .* found none/],
    ['maxWorkingSet=0', /found “0”/],
    ['maxWorkingSet=-5Mi', /found “-5Mi”/],
    ['maxWorkingSet=lots', /found “lots”/],
    ['maxWorkingSet=120%', /up to 100%/],
    ['minArrived=90', /e.g. minArrived=90%; found “90”/],
    ['minArrived=0%', /found “0%”/],
    ['__proto__', /is not known/],
    ['maxWorkingSet=1e400', /size or a percentage/],
  ];
  for (const [text, message] of refused) {
    it(`refuses “${text}”`, () =>
      assert.throws(
        () => parseExpectations(text),
        (error) => error instanceof ExpectationError && message.test(error.message),
      ));
  }

  it('reads a file with keys for single containers', () => {
    const read = expectationsFrom({
      noKills: true,
      noRestarts: false,
      maxWorkingSet: '400MiB',
      containers: { 'hello-*/web': { maxKills: 2, minArrived: '95%' }, sidecar: { ready: true } },
    });
    assert.deepEqual(read.map(expectationText), [
      'noKills',
      'maxWorkingSet=400MiB',
      'hello-*/web: maxKills=2',
      'hello-*/web: minArrived=95%',
      'sidecar: ready',
    ]);
  });

  const badFiles: readonly (readonly [string, unknown, RegExp])[] = [
    ['a list', [], /The file must be a mapping/],
    ['nothing', null, /The file must be a mapping/],
    ['no expectation', { noKills: false }, /Nothing is expected/],
    ['an unknown key', { kills: 0 }, /“kills” is not known/],
    ['an unknown key of a container', { containers: { web: { x: 1 } } }, /containers: web: “x” is not known/],
    ['no container', { containers: { 'a/b/c/d': { ready: true } } }, /is no container/],
    ['a list of containers', { containers: ['web'] }, /“containers” must be a mapping/],
    ['a flag with a value', { ready: 'yes' }, /“ready” takes no value/],
    ['a size that is a list', { maxWorkingSet: [1] }, /found “\[1\]”/],
    [
      'too many containers',
      {
        containers: Object.fromEntries(
          Array.from({ length: 101 }, (_, index) => [`c${index}`, { ready: true }]),
        ),
      },
      /101 entries; at most 100/,
    ],
  ];
  for (const [what, value, message] of badFiles) {
    it(`refuses a file with ${what}`, () =>
      assert.throws(
        () => expectationsFrom(value),
        (error) => error instanceof ExpectationError && message.test(error.message),
      ));
  }

  it('writes what it reads', () => {
    const text =
      'noKills,maxRestarts=2,maxWorkingSet=400MiB,maxWorkingSet=80%,minArrived=92.5%,noProbeFailures,ready';
    for (const one of text.split(',')) assert.equal(parseExpectations(one).map(expectationText).join(), one);
  });

  it('names containers by one, two or three names', () => {
    const name = 'shop/web-7f9c-abcde/app';
    for (const of of [null, 'app', '*', 'web-*/app', 'shop/web-*/app', 'shop/*/a*p', '*/*/*']) {
      assert.equal(isInScope(of, name), true, String(of));
    }
    for (const of of ['ap', 'web-*', 'other/web-*/app', 'shop/web-7f9c/app']) {
      assert.equal(isInScope(of, name), false, of);
    }
  });
});
