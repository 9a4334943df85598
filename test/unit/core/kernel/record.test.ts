import assert from 'node:assert/strict';
import { LineJoiner } from '../../../../src/core/kernel/joiner.js';
import type { KernelLine } from '../../../../src/core/kernel/oom-kill.js';
import { parseKmsgRecord } from '../../../../src/core/kernel/record.js';

describe('a record of /dev/kmsg', () => {
  it('gives facility, level, number, time, fragment and text', () => {
    assert.deepEqual(parseKmsgRecord('30,1234567,98765432101,-;a;b,c\n SUBSYSTEM=pci\n'), {
      facility: 3,
      level: 6,
      seq: 1_234_567,
      bootSeconds: 98_765.432101,
      fragment: false,
      text: 'a;b,c',
    });
  });

  for (const [flags, fragment] of [
    ['-', false],
    ['c', true],
    ['+', true],
    ['c,caller=T123', true],
    ['-,caller=C0,more=c', false],
    ['', false],
    ['cx', false],
  ] as const) {
    it(`reads the flags "${flags}"`, () => {
      const record = parseKmsgRecord(`4,1,2,${flags};text`);
      assert.deepEqual([record?.fragment, record?.text], [fragment, 'text']);
    });
  }

  for (const wrong of [
    '',
    ';',
    '4',
    '4,1',
    '4,1,2',
    '4,1,2;x',
    '4,1,2,-',
    'a,1,2,-;x',
    '4,,2,-;x',
    '-4,1,2,-;x',
    '4,1,2x,-;x',
  ])
    it(`is not "${wrong}"`, () => assert.equal(parseKmsgRecord(wrong), null));
});

describe('joining the pieces of a line', () => {
  const line = (text: string, fragment: boolean): KernelLine => ({
    seq: 1,
    bootSeconds: 1,
    time: null,
    fragment,
    text,
  });
  const START = 'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=';

  it('waits for the end, whatever stands between', () => {
    const joiner = new LineJoiner();
    assert.deepEqual(joiner.push(line(START, false)), []);
    assert.deepEqual(joiner.push(line('eth0: link is up', false)).length, 1);
    assert.deepEqual(joiner.push(line('/,mems_allowed=0,task=x', true)), []);
    const [whole] = joiner.push(line(',pid=7,uid=0', true));
    assert.equal(whole?.text, `${START}/,mems_allowed=0,task=x,pid=7,uid=0`);
  });

  it('gives up on pieces without an end before they fill the memory', () => {
    const joiner = new LineJoiner();
    joiner.push(line(START, false));
    let given: readonly KernelLine[] = [];
    for (let piece = 0; piece < 1000 && given.length === 0; piece++)
      given = joiner.push(line('x'.repeat(900), true));
    const [whole] = given;
    assert.ok(whole && whole.text.length <= 16_384, String(whole?.text.length));
    assert.ok(joiner.idle);
  });
});
