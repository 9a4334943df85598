import { expectationText } from '../../core/experiment/expectations.js';
import type { RunRecord } from '../../core/experiment/record.js';
import { highestPeak, killsIn, killsText, outcomeOf, restartsIn } from '../../lab/runs/report/figures.js';
import { cellText, evidenceCell, OUTCOMES, shareText, spanText } from '../../lab/runs/report/texts.js';

export const EXIT = { met: 0, notMet: 1, couldNotRun: 2 } as const;

/** How many facts stand below an expectation. */
const MOST_FACTS = 5;

/** What a run came to, for standard output. */
export function resultText(record: RunRecord): string {
  const results = (record.verdict?.results ?? []).flatMap((result) => {
    const facts = result.evidence.slice(0, MOST_FACTS).map((one) => `    ${cellText(evidenceCell(one))}`);
    const more = result.evidence.length - facts.length;
    return [
      `${OUTCOMES[result.outcome].padEnd(14)}  ${expectationText(result)}`,
      ...facts,
      ...(more > 0 ? [`    and ${more} more`] : []),
    ];
  });
  const peak = highestPeak(record);
  const restarts = restartsIn(record);
  const sums = [
    ...(peak === null ? [] : [`working set at most ${shareText(peak.bytes, peak.target.limitBytes)}`]),
    killsText(killsIn(record)),
    restarts === 1 ? '1 restart' : `${restarts} restarts`,
    `took ${spanText(record.duration)}`,
  ];
  return [...results, `${outcomeOf(record).text}: ${cellText([record.key])}, ${sums.join(', ')}`, ''].join(
    '\n',
  );
}

/** The exit code of a run that came to its end. */
export function exitCode(record: RunRecord): number {
  const ran = (record.end === 'duration' || record.end === 'stopped') && record.injectedAfter !== null;
  if (!ran || (record.left?.left.length ?? 0) > 0) return EXIT.couldNotRun;
  switch (record.verdict?.outcome) {
    case 'not-met':
      return EXIT.notMet;
    case 'unknown':
      return EXIT.couldNotRun;
    default:
      return EXIT.met;
  }
}
