import { inUnit, unitFor } from '../../../core/units/display.js';
import type { Chart, ChartMark } from './model.js';

/** What a chart's axes show: bytes up from 0, and a span of time in ms. */
export interface Scale {
  readonly top: number;
  readonly levels: readonly { readonly bytes: number; readonly text: string }[];
  readonly from: number;
  readonly to: number;
  readonly moments: readonly { readonly time: number; readonly text: string }[];
}

/** A limit so many times above the curve is not drawn: the curve would lie on the floor. */
const FAR = 8;
const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400].map(
  (seconds) => seconds * 1000,
);

export function scaleOf(chart: Chart): Scale {
  const highest = Math.max(1, ...chart.curves.map(({ values }) => values.reduce<number>(max, 0)));
  const near = chart.lines.map(({ bytes }) => bytes).filter((bytes) => bytes <= highest * FAR);
  const { top, step } = levelsUpTo(Math.max(highest, ...near) * 1.06);
  const unit = unitFor(top);
  const count = Math.round(top / step);
  const levels = Array.from({ length: count + 1 }, (_, index) => {
    const bytes = index * step;
    return { bytes, text: `${inUnit(bytes, unit, 'en')} ${unit}` };
  });
  const from = chart.from;
  const to = Math.max(chart.to, from + 1000);
  return { top, levels, from, to, moments: momentsOf(from, to) };
}

/** Marks of one kind that would stand on each other are one with their sum. @param ms so near is the same place */
export function clustered(marks: readonly ChartMark[], ms: number): readonly ChartMark[] {
  const result: ChartMark[] = [];
  const last = new Map<string, number>();
  for (const mark of marks) {
    const key = `${mark.kind} ${mark.isSecond}`;
    const index = last.get(key);
    const before = index === undefined ? undefined : result[index];
    if (index !== undefined && before !== undefined && mark.time - before.time < ms) {
      result[index] = { ...before, count: before.count + mark.count };
    } else {
      last.set(key, result.push(mark) - 1);
    }
  }
  return result;
}

function levelsUpTo(bytes: number): { top: number; step: number } {
  const unit = unitFor(bytes) === 'KiB' ? 2 ** 10 : unitFor(bytes) === 'GiB' ? 2 ** 30 : 2 ** 20;
  const wanted = bytes / unit / 5;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= wanted) ?? 10;
  const step = Math.max(1, Math.round(factor * power * unit));
  return { top: Math.ceil(bytes / step) * step, step };
}

function momentsOf(from: number, to: number): Scale['moments'] {
  const step =
    STEPS_MS.find((ms) => (to - from) / ms <= 8) ?? Math.ceil((to - from) / 8 / 86_400_000) * 86_400_000;
  const moments: { time: number; text: string }[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    moments.push({ time: time + 0, text: momentLabel(time, step) });
  }
  return moments;
}

function momentLabel(ms: number, step: number): string {
  const sign = ms < 0 ? '−' : '';
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (step < 60_000 && seconds < 120) return `${sign}${seconds} s`;
  if (step < 3_600_000) {
    const rest = seconds % 60;
    return `${sign}${Math.floor(seconds / 60)}:${String(rest).padStart(2, '0')} min`;
  }
  return `${sign}${Math.round(seconds / 360) / 10} h`;
}

function max(a: number, b: number | null): number {
  return Math.max(a, b ?? 0);
}
