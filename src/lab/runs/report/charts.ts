import type { RunRecord, RunTarget } from '../../../core/experiment/record.js';
import type { Chart, ChartMark, Curve, Line } from './model.js';
import { bytesText } from './texts.js';

/** When the stress was there, ms since the start; what never was injected counts from its start. */
export function originOf(record: RunRecord): number {
  return record.injectedAfter ?? 0;
}

/** The memory of one container over the run. */
export function targetChart(record: RunRecord, target: RunTarget): Chart {
  const origin = originOf(record);
  const { series } = target;
  const hasUsage = series.usageBytes.some((bytes) => bytes !== null);
  const curves: Curve[] = [
    ...(hasUsage ? [curveOf('usage', 'minor', target, 'usageBytes', origin)] : []),
    curveOf('working set', 'first', target, 'workingSetBytes', origin),
  ];
  const limit = target.limitBytes === null ? '' : ` The limit is ${bytesText(target.limitBytes)}.`;
  const peak = target.peak === null ? 'not measured' : `at most ${bytesText(target.peak.bytes)}`;
  return {
    label: `Memory of ${target.target} over time. Working set ${peak}.${limit}`,
    curves,
    lines: linesOf(target),
    marks: marksOf(record, target, false),
    gaps: gapsOf(record, target),
    from: Math.min(0, series.times[0] ?? 0) - origin,
    to: Math.max(record.duration, series.times.at(-1) ?? 0) - origin,
  };
}

/** The working sets of two containers in one chart, both counted from their injection. */
export function comparedChart(
  [first, one]: readonly [RunRecord, RunTarget],
  [second, other]: readonly [RunRecord, RunTarget],
): Chart {
  const charts = [targetChart(first, one), targetChart(second, other)] as const;
  const names = [runName(first), runName(second)] as const;
  const sameLimit = one.limitBytes === other.limitBytes;
  return {
    label: `Working sets of ${one.target} in two runs over time, counted from the injection.`,
    curves: [
      curveOf(`A ${names[0]}`, 'first', one, 'workingSetBytes', originOf(first)),
      curveOf(`B ${names[1]}`, 'second', other, 'workingSetBytes', originOf(second)),
    ],
    lines: [
      ...limitLine(one, sameLimit ? 'limit' : 'limit of A'),
      ...(sameLimit ? [] : limitLine(other, 'limit of B')),
    ],
    marks: [...marksOf(first, one, false), ...marksOf(second, other, true)].filter(
      ({ kind, isSecond }) => kind !== 'inject' || !isSecond,
    ),
    gaps: [],
    from: Math.min(charts[0].from, charts[1].from),
    to: Math.max(charts[0].to, charts[1].to),
  };
}

/** What tells two runs of the same experiment apart. */
export function runName({ key, startedAt }: RunRecord): string {
  return `${key.slice(key.indexOf('/') + 1)}, ${startedAt.slice(0, 19).replace('T', ' ')}`;
}

function curveOf(
  name: string,
  style: Curve['style'],
  { series }: RunTarget,
  column: 'workingSetBytes' | 'usageBytes',
  origin: number,
): Curve {
  return { name, style, times: series.times.map((time) => time - origin), values: series[column] };
}

function linesOf(target: RunTarget): readonly Line[] {
  const { requestBytes, limitBytes } = target;
  const isOther = requestBytes !== null && requestBytes > 0 && requestBytes !== limitBytes;
  return [
    ...limitLine(target, 'limit'),
    ...(isOther ? [{ name: 'request', style: 'request', bytes: requestBytes } as const] : []),
  ];
}

function limitLine({ limitBytes }: RunTarget, name: string): readonly Line[] {
  return limitBytes === null ? [] : [{ name, style: 'limit', bytes: limitBytes }];
}

function marksOf(record: RunRecord, target: RunTarget, isSecond: boolean): readonly ChartMark[] {
  const origin = originOf(record);
  const pod = target.target.slice(0, target.target.lastIndexOf('/'));
  const kills = record.kills
    .filter((kill) => kill.target === target.target || kill.target === pod)
    .map(({ time }): ChartMark => ({ kind: 'kill', time: time - origin, count: 1, isSecond }));
  const others = target.marks.map(
    ({ kind, time, count }): ChartMark => ({ kind, time: time - origin, count, isSecond }),
  );
  return [...others, ...kills].sort((a, b) => a.time - b.time);
}

function gapsOf(record: RunRecord, { target, node }: RunTarget): Chart['gaps'] {
  const origin = originOf(record);
  return record.gaps
    .filter(
      ({ kind, where }) => kind === 'connection' || where === target || (kind === 'agent' && where === node),
    )
    .map(({ from, to }) => ({ from: from - origin, to: to - origin }));
}
