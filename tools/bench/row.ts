/** One line of the table: our figure beside that of a reference, taken in the same run on the same machine. */
export interface BenchRow {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly reference: { readonly name: string; readonly value: number };
  /** What ours divided by the reference must not exceed. */
  readonly goal: number;
}

/** What a file test/bench/NAME.bench.ts exports as `bench`. */
export type Bench = () => Promise<readonly BenchRow[]>;
