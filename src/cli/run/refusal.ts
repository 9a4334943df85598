/** Why a run could not be: lines for the person at the terminal. Nothing was injected, or it was taken away again. */
export class RunRefusal extends Error {
  override readonly name = 'RunRefusal';
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}
