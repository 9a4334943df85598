import { type Expectation, type ExpectationSet, isInScope, type ScopedExpectation } from './expectations.js';
import type { RunKill, RunMark, RunRecord, RunTarget } from './record.js';

/** `unknown`: what was seen does not tell, and what is not known is not held to be met. */
export type VerdictOutcome = 'met' | 'not-met' | 'unknown';

/** What an outcome rests on. Times in ms since the run's start. */
export type Evidence =
  | { readonly kind: 'kill'; readonly target: string; readonly kill: RunKill }
  /** So many kills in all, `told` of them with details of their own. */
  | { readonly kind: 'kills'; readonly target: string; readonly count: number; readonly told: number }
  | {
      readonly kind: 'peak';
      readonly target: string;
      readonly bytes: number;
      readonly time: number;
      /** What it was held against, bytes. */
      readonly mostBytes: number;
    }
  | {
      readonly kind: 'restarts';
      readonly target: string;
      readonly count: number;
      /** Of the first one; null: not seen. */
      readonly time: number | null;
      readonly state: string;
    }
  | {
      readonly kind: 'arrived';
      readonly target: string;
      readonly arrivedBytes: number;
      readonly expectedBytes: number;
      readonly state: string;
    }
  | { readonly kind: 'probe'; readonly target: string; readonly mark: RunMark }
  | { readonly kind: 'not-ready'; readonly target: string; readonly state: string }
  /** Why it cannot be told. */
  | { readonly kind: 'untold'; readonly target: string | null; readonly why: UntoldReason };

export type UntoldReason =
  /** No container of the run is named so, or there was none at all. */
  | 'no-target'
  /** No agent counted kills there from the start to the end. */
  | 'kills-not-watched'
  /** Nothing measured it, or not all the time. */
  | 'not-measured'
  | 'measured-with-gaps'
  /** A share of a limit, and the container has none. */
  | 'no-limit'
  /** Nothing measures what arrives there, or nothing is expected. */
  | 'arrival-unknown'
  | 'probes-not-watched'
  /** The stress was never injected there, or the run was broken off. */
  | 'not-run';

export interface ExpectationResult {
  readonly of: string | null;
  readonly expectation: Expectation;
  readonly outcome: VerdictOutcome;
  /** What speaks against it, or why it cannot be told; where it is met, the nearest it came to failing. */
  readonly evidence: readonly Evidence[];
}

export interface Verdict {
  /** `not-met` where any is not met; else `unknown` where any cannot be told. */
  readonly outcome: VerdictOutcome;
  readonly results: readonly ExpectationResult[];
}

/** What is needed of a record to judge it. */
export type JudgedRun = Pick<RunRecord, 'targets' | 'kills' | 'gaps' | 'injectedAfter' | 'end'>;

/** One result names at most so many facts. */
const MOST_EVIDENCE = 20;
/** Kills of one container that are named; their number stands before them. */
const MOST_KILLS = 3;

/** Holds the run against what was expected of it. Pure. */
export function judge(run: JudgedRun, expectations: ExpectationSet): Verdict {
  const results = expectations.map((one) => judgeOne(run, one));
  const outcome = worst(results.map((result) => result.outcome));
  return { outcome, results };
}

interface Finding {
  readonly outcome: VerdictOutcome;
  readonly evidence: readonly Evidence[];
}

function judgeOne(run: JudgedRun, { of, expectation }: ScopedExpectation): ExpectationResult {
  const targets = run.targets.filter(({ target }) => isInScope(of, target));
  if (targets.length === 0) {
    return { of, expectation, outcome: 'unknown', evidence: [untold(null, 'no-target')] };
  }
  const found = targets.map((target) => judgeTarget(run, target, expectation));
  const total = totalOf(found, targets, expectation, run);
  const all = total === null ? found : [...found, total];
  const outcome = worst(all.map((one) => one.outcome));
  const evidence = all.filter((one) => one.outcome === outcome).flatMap((one) => one.evidence);
  return { of, expectation, outcome, evidence: evidence.slice(0, MOST_EVIDENCE) };
}

function judgeTarget(run: JudgedRun, target: RunTarget, expectation: Expectation): Finding {
  const finding = findingOf(run, target, expectation);
  // A run that never was shows nothing by having nothing to show.
  const ran = run.injectedAfter !== null && run.end !== 'failed';
  return finding.outcome === 'met' && !ran ? unknown(target, 'not-run') : finding;
}

function findingOf(run: JudgedRun, target: RunTarget, expectation: Expectation): Finding {
  switch (expectation.kind) {
    case 'maxKills':
      return kills(run, target, expectation.most);
    case 'maxRestarts':
      return restarts(target, expectation.most);
    case 'maxWorkingSet':
      return workingSet(run, target, expectation);
    case 'minArrived':
      return arrived(target, expectation.percent);
    case 'noProbeFailures':
      return probes(target);
    case 'ready':
      return target.ready === true
        ? { outcome: 'met', evidence: [] }
        : {
            outcome: 'not-met',
            evidence: [{ kind: 'not-ready', target: target.target, state: target.state }],
          };
  }
}

function kills(run: JudgedRun, target: RunTarget, most: number): Finding {
  const told = run.kills.filter((kill) => kill.target === target.target);
  const ended = target.marks.filter(
    ({ kind, detail }) => kind === 'restart' && detail.startsWith('OOMKilled'),
  );
  const count = Math.max(target.kills, told.length, ended.length);
  const evidence: Evidence[] =
    count === 0
      ? []
      : [
          { kind: 'kills', target: target.target, count, told: told.length },
          ...told.slice(0, MOST_KILLS).map((kill): Evidence => ({ kind: 'kill', target: kill.target, kill })),
        ];
  if (count > most) return { outcome: 'not-met', evidence };
  return target.killsWatched ? { outcome: 'met', evidence } : unknown(target, 'kills-not-watched');
}

/** Kills of the Pods as such, where nobody knows the container. */
function totalOf(
  found: readonly Finding[],
  targets: readonly RunTarget[],
  expectation: Expectation,
  run: JudgedRun,
): Finding | null {
  if (expectation.kind !== 'maxKills' || found.some(({ outcome }) => outcome === 'not-met')) return null;
  const pods = new Set(targets.map(({ target }) => target.split('/').slice(0, 2).join('/')));
  const ofPods = run.kills.filter((kill) => pods.has(kill.target));
  if (ofPods.length <= expectation.most) return null;
  return {
    outcome: 'not-met',
    evidence: ofPods
      .slice(0, MOST_EVIDENCE)
      .map((kill): Evidence => ({ kind: 'kill', target: kill.target, kill })),
  };
}

function restarts(target: RunTarget, most: number): Finding {
  const count = target.restarts.after - target.restarts.before;
  const first = target.marks.find(({ kind }) => kind === 'restart');
  if (count > most) {
    const { state } = target;
    const time = first?.time ?? null;
    return {
      outcome: 'not-met',
      evidence: [{ kind: 'restarts', target: target.target, count, time, state: first?.detail ?? state }],
    };
  }
  // A Pod that went away counts its restarts no more.
  return target.ready === null ? unknown(target, 'not-measured') : { outcome: 'met', evidence: [] };
}

function workingSet(
  run: JudgedRun,
  target: RunTarget,
  { most }: Extract<Expectation, { kind: 'maxWorkingSet' }>,
): Finding {
  if (most.unit === 'percent' && target.limitBytes === null) return unknown(target, 'no-limit');
  const mostBytes =
    most.unit === 'bytes' ? most.value : Math.floor(((target.limitBytes ?? 0) * most.value) / 100);
  if (target.peak === null) return unknown(target, 'not-measured');
  const peak: Evidence = { kind: 'peak', target: target.target, ...target.peak, mostBytes };
  if (target.peak.bytes > mostBytes) return { outcome: 'not-met', evidence: [peak] };
  const hasGap = run.gaps.some(
    ({ kind, where }) =>
      kind === 'connection' ||
      (kind === 'measurement' && where === target.target) ||
      (kind === 'agent' && where === target.node),
  );
  return hasGap ? unknown(target, 'measured-with-gaps') : { outcome: 'met', evidence: [peak] };
}

function arrived(target: RunTarget, percent: number): Finding {
  const { arrival } = target;
  if (arrival === null || arrival.arrivedBytes === null || !arrival.expectedBytes) {
    return unknown(target, 'arrival-unknown');
  }
  const { arrivedBytes, expectedBytes, state } = arrival;
  const isEnough = arrivedBytes * 100 >= expectedBytes * percent;
  return {
    outcome: isEnough ? 'met' : 'not-met',
    evidence: [{ kind: 'arrived', target: target.target, arrivedBytes, expectedBytes, state }],
  };
}

function probes(target: RunTarget): Finding {
  const failed = target.marks.filter(({ kind }) => kind === 'probe');
  if (failed.length > 0) {
    return {
      outcome: 'not-met',
      evidence: failed
        .slice(0, MOST_EVIDENCE)
        .map((mark): Evidence => ({ kind: 'probe', target: target.target, mark })),
    };
  }
  return target.probesWatched ? { outcome: 'met', evidence: [] } : unknown(target, 'probes-not-watched');
}

function unknown({ target }: RunTarget, why: UntoldReason): Finding {
  return { outcome: 'unknown', evidence: [untold(target, why)] };
}

function untold(target: string | null, why: UntoldReason): Evidence {
  return { kind: 'untold', target, why };
}

function worst(outcomes: readonly VerdictOutcome[]): VerdictOutcome {
  if (outcomes.includes('not-met')) return 'not-met';
  return outcomes.includes('unknown') ? 'unknown' : 'met';
}
