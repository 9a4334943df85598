import type { ChartMark, MarkKind } from '../../../src/protocol/panel/memory.js';

/** Marks that stand so close are drawn as one, CSS pixels. */
const JOIN_PX = 7;

/** One or more marks of a kind at one place. */
export interface DrawnMark {
  readonly kind: MarkKind;
  /** CSS pixels from the left of the plot. */
  readonly x: number;
  readonly count: number;
}

/**
 * Marks by where they are drawn, those of a kind that would touch joined.
 * @param toX the place of a time (s since 1970), CSS pixels.
 */
export function drawnMarks(
  marks: readonly ChartMark[],
  toX: (time: number) => number,
  width: number,
): readonly DrawnMark[] {
  const last = new Map<MarkKind, DrawnMark>();
  const drawn: DrawnMark[] = [];
  const put = (mark: DrawnMark): void => {
    last.set(mark.kind, mark);
    drawn.push(mark);
  };
  for (const { time, kind, count } of marks) {
    const x = toX(time / 1000);
    if (x < 0 || x > width) continue;
    const before = last.get(kind);
    if (before !== undefined && x - before.x < JOIN_PX) {
      drawn.splice(drawn.indexOf(before), 1);
      put({ ...before, count: before.count + count });
    } else {
      put({ kind, x, count });
    }
  }
  return drawn;
}

/** The marks within so many seconds of a time (s since 1970). */
export function marksNear(marks: readonly ChartMark[], time: number, within: number): readonly ChartMark[] {
  return marks.filter((mark) => Math.abs(mark.time / 1000 - time) <= within);
}
