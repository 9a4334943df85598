import { expectationText } from '../../../core/experiment/expectations.js';
import type { RunRecord, RunTarget } from '../../../core/experiment/record.js';
import { displayBytes } from '../../../core/units/display.js';
import { comparedChart } from './charts.js';
import { arrivedIn, highestPeak, killsIn, outcomeOf, restartsIn } from './figures.js';
import type { Block, Cell, Report } from './model.js';
import { footerOf } from './run-report.js';
import { bytesText, clockText, endText, name, OUTCOMES, shareText, spanText } from './texts.js';

const MOST_CHARTS = 20;

/** The report of two runs: their curves over each other from the injection on, and what differs. */
export function compareReport(first: RunRecord, second: RunRecord): Report {
  const pairs = paired(first, second);
  const isSame = first.key === second.key;
  return {
    title: isSame ? `Two memory runs of ${first.key}` : `Memory runs of ${first.key} and ${second.key}`,
    badge: null,
    blocks: [
      { kind: 'paragraph', cell: ['A is ', ...runCell(first), '; B is ', ...runCell(second), '.'] },
      {
        kind: 'table',
        caption: 'The runs as a whole',
        columns: [{ title: '' }, { title: 'A' }, { title: 'B' }, { title: 'B against A' }],
        rows: rowsOf(first, second),
      },
      ...expectationsOf(first, second),
      ...pairs.slice(0, MOST_CHARTS).flatMap(([a, b]) => pairBlocks(first, a, second, b)),
      ...unpairedOf(first, second, pairs),
    ],
    footer: `${footerOf(first)} And from the record ${second.id}.`,
  };
}

/** Containers of both runs that are the same, or of the same name in turn: Pods of a Deployment change their names. */
export function paired(first: RunRecord, second: RunRecord): readonly (readonly [RunTarget, RunTarget])[] {
  const free = new Set(second.targets);
  const take = (found: RunTarget | undefined): RunTarget | undefined => {
    if (found !== undefined) free.delete(found);
    return found;
  };
  const exact = new Map(
    first.targets.map((a) => [a, take(second.targets.find((b) => b.target === a.target))] as const),
  );
  return first.targets.flatMap((a): (readonly [RunTarget, RunTarget])[] => {
    const b = exact.get(a) ?? take([...free].find((one) => roleOf(one) === roleOf(a)));
    return b === undefined ? [] : [[a, b]];
  });
}

function roleOf({ target }: RunTarget): string {
  const [namespace = '', , container = ''] = target.split('/');
  return `${namespace}/${container}`;
}

function runCell(record: RunRecord): Cell {
  return ['the run of ', name(record.key), ` at ${clockText(record)} in `, name(record.cluster.context)];
}

function rowsOf(first: RunRecord, second: RunRecord): readonly (readonly Cell[])[] {
  const both = [first, second] as const;
  const outcomes = both.map((run): Cell => {
    const { tone, text } = outcomeOf(run);
    return [{ kind: 'badge', tone, text }];
  });
  const peaks = both.map(highestPeak);
  const arrivals = both.map(arrivedIn);
  const [peakA, peakB] = peaks.map((peak) => peak?.bytes ?? null);
  const [arrivedA, arrivedB] = arrivals.map((one) => one?.at ?? null);
  return [
    [['Outcome'], ...outcomes, [same(outcomeOf(first).text, outcomeOf(second).text)]],
    [
      ['Highest working set'],
      ...peaks.map((peak): Cell => [peak === null ? '–' : shareText(peak.bytes, peak.target.limitBytes)]),
      [difference(peakA ?? null, peakB ?? null, (bytes) => displayBytes(bytes, 'en', true))],
    ],
    numbers('OOM kills', killsIn(first), killsIn(second)),
    numbers('Restarts', restartsIn(first), restartsIn(second)),
    [
      ['All of the stress arrived after'],
      ...arrivals.map((one): Cell => [one?.at == null ? '–' : spanText(one.at)]),
      [difference(arrivedA ?? null, arrivedB ?? null, spanText)],
    ],
    [
      ['Stress asked for'],
      ...both.map((run): Cell => [bytesText(askedIn(run))]),
      [difference(askedIn(first), askedIn(second), (bytes) => displayBytes(bytes, 'en', true))],
    ],
    [
      ['Took'],
      [spanText(first.duration)],
      [spanText(second.duration)],
      [difference(first.duration, second.duration, spanText)],
    ],
    [['Ended'], endText(first), endText(second), [same(first.end, second.end)]],
    [
      ['Targets'],
      [String(first.targets.length)],
      [String(second.targets.length)],
      [difference(first.targets.length, second.targets.length, String)],
    ],
  ];
}

function numbers(label: string, a: number, b: number): readonly Cell[] {
  return [[label], [String(a)], [String(b)], [difference(a, b, String)]];
}

/** What the stress adds to each container, the most; bytes, null where it is not known. */
function askedIn({ targets }: RunRecord): number | null {
  const known = targets.flatMap(({ forecast }) => forecast?.stressBytes ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

function difference(a: number | null, b: number | null, say: (amount: number) => string): string {
  if (a === null || b === null) return '–';
  if (a === b) return 'same';
  return `${b > a ? '+' : '−'}${say(Math.abs(b - a))}`;
}

function same(a: string, b: string): string {
  return a === b ? 'same' : 'differs';
}

function expectationsOf(first: RunRecord, second: RunRecord): readonly Block[] {
  const told = [first, second].map(
    ({ verdict }) =>
      new Map((verdict?.results ?? []).map((one) => [expectationText(one), OUTCOMES[one.outcome]])),
  );
  const texts = [...new Set(told.flatMap((one) => [...one.keys()]))];
  if (texts.length === 0) return [];
  const [a, b] = told;
  return [
    { kind: 'heading', cell: ['Expectations'] },
    {
      kind: 'table',
      caption: 'What was expected of each run',
      columns: [{ title: 'Expectation' }, { title: 'A' }, { title: 'B' }],
      rows: texts.map((text): Cell[] => [[name(text)], [a?.get(text) ?? '–'], [b?.get(text) ?? '–']]),
    },
  ];
}

function pairBlocks(first: RunRecord, a: RunTarget, second: RunRecord, b: RunTarget): readonly Block[] {
  const heading: Cell = a.target === b.target ? [name(a.target)] : [name(a.target), ' and ', name(b.target)];
  const peak = ({ peak: one, limitBytes }: RunTarget): Cell => [
    one === null ? '–' : shareText(one.bytes, limitBytes),
  ];
  return [
    { kind: 'heading', cell: heading },
    { kind: 'chart', chart: comparedChart([first, a], [second, b]) },
    {
      kind: 'table',
      caption: 'This container in both runs',
      columns: [{ title: '' }, { title: 'A' }, { title: 'B' }, { title: 'B against A' }],
      rows: [
        [
          ['Peak'],
          peak(a),
          peak(b),
          [
            difference(a.peak?.bytes ?? null, b.peak?.bytes ?? null, (bytes) =>
              displayBytes(bytes, 'en', true),
            ),
          ],
        ],
        numbers('OOM kills', a.kills, b.kills),
        numbers('Restarts', a.restarts.after - a.restarts.before, b.restarts.after - b.restarts.before),
        [
          ['Limit'],
          [bytesText(a.limitBytes)],
          [bytesText(b.limitBytes)],
          [difference(a.limitBytes, b.limitBytes, (bytes) => displayBytes(bytes, 'en', true))],
        ],
      ],
    },
  ];
}

function unpairedOf(
  first: RunRecord,
  second: RunRecord,
  pairs: readonly (readonly [RunTarget, RunTarget])[],
): readonly Block[] {
  const known = new Set(pairs.flat());
  const alone = (
    [
      ['A', first],
      ['B', second],
    ] as const
  ).flatMap(([label, { targets }]) =>
    targets.filter((target) => !known.has(target)).map(({ target }): Cell[] => [[label], [name(target)]]),
  );
  if (alone.length === 0) return [];
  return [
    { kind: 'heading', cell: ['In one of the runs only'] },
    {
      kind: 'table',
      caption: 'Containers that only one of the runs stressed',
      columns: [{ title: 'Run' }, { title: 'Container' }],
      rows: alone.slice(0, 100),
    },
  ];
}
