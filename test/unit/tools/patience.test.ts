import assert from 'node:assert/strict';
import { patience } from '../../../tools/system/patience.js';

describe('a time limit', () => {
  it('is itself on a machine that is not overloaded', () => {
    assert.deepEqual(patience(2_000, 1.9, 2), { allowedMs: 2_000, why: '' });
  });

  it('grows with the load on each core, and says so', () => {
    assert.deepEqual(patience(2_000, 5, 2), {
      allowedMs: 5_000,
      why: ' (load 5.0 on 2 cores: 5.0 s allowed)',
    });
  });
});
