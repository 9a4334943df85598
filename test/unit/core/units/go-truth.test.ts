import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseDuration } from '../../../../src/core/units/duration.js';
import {
  firstField,
  parseGoUnitsSize,
  parseHumanizeSize,
  type Size,
} from '../../../../src/core/units/size.js';

interface Answer {
  readonly bytes: number;
  readonly error: string | null;
}
interface SizeRow {
  readonly in: string;
  readonly goUnits: Answer;
  readonly goHumanize: Answer;
  readonly firstField: string;
  readonly firstFieldBytes: Answer;
}
interface DurationRow {
  readonly in: string;
  readonly ns: string;
  readonly error: string | null;
}

function rows<T>(file: string): T[] {
  return JSON.parse(readFileSync(`test/fixtures/go-truth/${file}`, 'utf8')) as T[];
}

function same(size: Size, answer: Answer, text: string): void {
  if (answer.error !== null) {
    assert.equal(size.kind, 'error', `${text}: Go says ${answer.error}`);
    if (size.kind !== 'error') return;
    const expected = /^invalid size/.test(answer.error)
      ? 'invalid-size'
      : /^(invalid suffix|unhandled size name)/.test(answer.error)
        ? 'invalid-suffix'
        : /^too large/.test(answer.error)
          ? 'too-large'
          : 'invalid-number';
    assert.equal(size.error, expected, `${text}: Go says ${answer.error}`);
  } else {
    assert.deepEqual(size, { kind: 'bytes', bytes: answer.bytes }, text);
  }
}

describe('units agree with the Go libraries', () => {
  const sizes = rows<SizeRow>('sizes.json');
  const durations = rows<DurationRow>('durations.json');

  it(`go-units and go-humanize on all ${sizes.length} sizes`, () => {
    assert.ok(sizes.length > 700);
    for (const row of sizes) {
      same(parseGoUnitsSize(row.in), row.goUnits, `go-units ${JSON.stringify(row.in)}`);
      same(parseHumanizeSize(row.in), row.goHumanize, `go-humanize ${JSON.stringify(row.in)}`);
      assert.equal(firstField(row.in), row.firstField, row.in);
      same(
        parseHumanizeSize(firstField(row.in)),
        row.firstFieldBytes,
        `first field of ${JSON.stringify(row.in)}`,
      );
    }
  });

  it(`time.ParseDuration on all ${durations.length} durations`, () => {
    assert.ok(durations.length > 150);
    for (const row of durations) {
      const duration = parseDuration(row.in);
      if (row.error === null) {
        assert.deepEqual(duration, { ns: BigInt(row.ns), error: null }, row.in);
        continue;
      }
      const kind = /missing unit/.test(row.error)
        ? 'missing-unit'
        : /unknown unit/.test(row.error)
          ? 'unknown-unit'
          : 'invalid';
      assert.equal(duration.error, kind, `${row.in}: Go says ${row.error}`);
      if (duration.error === 'unknown-unit') {
        assert.equal(duration.unit, /unknown unit "(.*)" in/.exec(row.error)?.[1], row.in);
      }
    }
  });
});
