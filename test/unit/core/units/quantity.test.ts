import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseQuantity, quantityBytes } from '../../../../src/core/units/quantity.js';

interface Row {
  readonly in: string;
  readonly error: string | null;
  readonly value?: string;
}

const rows: readonly Row[] = JSON.parse(readFileSync('test/fixtures/go-truth/quantities.json', 'utf8'));

describe('core/units quantity', () => {
  it('has the rows of the Go library', () => {
    assert.ok(rows.length >= 28, `${rows.length} rows`);
  });

  for (const row of rows) {
    it(`reads ${JSON.stringify(row.in)} as Kubernetes does`, () => {
      const result = parseQuantity(row.in);
      if (row.error === null) {
        assert.ok(result.ok, 'must be accepted');
        assert.equal(String(result.quantity.value), row.value);
      } else {
        const error = row.error.startsWith('quantities must match') ? 'format' : 'suffix';
        assert.deepEqual(result, { ok: false, error });
      }
    });
  }

  it('keeps billionths for comparisons and caps binary quantities at int64, as Go does', () => {
    const nano = (text: string): bigint | null => {
      const result = parseQuantity(text);
      return result.ok ? result.quantity.nano : null;
    };
    assert.equal(nano('100m'), 100_000_000n);
    assert.equal(nano('0.1'), nano('100m'));
    assert.equal(nano('1e-10'), 1n);
    assert.equal(nano('-100m'), -100_000_000n);
    const capped = parseQuantity('8Ei');
    assert.ok(capped.ok);
    assert.equal(capped.quantity.value, (1n << 63n) - 1n);
  });

  it('is not held up by hostile exponents and lengths', () => {
    const huge = parseQuantity('1e999999999');
    assert.ok(huge.ok);
    assert.equal(huge.quantity.value, 0n);
    const tiny = parseQuantity('1e-999999999');
    assert.ok(tiny.ok);
    assert.equal(tiny.quantity.value, 1n);
    assert.deepEqual(parseQuantity('9'.repeat(100_000)), { ok: false, error: 'format' });
    assert.deepEqual(parseQuantity(''), { ok: false, error: 'format' });
    assert.deepEqual(parseQuantity('1constructor'), { ok: false, error: 'format' });
  });

  it('gives bytes only where they are a number one can show', () => {
    assert.equal(quantityBytes('500Mi'), 524_288_000);
    assert.equal(quantityBytes(undefined), null);
    assert.equal(quantityBytes('lots'), null);
    assert.equal(quantityBytes('-5Mi'), null);
    assert.equal(quantityBytes('4Ei'), null);
  });
});
