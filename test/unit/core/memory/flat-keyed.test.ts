import assert from 'node:assert/strict';
import { FlatKeys, parseFlatKeyed } from '../../../../src/core/memory/flat-keyed.js';

describe('files of keys and values', () => {
  const read = (text: string, ...keys: string[]): unknown => {
    const bytes = new TextEncoder().encode(text);
    return Object.values(new FlatKeys(...keys).read(bytes, bytes.length));
  };

  it('are read whole, lines of another shape left out', () => {
    assert.deepEqual([...parseFlatKeyed('oom_kill 3\n\nnoise\nx y z\n')], [['oom_kill', 3]]);
  });

  it('give one key among others that begin or end alike', () => {
    const text = 'file 1\nkernel 2\nkernel_stack 3\nslab_kernel 4\nodd x\nlast 5';
    const keys = ['file', 'kernel', 'kernel_stack', 'stack', 'odd', 'last', 'none'];
    assert.deepEqual(read(text, ...keys), [1, 2, 3, null, null, 5, null]);
  });

  it('give no number that is not whole, and none that a line does not have', () => {
    assert.deepEqual(read('a 1.5\nb\nc \nd -1\n\n e 4\nf 6 7\n', 'a', 'b', 'c', 'd', 'e', 'f'), [
      ...[null, null, null],
      ...[null, null, null],
    ]);
  });

  it('give what stands before the length, and nothing of what an earlier file left behind it', () => {
    const bytes = new TextEncoder().encode('a 12\nb 3\n');
    assert.deepEqual(new FlatKeys('a', 'b').read(bytes, 4), { a: 12, b: null });
  });

  it('agree with reading whole', () => {
    const text = Array.from({ length: 60 }, (_, key) => `key_${key} ${key * 1_234_567}`).join('\n');
    const keys = Array.from({ length: 60 }, (_, key) => `key_${59 - key}`);
    const whole = parseFlatKeyed(text);
    assert.deepEqual(
      read(text, ...keys),
      keys.map((key) => whole.get(key)),
    );
  });
});
