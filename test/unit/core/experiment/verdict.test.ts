import assert from 'node:assert/strict';
import { expectationsFrom, parseExpectations } from '../../../../src/core/experiment/expectations.js';
import type { RunRecord, RunTarget } from '../../../../src/core/experiment/record.js';
import { judge } from '../../../../src/core/experiment/verdict.js';
import { kill, OTHER, record, TARGET, target } from '../../lab/runs/sample.js';

const MIB = 2 ** 20;

function run(parts: Partial<RunTarget>, whole: Partial<RunRecord> = {}): RunRecord {
  return record({ targets: [target(TARGET, 88, parts), target(OTHER, 90)], ...whole });
}

interface Case {
  readonly what: string;
  readonly run: RunRecord;
  readonly expect: string;
  readonly outcome: 'met' | 'not-met' | 'unknown';
  /** Kinds of evidence, and reasons. */
  readonly evidence?: readonly string[];
}

const gap = { from: 10_000, to: 20_000 };
const PLAIN = record();
const KILLED = run({ kills: 2 }, { kills: [kill(TARGET, 12_000)] });
const cases: readonly Case[] = [
  { what: 'nobody was killed', run: PLAIN, expect: 'noKills', outcome: 'met' },
  {
    what: 'two kills, one with details',
    run: KILLED,
    expect: 'noKills',
    outcome: 'not-met',
    evidence: ['kills', 'kill'],
  },
  { what: 'as many kills as allowed', run: KILLED, expect: 'maxKills=2', outcome: 'met' },
  {
    what: 'one kill more than allowed',
    run: KILLED,
    expect: 'maxKills=1',
    outcome: 'not-met',
    evidence: ['kills', 'kill'],
  },
  {
    what: 'kills that only the log told',
    run: run({ kills: 0 }, { kills: [kill(TARGET, 1), kill(TARGET, 2)] }),
    expect: 'maxKills=1',
    outcome: 'not-met',
    evidence: ['kills', 'kill', 'kill'],
  },
  {
    what: 'no agent from start to end',
    run: run({ killsWatched: false }),
    expect: 'noKills',
    outcome: 'unknown',
    evidence: ['kills-not-watched'],
  },
  {
    what: 'a kill is a kill, watched from start to end or not',
    run: run({ killsWatched: false, kills: 1 }),
    expect: 'noKills',
    outcome: 'not-met',
    evidence: ['kills'],
  },
  {
    what: 'a container that ended as OOMKilled, without an agent',
    run: run({
      killsWatched: false,
      marks: [{ time: 9, kind: 'restart', detail: 'OOMKilled (137)', count: 1 }],
    }),
    expect: 'noKills',
    outcome: 'not-met',
    evidence: ['kills'],
  },
  {
    what: 'a kill in a Pod, of an unknown container',
    run: run({}, { kills: [kill(TARGET.slice(0, TARGET.lastIndexOf('/')), 5)] }),
    expect: 'noKills',
    outcome: 'not-met',
    evidence: ['kill'],
  },
  {
    what: 'a kill elsewhere',
    run: run({}, { kills: [kill('a/b/c', 5), kill('a/b', 5)] }),
    expect: 'noKills',
    outcome: 'met',
  },
  {
    what: 'a working set below the size',
    run: PLAIN,
    expect: 'maxWorkingSet=400MiB',
    outcome: 'met',
    evidence: ['peak', 'peak'],
  },
  {
    what: 'a working set above it',
    run: PLAIN,
    expect: 'maxWorkingSet=80MiB',
    outcome: 'not-met',
    evidence: ['peak', 'peak'],
  },
  {
    what: 'a share of the limit',
    run: PLAIN,
    expect: 'maxWorkingSet=20%',
    outcome: 'met',
    evidence: ['peak', 'peak'],
  },
  {
    what: 'a share of no limit',
    run: run({ limitBytes: null }),
    expect: 'maxWorkingSet=20%',
    outcome: 'unknown',
    evidence: ['no-limit'],
  },
  {
    what: 'nothing measured',
    run: run({ peak: null }),
    expect: 'maxWorkingSet=1GiB',
    outcome: 'unknown',
    evidence: ['not-measured'],
  },
  {
    what: 'a gap in the measurement',
    run: run({}, { gaps: [{ ...gap, kind: 'measurement', where: TARGET }] }),
    expect: 'maxWorkingSet=1GiB',
    outcome: 'unknown',
    evidence: ['measured-with-gaps'],
  },
  {
    what: 'a gap of another container',
    run: run({}, { gaps: [{ ...gap, kind: 'measurement', where: 'a/b/c' }] }),
    expect: 'maxWorkingSet=1GiB',
    outcome: 'met',
    evidence: ['peak', 'peak'],
  },
  {
    what: 'no connection for a while',
    run: run({}, { gaps: [{ ...gap, kind: 'connection', where: null }] }),
    expect: 'maxWorkingSet=1GiB',
    outcome: 'unknown',
    evidence: ['measured-with-gaps', 'measured-with-gaps'],
  },
  {
    what: 'too much in spite of a gap',
    run: run(
      { peak: { bytes: 2048 * MIB, time: 1 } },
      { gaps: [{ ...gap, kind: 'connection', where: null }] },
    ),
    expect: 'maxWorkingSet=1GiB',
    outcome: 'not-met',
    evidence: ['peak'],
  },
  { what: 'no restart', run: PLAIN, expect: 'noRestarts', outcome: 'met' },
  {
    what: 'a restart',
    run: run({ restarts: { before: 3, after: 4 } }),
    expect: 'noRestarts',
    outcome: 'not-met',
    evidence: ['restarts'],
  },
  {
    what: 'a restart of before',
    run: run({ restarts: { before: 3, after: 3 } }),
    expect: 'noRestarts',
    outcome: 'met',
  },
  {
    what: 'a Pod that went away',
    run: run({ ready: null }),
    expect: 'noRestarts',
    outcome: 'unknown',
    evidence: ['not-measured'],
  },
  {
    what: 'all arrived',
    run: PLAIN,
    expect: 'minArrived=90%',
    outcome: 'met',
    evidence: ['arrived', 'arrived'],
  },
  {
    what: 'half arrived',
    run: run({
      arrival: { state: 'short', expectedBytes: 100, arrivedBytes: 50, arrivedAt: null, stressorKills: 0 },
    }),
    expect: 'minArrived=90%',
    outcome: 'not-met',
    evidence: ['arrived'],
  },
  {
    what: 'nobody knows what arrived',
    run: run({ arrival: null }),
    expect: 'minArrived=1%',
    outcome: 'unknown',
    evidence: ['arrival-unknown'],
  },
  {
    what: 'a failed probe',
    run: run({ marks: [{ time: 1, kind: 'probe', detail: 'Readiness probe failed', count: 1 }] }),
    expect: 'noProbeFailures',
    outcome: 'not-met',
    evidence: ['probe'],
  },
  {
    what: 'probes that nobody watched',
    run: run({ probesWatched: false }),
    expect: 'noProbeFailures',
    outcome: 'unknown',
    evidence: ['probes-not-watched'],
  },
  { what: 'no failed probe', run: PLAIN, expect: 'noProbeFailures', outcome: 'met' },
  { what: 'all ready', run: PLAIN, expect: 'ready', outcome: 'met' },
  {
    what: 'one not ready',
    run: run({ ready: false }),
    expect: 'ready',
    outcome: 'not-met',
    evidence: ['not-ready'],
  },
  {
    what: 'one gone',
    run: run({ ready: null, state: 'Deleted' }),
    expect: 'ready',
    outcome: 'not-met',
    evidence: ['not-ready'],
  },
  {
    what: 'no target at all',
    run: record({ targets: [] }),
    expect: 'noKills',
    outcome: 'unknown',
    evidence: ['no-target'],
  },
  {
    what: 'a run that was never injected',
    run: record({ injectedAfter: null }),
    expect: 'noKills',
    outcome: 'unknown',
    evidence: ['not-run', 'not-run'],
  },
  {
    what: 'a run that failed',
    run: record({ end: 'failed' }),
    expect: 'ready',
    outcome: 'unknown',
    evidence: ['not-run', 'not-run'],
  },
];

describe('verdict', () => {
  for (const { what, run: one, expect, outcome, evidence } of cases) {
    it(`${what}: ${expect} is ${outcome}`, () => {
      const verdict = judge(one, parseExpectations(expect));
      assert.equal(verdict.outcome, outcome);
      const [result] = verdict.results;
      if (evidence !== undefined) {
        assert.deepEqual(
          result?.evidence.map((fact) => (fact.kind === 'untold' ? fact.why : fact.kind)),
          evidence,
        );
      }
    });
  }

  it('takes the worst of all, what is not met before what cannot be told', () => {
    const one = run({ killsWatched: false, ready: false });
    assert.equal(judge(one, parseExpectations('noRestarts,noKills')).outcome, 'unknown');
    assert.equal(judge(one, parseExpectations('noRestarts,noKills,ready')).outcome, 'not-met');
  });

  it('holds a container to its own expectations', () => {
    const one = run({ kills: 2 });
    const scoped = (scope: string) =>
      judge(one, expectationsFrom({ containers: { [scope]: { noKills: true } } }));
    assert.equal(scoped('*-8mln6/hello-kubernetes').outcome, 'not-met');
    assert.equal(scoped('*-x2k9q/hello-kubernetes').outcome, 'met');
    assert.equal(scoped('sidecar').outcome, 'unknown');
  });

  it('bounds its evidence', () => {
    const kills = Array.from({ length: 900 }, (_, index) => kill(TARGET, index));
    const verdict = judge(run({ kills: 900 }, { kills }), parseExpectations('noKills'));
    assert.ok((verdict.results[0]?.evidence.length ?? 99) <= 20);
  });
});
