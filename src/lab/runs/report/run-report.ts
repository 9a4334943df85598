import { RUN_BOUNDS, type RunKill, type RunRecord, type RunTarget } from '../../../core/experiment/record.js';
import { displayBytes, percentOf } from '../../../core/units/display.js';
import { parseRuntimeSize } from '../../../core/units/size.js';
import { targetChart } from './charts.js';
import { arrivedIn, highestPeak, killsIn, killsText, outcomeOf, restartsIn, toldOf } from './figures.js';
import type { Block, Cell, Report, Tile } from './model.js';
import {
  bytesText,
  cellText,
  clockText,
  endText,
  evidenceCell,
  expectationCell,
  forecastOutcomeText,
  gapText,
  killEvidenceText,
  momentText,
  name,
  OUTCOMES,
  shareText,
  spanText,
  TONES,
} from './texts.js';

/** Charts of so many containers; the record has the rest. */
const MOST_CHARTS = 20;
/** A table names at most so many events. */
const MOST_ROWS = 50;

/** The report of one run. */
export function runReport(record: RunRecord): Report {
  const shown = record.targets.slice(0, MOST_CHARTS);
  return {
    title: `Memory run of ${record.key}`,
    badge: outcomeOf(record),
    blocks: [
      { kind: 'paragraph', cell: summaryOf(record) },
      { kind: 'tiles', tiles: tilesOf(record) },
      ...expectationsOf(record),
      ...shown.flatMap((target) => targetBlocks(record, target)),
      ...moreTargets(record),
      ...killsOf(record),
      ...eventsOf(record),
      ...gapsOf(record),
      { kind: 'heading', cell: ['The run'] },
      { kind: 'facts', rows: factsOf(record) },
      ...manifestOf(record),
    ],
    footer: footerOf(record),
  };
}

export function footerOf({ podstressVersion, id }: RunRecord): string {
  return `Made by Podstress ${cellText([podstressVersion])} from the record ${id}. Sizes are in binary units (1 MiB = 1,048,576 bytes).`;
}

function summaryOf(record: RunRecord): Cell {
  const memory = memoryOf(record);
  const containers = record.targets.length + record.targetsLeftOut;
  const where = containers === 1 ? 'in 1 container' : `in each of ${containers} containers`;
  const what =
    memory === null
      ? 'Stress'
      : `${memory.workers === 1 ? '1 worker took' : `${memory.workers} workers shared`} ${memory.size}`;
  return [
    { kind: 'strong', text: `${cellText([what])} ${where}` },
    `, for ${spanText(record.duration - (record.injectedAfter ?? 0))}, through ${record.engine === 'agent' ? 'the node agents' : 'Chaos Mesh'}, in `,
    name(record.cluster.context),
    '. It ended: ',
    ...endText(record),
    '.',
  ];
}

function memoryOf({ manifest }: RunRecord): { readonly workers: number; readonly size: string } | null {
  const memory = at(at(at(manifest.object, 'spec'), 'stressors'), 'memory');
  const workers = at(memory, 'workers');
  const size = at(memory, 'size');
  if (typeof workers !== 'number' || typeof size !== 'string') return null;
  const parsed = parseRuntimeSize(size);
  if (parsed.kind === 'error') return null;
  const text = parsed.kind === 'bytes' ? bytesText(parsed.bytes) : `${parsed.percent} % of the node’s memory`;
  return { workers, size: text };
}

function at(value: unknown, key: string): unknown {
  const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  return isObject ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

function tilesOf(record: RunRecord): readonly Tile[] {
  const peak = highestPeak(record);
  const kills = killsIn(record);
  const restarts = restartsIn(record);
  const arrived = arrivedIn(record);
  const isWatched = record.targets.length > 0 && record.targets.every(({ killsWatched }) => killsWatched);
  return [
    {
      label: 'Highest working set',
      value: peak === null ? '–' : displayBytes(peak.bytes, 'en'),
      note: peak === null ? 'nothing measured it' : peakNote(peak.target, peak.bytes),
      tone: null,
    },
    {
      label: 'OOM kills',
      value: String(kills),
      note: isWatched ? 'counted by the kernel' : 'not all could be seen',
      tone: kills > 0 ? 'bad' : isWatched ? 'good' : 'unknown',
    },
    {
      label: 'Restarts',
      value: String(restarts),
      note: null,
      tone: restarts > 0 ? 'bad' : 'good',
    },
    {
      label: 'Stress arrived',
      value:
        arrived === null || arrived.expected === 0
          ? '–'
          : `${Math.round((arrived.arrived / arrived.expected) * 100)} %`,
      note:
        arrived === null
          ? 'nothing measured it'
          : `${bytesText(arrived.arrived)} of ${bytesText(arrived.expected)}${arrived.at === null ? '' : ` after ${spanText(arrived.at)}`}`,
      tone: null,
    },
  ];
}

function peakNote({ limitBytes }: RunTarget, bytes: number): string {
  return limitBytes === null
    ? 'no limit'
    : `of ${displayBytes(limitBytes, 'en')} (${percentOf(bytes, limitBytes)} %)`;
}

function expectationsOf({ verdict }: RunRecord): readonly Block[] {
  if (verdict === null) return [];
  const rows = verdict.results.map((result): readonly Cell[] => [
    [{ kind: 'badge', tone: TONES[result.outcome], text: OUTCOMES[result.outcome] }],
    expectationCell(result),
    joined(result.evidence.slice(0, 3).map(evidenceCell), result.evidence.length - 3),
  ]);
  return [
    { kind: 'heading', cell: ['Expectations'] },
    {
      kind: 'table',
      caption: 'What was expected, and what the run shows',
      columns: [{ title: 'Outcome' }, { title: 'Expectation', isShort: true }, { title: 'Evidence' }],
      rows,
    },
  ];
}

function joined(cells: readonly Cell[], more: number): Cell {
  const parts = cells.flatMap((cell, index): Cell => (index === 0 ? cell : ['; ', ...cell]));
  return more > 0 ? [...parts, `; and ${more} more`] : parts;
}

function targetBlocks(record: RunRecord, target: RunTarget): readonly Block[] {
  const chart = targetChart(record, target);
  return [
    { kind: 'heading', cell: [name(target.target)] },
    { kind: 'chart', chart },
    { kind: 'facts', rows: targetFacts(record, target) },
    {
      kind: 'table',
      caption: 'The curve as numbers',
      isFolded: true,
      columns: [
        { title: 'Since the start', isNumber: true },
        { title: 'Working set', isNumber: true },
        { title: 'Usage', isNumber: true },
        { title: 'Limit', isNumber: true },
      ],
      rows: sampled(target),
    },
  ];
}

/** So many moments of the curve, evenly chosen, and its peak. */
function sampled({ series, peak }: RunTarget): readonly (readonly Cell[])[] {
  const step = Math.max(1, Math.ceil(series.times.length / 40));
  return series.times.flatMap((time, index): (readonly Cell[])[] => {
    if (index % step !== 0 && time !== Math.round(peak?.time ?? -1)) return [];
    const values = [series.workingSetBytes[index], series.usageBytes[index], series.limitBytes[index]];
    return [[[momentText(time)], ...values.map((bytes): Cell => [bytesText(bytes ?? null)])]];
  });
}

function targetFacts(record: RunRecord, target: RunTarget): readonly (readonly [string, Cell])[] {
  const { peak, forecast, arrival, restarts, limitBytes } = target;
  const kills = Math.max(target.kills, toldOf(record, target.target));
  const after = restarts.after - restarts.before;
  return [
    [
      'Peak',
      [peak === null ? 'not measured' : `${shareText(peak.bytes, limitBytes)} at ${momentText(peak.time)}`],
    ],
    ['Forecast', [forecast === null ? 'none was made' : forecastText(forecast, limitBytes)]],
    ...(arrival === null ? [] : [['Arrived', arrivalCell(arrival)] as const]),
    ['OOM kills', [`${kills}${target.killsWatched ? '' : ' seen; no agent counted them from start to end'}`]],
    ['Restarts', [after === 0 ? 'none' : `${after} (${restarts.before} before, ${restarts.after} after)`]],
    [
      'At the end',
      [name(target.state), target.ready === true ? ', ready' : target.ready === false ? ', not ready' : ''],
    ],
    ['Limit', [bytesText(limitBytes)]],
    ['Request', [bytesText(target.requestBytes)]],
    ['QoS class', [target.qosClass]],
    ['Node', [target.node === null ? '–' : name(target.node)]],
  ];
}

function forecastText(forecast: NonNullable<RunTarget['forecast']>, limitBytes: number | null): string {
  const { workingSetBytes, stressBytes, afterBytes, outcome } = forecast;
  const sum =
    afterBytes === null
      ? `+ ${bytesText(stressBytes)}`
      : `${bytesText(workingSetBytes)} + ${bytesText(stressBytes)} = ${shareText(afterBytes, limitBytes)}`;
  return `${sum}: ${forecastOutcomeText(outcome)}`;
}

function arrivalCell({
  arrivedBytes,
  expectedBytes,
  arrivedAt,
  state,
  stressorKills,
}: NonNullable<RunTarget['arrival']>): Cell {
  const when = arrivedAt === null ? '' : `, all of it at ${momentText(arrivedAt)}`;
  const died = stressorKills === 0 ? '' : `, ${killsText(stressorKills)} of its stressors`;
  return [`${bytesText(arrivedBytes)} of ${bytesText(expectedBytes)}${when}${died} (`, name(state), ')'];
}

function moreTargets({ targets, targetsLeftOut }: RunRecord): readonly Block[] {
  const rest = targets.length - MOST_CHARTS;
  return [
    ...(rest > 0
      ? [
          {
            kind: 'paragraph',
            cell: [`${rest} more containers are in the record, without a chart here.`],
          } as const,
        ]
      : []),
    ...(targetsLeftOut > 0
      ? [
          {
            kind: 'paragraph',
            cell: [`${targetsLeftOut} more containers were stressed; a record holds ${RUN_BOUNDS.targets}.`],
          } as const,
        ]
      : []),
  ];
}

function killsOf(record: RunRecord): readonly Block[] {
  const { kills } = record;
  const total = killsIn(record);
  if (total === 0) return [];
  const rows = kills.slice(0, MOST_ROWS).map(killRow);
  const hidden = total - rows.length;
  return [
    { kind: 'heading', cell: ['OOM kills'] },
    {
      kind: 'table',
      caption: 'Processes that the kernel’s OOM killer ended',
      columns: [
        { title: 'Time', isNumber: true },
        { title: 'Container' },
        { title: 'Victim', isShort: true },
        { title: 'Pid', isNumber: true },
        { title: 'Anonymous memory', isNumber: true },
        { title: 'oom_score_adj', isNumber: true },
        { title: 'Evidence', isShort: true },
      ],
      rows,
    },
    ...(hidden > 0
      ? [{ kind: 'paragraph', cell: [`${hidden} more kills are not listed here.`] } as const]
      : []),
  ];
}

function killRow(kill: RunKill): readonly Cell[] {
  return [
    [momentText(kill.time)],
    [name(kill.target)],
    [kill.victim === null ? '–' : name(kill.victim)],
    [kill.pid === null ? '–' : String(kill.pid)],
    [bytesText(kill.anonBytes)],
    [kill.oomScoreAdj === null ? '–' : String(kill.oomScoreAdj)],
    [killEvidenceText(kill.evidence)],
  ];
}

const MARKS = {
  inject: 'injected',
  stop: 'stress taken away',
  restart: 'restarted',
  probe: 'a probe failed',
} as const;

function eventsOf({ targets }: RunRecord): readonly Block[] {
  const events = targets
    .flatMap(({ target, marks }) => marks.map((mark) => ({ target, mark })))
    .sort((a, b) => a.mark.time - b.mark.time);
  if (events.length === 0) return [];
  const rows = events
    .slice(0, MOST_ROWS)
    .map(({ target, mark }): readonly Cell[] => [
      [momentText(mark.time)],
      [name(target)],
      [
        MARKS[mark.kind],
        ...(mark.count > 1 ? [` ${mark.count} times`] : []),
        ...(mark.detail === '' ? [] : [': ', name(mark.detail)]),
      ],
    ]);
  return [
    { kind: 'heading', cell: ['What happened'] },
    {
      kind: 'table',
      caption: 'What happened to the containers, OOM kills apart',
      columns: [{ title: 'Time', isNumber: true }, { title: 'Container' }, { title: 'Event' }],
      rows,
    },
  ];
}

function gapsOf({ gaps }: RunRecord): readonly Block[] {
  if (gaps.length === 0) return [];
  return [
    { kind: 'heading', cell: ['Gaps'] },
    { kind: 'paragraph', cell: ['Of these times something is not known.'] },
    {
      kind: 'table',
      caption: 'Times of which something is not known',
      columns: [
        { title: 'From', isNumber: true },
        { title: 'To', isNumber: true },
        { title: 'What is not known' },
      ],
      rows: gaps
        .slice(0, MOST_ROWS)
        .map((gap): readonly Cell[] => [[momentText(gap.from)], [momentText(gap.to)], gapText(gap)]),
    },
  ];
}

function factsOf(record: RunRecord): readonly (readonly [string, Cell])[] {
  const { left, agents } = record;
  const version = record.chaosMeshVersion === null ? '' : ` ${record.chaosMeshVersion}`;
  return [
    ['Experiment', [name(record.key)]],
    ['Cluster', [name(record.cluster.context), ' at ', name(record.cluster.server)]],
    ['Engine', [record.engine === 'agent' ? 'node agents' : `Chaos Mesh${version}`]],
    ['Started', [clockText(record)]],
    [
      'Injected',
      [record.injectedAfter === null ? 'never in full' : `after ${spanText(record.injectedAfter)}`],
    ],
    ['Took', [spanText(record.duration)]],
    ['Ended', endText(record)],
    ['Left behind', leftCell(left)],
    ...(record.manifest.file === null ? [] : [['Manifest', [name(record.manifest.file)]] as const]),
    [
      'Agents',
      agents.length === 0
        ? ['none']
        : joined(
            agents
              .slice(0, 10)
              .map(
                (agent): Cell => [
                  name(agent.node),
                  ` (agent ${cellText([agent.version])}, kernel ${cellText([agent.kernel])}, cgroup v${agent.cgroupVersion})`,
                ],
              ),
            agents.length - 10,
          ),
    ],
  ];
}

function leftCell(left: RunRecord['left']): Cell {
  if (left === null) return ['nobody looked'];
  if (left.left.length > 0)
    return [
      'stressors still run in ',
      ...joined(
        left.left.slice(0, 5).map((one) => [name(one)]),
        left.left.length - 5,
      ),
    ];
  const unknown =
    left.unknown.length === 0 ? '' : ` (${left.unknown.length} containers could not be looked into)`;
  return [left.clean.length === 0 && unknown !== '' ? `not known${unknown}` : `nothing${unknown}`];
}

function manifestOf({ manifest }: RunRecord): readonly Block[] {
  const text = manifest.text ?? `${JSON.stringify(manifest.object, null, 2)}\n`;
  const language = manifest.text === null ? 'json' : 'yaml';
  return [{ kind: 'code', language, title: 'Manifest', text }];
}
