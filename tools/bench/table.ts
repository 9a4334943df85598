import type { BenchRow } from './row.js';

const HEAD = ['what', 'ours', 'reference', 'ratio', 'goal', ''];

/** The rows as one text table, numbers to the right. */
export function benchTable(rows: readonly BenchRow[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Ours divided by the reference. */
export function ratioOf({ ours, reference }: BenchRow): number {
  return ours / reference.value;
}

export function meetsGoal(row: BenchRow): boolean {
  return ratioOf(row) <= row.goal;
}

function cellsOf(row: BenchRow): string[] {
  const { what, unit, ours, reference, goal } = row;
  return [
    what,
    `${significant(ours)} ${unit}`,
    `${significant(reference.value)} ${unit} (${reference.name})`,
    significant(ratioOf(row)),
    `<= ${goal}`,
    meetsGoal(row) ? '' : 'missed',
  ];
}

function significant(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 || column === 2 ? cell.padEnd(width) : cell.padStart(width);
}
