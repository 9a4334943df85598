/** What `vscode.l10n` offers, so that texts can be made and tested without vscode. */
export interface Localizer {
  /** Placeholders are `{0}`, `{1}`, ... */
  t(message: string, ...args: (string | number | boolean)[]): string;
}

/** What every text of ours depends on: the words and the way numbers are written. */
export interface Language {
  readonly l10n: Localizer;
  /** A BCP 47 tag. */
  readonly locale: string;
}
