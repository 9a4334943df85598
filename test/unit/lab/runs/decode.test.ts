import assert from 'node:assert/strict';
import { decodeRunRecord, RunRecordError } from '../../../../src/lab/runs/decode.js';
import { judged, record, storm } from './sample.js';

describe('a record of a run', () => {
  for (const [what, run] of [
    ['without expectations', record()],
    ['of a storm, judged', judged(storm(), 'noKills,maxWorkingSet=80%,minArrived=90%,noProbeFailures,ready')],
    ['without a manifest text', record({ manifest: { ...record().manifest, text: null, file: null } })],
  ] as const) {
    it(`${what} comes back from its file as it was`, () =>
      assert.deepEqual(decodeRunRecord(JSON.stringify(run)), JSON.parse(JSON.stringify(run))));
  }

  it('is judged anew: a verdict in a file proves nothing', () => {
    const forged = { ...judged(storm(), 'noKills'), verdict: { outcome: 'met', results: [] } };
    assert.equal(decodeRunRecord(JSON.stringify(forged)).verdict?.outcome, 'not-met');
  });

  const [first, second] = record().targets;
  const hostile: readonly (readonly [string, unknown])[] = [
    ['format', 'x'],
    ['version', 2],
    ['id', '../../etc/passwd'],
    ['id', 'a'.repeat(200)],
    ['key', 'no-namespace'],
    ['engine', 'other'],
    ['startedAt', 'yesterday'],
    ['duration', -1],
    ['duration', 1e12],
    ['duration', '60'],
    ['injectedAfter', Number.MAX_VALUE],
    ['end', 'constructor'],
    ['endDetail', 'x'.repeat(5000)],
    ['cluster', null],
    ['agents', [{ node: 'a', version: '1', kernel: '6', cgroupVersion: 3 }]],
    ['manifest', { ...record().manifest, object: [] }],
    ['manifest', { ...record().manifest, text: 'x'.repeat(300_000) }],
    ['targets', {}],
    ['targets', Array.from({ length: 201 }, () => first)],
    ['targets', [{ ...first, target: 'pod' }]],
    ['targets', [{ ...first, kills: -1 }]],
    ['targets', [{ ...first, kills: 1.5 }]],
    ['targets', [{ ...first, qosClass: 'Gold' }]],
    ['targets', [{ ...first, series: { ...first?.series, times: [3, 2, 1] } }]],
    ['targets', [{ ...first, series: { ...first?.series, usageBytes: [] } }]],
    [
      'targets',
      [{ ...first, series: { times: [1], workingSetBytes: ['1'], usageBytes: [1], limitBytes: [1] } }],
    ],
    ['targets', [{ ...first, marks: [{ time: 0, kind: 'kill', detail: '', count: 1 }] }]],
    ['targets', [{ ...first, arrival: { state: 1 } }]],
    ['targets', [second, null]],
    ['kills', [{ target: 'a/b/c' }]],
    ['kills', 'none'],
    ['gaps', [{ kind: 'other', from: 0, to: 1, where: null }]],
    ['left', { clean: [], left: [1], unknown: [] }],
    ['expectations', [{ of: null, expectation: { kind: 'constructor' } }]],
    ['expectations', [{ of: null, expectation: { kind: 'maxKills', most: -1 } }]],
    ['expectations', [{ of: null, expectation: { kind: 'maxWorkingSet', most: { unit: 'x', value: 1 } } }]],
    ['expectations', { 0: 'noKills' }],
  ];
  for (const [field, value] of hostile) {
    it(`with ${field} = ${JSON.stringify(value)?.slice(0, 60)} is refused`, () =>
      assert.throws(() => decodeRunRecord(JSON.stringify({ ...record(), [field]: value })), RunRecordError));
  }

  it('with a field missing is refused, whichever it is', () => {
    for (const field of Object.keys(record())) {
      if (field === 'verdict') continue;
      const { [field as 'id']: _, ...rest } = record();
      assert.throws(() => decodeRunRecord(JSON.stringify(rest)), RunRecordError, field);
    }
  });

  for (const [what, text] of [
    ['nothing', ''],
    ['another JSON', '{"a":1}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['cut off', JSON.stringify(record()).slice(0, 500)],
    ['too long', ' '.repeat(17 * 2 ** 20)],
    [
      'nested too deep',
      `${JSON.stringify(record()).slice(0, -1)},"manifest":{"text":null,"file":null,"object":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}}`,
    ],
  ] as const) {
    it(`a file with ${what} is refused`, () => assert.throws(() => decodeRunRecord(text), RunRecordError));
  }

  it('says what is wrong', () => {
    assert.throws(() => decodeRunRecord('{}'), /no record of a Podstress run/);
    assert.throws(
      () => decodeRunRecord(JSON.stringify({ ...record(), version: 7 })),
      /has version 7; .* reads version 1/,
    );
    assert.throws(() => decodeRunRecord(JSON.stringify({ ...record(), kills: 0 })), /damaged: “kills”/);
  });

  it('loses what it does not know', () => {
    const read = decodeRunRecord(JSON.stringify({ ...record(), surplus: 1 }));
    assert.equal('surplus' in read, false);
  });
});
