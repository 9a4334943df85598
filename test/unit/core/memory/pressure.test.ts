import assert from 'node:assert/strict';
import { parsePressure } from '../../../../src/core/memory/pressure.js';

describe('memory pressure', () => {
  it('is read from both lines of memory.pressure', () => {
    const text =
      'some avg10=12.34 avg60=0.74 avg300=0.52 total=2858540\nfull avg10=0.50 avg60=0.07 avg300=0.06 total=712095\n';
    assert.deepEqual(parsePressure(text), {
      someAvg10: 12.34,
      fullAvg10: 0.5,
      someTotalUs: 2_858_540,
      fullTotalUs: 712_095,
    });
  });

  it('is unknown where a line is missing or of another shape', () => {
    assert.equal(parsePressure('some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n'), null);
    assert.equal(
      parsePressure('full avg10=0 avg60=0 avg300=0 total=0\nsome avg10=x avg60=0 avg300=0 total=0\n'),
      null,
    );
    assert.equal(parsePressure(''), null);
  });
});
