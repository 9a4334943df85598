import assert from 'node:assert/strict';
import { benchTable } from '../../../tools/bench/table.js';

describe('the bench table', () => {
  it('shows ours beside the reference of the same run, and what missed its goal', () => {
    const row = { unit: 'ms', reference: { name: 'plain', value: 2 }, goal: 1.5 };
    const lines = benchTable([
      { ...row, what: 'parse', ours: 1 },
      { ...row, what: 'check everything', ours: 4.4444 },
    ]).split('\n');
    assert.match(lines[0] ?? '', /^what +ours +reference +ratio +goal$/);
    assert.match(lines[1] ?? '', /^parse +1 ms +2 ms \(plain\) +0\.5 +<= 1\.5$/);
    assert.match(lines[2] ?? '', /^check everything +4\.44 ms +2 ms \(plain\) +2\.22 +<= 1\.5 +missed$/);
  });
});
