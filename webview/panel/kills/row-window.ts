/** The rows that are drawn: from `first` up to, not including, `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

export interface Viewport {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
}

/** Rows drawn above and below what is seen, so that a short scroll shows no gap. */
const MARGIN = 8;

/**
 * Which of `length` rows of equal height are in view, with a margin. Lengths in CSS pixels. Wherever one scrolls these
 * are as many rows, so that each that comes in finds the element of one that left.
 */
export function rowWindow({ scrollTop, height, rowHeight }: Viewport, length: number): RowWindow {
  const top = Math.min(Math.floor(scrollTop / rowHeight), length);
  const first = Math.max(0, top - MARGIN);
  const end = Math.min(length, top + Math.ceil(height / rowHeight) + 1 + MARGIN);
  return { first, end };
}

/** Where to scroll so that a row is whole in view; where it is already, nothing changes. */
export function scrollToShow({ scrollTop, height, rowHeight }: Viewport, index: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  const bottom = top + rowHeight;
  return bottom > scrollTop + height ? bottom - height : scrollTop;
}
