/** Pressure stall information of one cgroup's memory (Documentation/accounting/psi.rst). */
export interface MemoryPressure {
  /** Share of the last ten seconds in which at least one task waited for memory, percent. */
  readonly someAvg10: number;
  /** Share of the last ten seconds in which all tasks waited at once, percent. */
  readonly fullAvg10: number;
  /** The same since the cgroup was made, µs. */
  readonly someTotalUs: number;
  readonly fullTotalUs: number;
}

const LINE = (kind: 'some' | 'full'): RegExp =>
  new RegExp(`^${kind} avg10=(\\d+(?:\\.\\d+)?) avg60=\\S+ avg300=\\S+ total=(\\d+)$`, 'm');
const SOME = LINE('some');
const FULL = LINE('full');

/** Reads the text of memory.pressure; null where it is of another shape. */
export function parsePressure(text: string): MemoryPressure | null {
  const some = SOME.exec(text);
  const full = FULL.exec(text);
  if (!some || !full) return null;
  return {
    someAvg10: Number(some[1]),
    fullAvg10: Number(full[1]),
    someTotalUs: Number(some[2]),
    fullTotalUs: Number(full[2]),
  };
}
