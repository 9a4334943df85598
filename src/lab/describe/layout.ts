/** The layout of `kubectl describe`: labels in one column, values in the next, two spaces a level. */
export class Layout {
  readonly #lines: string[] = [];

  /** A label alone; its parts follow with a deeper level. */
  head(level: number, label: string): void {
    this.#lines.push(`${indent(level)}${label}:`);
  }

  /** Labels and values in two columns, the first at least so wide; what has no value is left out. */
  pairs(level: number, pairs: readonly (readonly [label: string, value: string | null])[], least = 0): void {
    const given = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== null);
    const width = Math.max(least, ...given.map(([label]) => label.length + 3));
    for (const [label, value] of given) {
      this.#lines.push(`${indent(level)}${`${label}:`.padEnd(width)}${clean(value)}`);
    }
  }

  /** One label with several values below each other. */
  list(level: number, label: string, values: readonly string[], width = 0): void {
    const head = `${label}:`.padEnd(Math.max(width, label.length + 2));
    const lines = values.length === 0 ? ['<none>'] : values;
    lines.forEach((value, i) => {
      this.#lines.push(`${indent(level)}${i === 0 ? head : ' '.repeat(head.length)}${clean(value)}`);
    });
  }

  /** Columns as wide as their widest cell; the last one is not padded. */
  table(level: number, rows: readonly (readonly string[])[]): void {
    const cells = rows.map((row) => row.map(clean));
    const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
    for (const row of cells) {
      const padded = row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)));
      this.#lines.push(`${indent(level)}${padded.join('  ')}`.trimEnd());
    }
  }

  line(level: number, text: string): void {
    this.#lines.push(`${indent(level)}${clean(text)}`.trimEnd());
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

function indent(level: number): string {
  return '  '.repeat(level);
}

/** A value stays on its line, whatever is in it. */
function clean(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return value.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}

/** How long ago, as kubectl writes it: `45s`, `5m30s`, `3h12m`, `2d4h`, `40d`. */
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return `${minutes}m${rest(seconds % 60, 's')}`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return `${hours}h${rest(minutes % 60, 'm')}`;
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  return days < 8 ? `${days}d${rest(hours % 24, 'h')}` : `${days}d`;
}

function rest(value: number, unit: string): string {
  return value === 0 ? '' : `${value}${unit}`;
}
