import assert from 'node:assert/strict';
import { displayBytes, displayExact, displayShare, percentOf } from '../../../../src/core/units/display.js';

const MIB = 1024 ** 2;

describe('bytes on the screen', () => {
  it('are MiB, except the small and the very large', () => {
    assert.equal(displayBytes(88 * MIB, 'en'), '88 MiB');
    assert.equal(displayBytes(3000 * MIB, 'en'), '3000 MiB');
    assert.equal(displayBytes(412 * 1024, 'en'), '412 KiB');
    assert.equal(displayBytes(16 * 1024 * MIB, 'en'), '16 GiB');
    assert.equal(displayBytes(0, 'en'), '0 MiB');
  });

  it('have a decimal below 10, and below 100 where the number is exact', () => {
    assert.equal(displayBytes(3.44 * MIB, 'en'), '3.4 MiB');
    assert.equal(displayBytes(12.5 * MIB, 'en'), '13 MiB');
    assert.equal(displayBytes(12.5 * MIB, 'en', true), '12.5 MiB');
    assert.equal(displayBytes(3.44 * MIB, 'fr'), '3,4 MiB');
  });

  it('share the unit of the whole', () => {
    assert.equal(displayShare(88 * MIB, 500 * MIB, 'en'), '88/500 MiB');
    assert.equal(displayShare(512 * MIB, 16 * 1024 * MIB, 'en'), '0.5/16 GiB');
  });

  it('are exact where asked', () => {
    assert.equal(displayExact(92_274_688, 'en'), '92,274,688');
  });

  it('reach 100 percent only at the limit', () => {
    assert.equal(percentOf(88, 500), 18);
    assert.equal(percentOf(499.9, 500), 99);
    assert.equal(percentOf(500, 500), 100);
    assert.equal(percentOf(1, 0), 0);
  });
});
