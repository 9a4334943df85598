import assert from 'node:assert/strict';
import { KmsgReader } from '../../../src/agent/kmsg/reader.js';

type Answer = string | { readonly code: string };

/** A stand-in for the device: it answers each read with the next of these, then as an empty log does. */
function scripted(answers: readonly Answer[]): (descriptor: number, into: Buffer) => number {
  const left = [...answers];
  return (_descriptor, into) => {
    const answer = left.shift() ?? { code: 'EAGAIN' };
    if (typeof answer === 'string') return into.write(answer, 'latin1');
    throw Object.assign(new Error(answer.code), { code: answer.code });
  };
}

/** What a reader tells of such answers. */
function told(answers: readonly Answer[]): unknown[] {
  const seen: unknown[] = [];
  const listener = {
    record: ({ seq }: { seq: number }): unknown => seen.push(seq),
    gap: (lost: number): unknown => seen.push(`lost ${lost}`),
    caughtUp: (): unknown => seen.push('caught up'),
    failed: ({ message }: Error): unknown => seen.push(`failed ${message}`),
  };
  const reader = new KmsgReader('/dev/null', listener, scripted(answers));
  reader.drain();
  reader.stop();
  return seen;
}

const record = (seq: number): string => `6,${seq},${seq},-;text\n`;

describe('the reader of the kernel log', () => {
  it('reads to the end', () => assert.deepEqual(told([record(1), record(2)]), [1, 2, 'caught up']));

  it('goes on behind records that were overwritten (EPIPE), and says how many', () =>
    assert.deepEqual(told([record(1), { code: 'EPIPE' }, record(40), record(41)]), [
      1,
      'lost 38',
      40,
      41,
      'caught up',
    ]));

  it('goes on behind a record that was too long (EINVAL), and says that it is lost', () =>
    assert.deepEqual(told([record(1), { code: 'EINVAL' }, record(3)]), [1, 'lost 1', 3, 'caught up']));

  it('takes no account of what is no record', () =>
    assert.deepEqual(told([record(1), 'nonsense\n', record(2)]), [1, 2, 'caught up']));

  it('ends at any other error, and says so', () =>
    assert.deepEqual(told([record(1), { code: 'EIO' }]), [1, 'failed EIO', 'caught up']));
});
