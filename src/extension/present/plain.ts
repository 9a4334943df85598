/**
 * Keeps a stranger's text in one line, free of `$(icon)` syntax, which titles would draw, and of control characters and such as
 * turn the direction of writing.
 */
export function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}')
    .replaceAll('$(', '$ (')
    .trim();
}
