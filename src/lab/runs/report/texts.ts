import { expectationText } from '../../../core/experiment/expectations.js';
import type { RunEnd, RunGap, RunKill, RunRecord } from '../../../core/experiment/record.js';
import type {
  Evidence,
  ExpectationResult,
  UntoldReason,
  VerdictOutcome,
} from '../../../core/experiment/verdict.js';
import type { ForecastOutcome } from '../../../core/memory/forecast.js';
import { displayBytes, displayShare, percentOf } from '../../../core/units/display.js';
import { formatDuration } from '../../../core/units/duration.js';
import type { Cell, Inline, Tone } from './model.js';

/** Reports are English: they are read by machines' logs and by teams. */
const LOCALE = 'en';

export const TONES: Readonly<Record<VerdictOutcome, Tone>> = {
  met: 'good',
  'not-met': 'bad',
  unknown: 'unknown',
};

export const OUTCOMES: Readonly<Record<VerdictOutcome, string>> = {
  met: 'met',
  'not-met': 'not met',
  unknown: 'cannot be told',
};

const ENDS: Readonly<Record<RunEnd, string>> = {
  duration: 'its duration was over',
  stopped: 'stopped',
  failed: 'could not be injected',
  timeout: 'took longer than allowed and was stopped',
  interrupted: 'broken off',
  'connection-lost': 'the connection to the cluster ended',
};

const UNTOLD: Readonly<Record<UntoldReason, string>> = {
  'no-target': 'no container of this run has that name',
  'kills-not-watched': 'no agent counted kills there from the start to the end',
  'not-measured': 'nothing measured it',
  'measured-with-gaps': 'it was not measured all the time (see the gaps)',
  'no-limit': 'it has no limit to take a share of',
  'arrival-unknown': 'nothing measured what arrived there',
  'probes-not-watched': 'failing probes could not be watched (this needs the right to read events)',
  'not-run': 'the stress was never injected in full',
};

const FORECASTS: Readonly<Record<ForecastOutcome, string>> = {
  fits: 'fits',
  near: 'close to the limit',
  exceeds: 'passes the limit',
  'no-limit': 'no limit',
  unknown: 'not known',
};

const EVIDENCE: Readonly<Record<RunKill['evidence'], string>> = {
  full: 'full kernel report',
  bare: 'kill line only',
  counted: 'counted only',
};

export function name(text: string): Inline {
  return { kind: 'name', text };
}

export function bytesText(bytes: number | null): string {
  return bytes === null ? '–' : displayBytes(bytes, LOCALE, true);
}

/** `88 / 500 MiB (18 %)`, or the number alone where there is no limit. */
export function shareText(bytes: number, limitBytes: number | null): string {
  if (limitBytes === null || limitBytes === 0) return bytesText(bytes);
  return `${displayShare(bytes, limitBytes, LOCALE).replace('/', ' / ')} (${percentOf(bytes, limitBytes)} %)`;
}

/** A moment of the run: `+12.3 s`, `+2 min 5 s`, since its start. */
export function momentText(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${spanText(Math.abs(ms))}`;
}

export function spanText(ms: number): string {
  const spaced = formatDuration(Math.round(ms / 100) * 100).replaceAll(/(ms|[hms])(?=\d|$)/g, ' $1 ');
  return spaced.replaceAll(' m ', ' min ').trim();
}

export function clockText(record: RunRecord): string {
  return record.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}

export function endText({ end, endDetail }: RunRecord): Cell {
  return endDetail === null ? [ENDS[end]] : [`${ENDS[end]}: `, name(endDetail)];
}

export function forecastOutcomeText(outcome: ForecastOutcome): string {
  return FORECASTS[outcome];
}

export function killEvidenceText(evidence: RunKill['evidence']): string {
  return EVIDENCE[evidence];
}

export function gapText({ kind, where }: RunGap): Cell {
  switch (kind) {
    case 'connection':
      return ['no connection to the cluster'];
    case 'agent':
      return ['no agent answered on ', name(where ?? '')];
    case 'measurement':
      return ['nothing measured ', name(where ?? '')];
    case 'kernel-log':
      return ['kernel records were lost on ', name(where ?? '')];
  }
}

export function expectationCell(result: ExpectationResult): Cell {
  return [name(expectationText(result))];
}

/** What an expectation's outcome rests on. */
export function evidenceCell(evidence: Evidence): Cell {
  switch (evidence.kind) {
    case 'kill':
      return killCell(evidence.kill);
    case 'kills':
      return [name(evidence.target), `: ${evidence.count} OOM ${evidence.count === 1 ? 'kill' : 'kills'}`];
    case 'peak':
      return [
        name(evidence.target),
        `: working set at most ${bytesText(evidence.bytes)} at ${momentText(evidence.time)}; ${bytesText(evidence.mostBytes)} allowed`,
      ];
    case 'restarts': {
      const at = evidence.time === null ? '' : ` at ${momentText(evidence.time)}`;
      const times = evidence.count === 1 ? 'restarted' : `restarted ${evidence.count} times, first`;
      return [name(evidence.target), `: ${times}${at} (`, name(evidence.state), ')'];
    }
    case 'arrived':
      return [
        name(evidence.target),
        `: ${bytesText(evidence.arrivedBytes)} of ${bytesText(evidence.expectedBytes)} arrived (`,
        evidence.state,
        ')',
      ];
    case 'probe':
      return [
        name(evidence.target),
        `: a probe failed at ${momentText(evidence.mark.time)}: `,
        name(evidence.mark.detail),
      ];
    case 'not-ready':
      return [name(evidence.target), ': not ready at the end (', name(evidence.state), ')'];
    case 'untold':
      return evidence.target === null
        ? [UNTOLD[evidence.why]]
        : [name(evidence.target), `: ${UNTOLD[evidence.why]}`];
  }
}

/** The cell as plain text of one line. */
export function cellText(cell: Cell): string {
  return cell.map((part) => printable(typeof part === 'string' ? part : part.text)).join('');
}

/** Keeps a stranger's text in one line and free of control characters and such as turn the direction of writing. */
export function printable(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, '\u{fffd}');
}

function killCell(kill: RunKill): Cell {
  const at = ` at ${momentText(kill.time)}`;
  if (kill.victim === null) return [name(kill.target), `: a kill was counted${at}`];
  const facts = [
    kill.pid === null ? [] : [`pid ${kill.pid}`],
    kill.anonBytes === null ? [] : [`${bytesText(kill.anonBytes)} anonymous memory`],
    kill.oomScoreAdj === null ? [] : [`oom_score_adj ${kill.oomScoreAdj}`],
    [EVIDENCE[kill.evidence]],
  ].flat();
  return [name(kill.target), ': the OOM killer ended ', name(kill.victim), `${at} (${facts.join(', ')})`];
}
