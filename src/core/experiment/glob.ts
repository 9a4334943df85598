/**
 * Whether the whole text matches a pattern in which `*` stands for any characters, none included. Letter case does not count.
 * Takes at most pattern times text steps, whatever the pattern is.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const wanted = [...pattern.toLowerCase()];
  const given = [...text.toLowerCase()];
  let at = 0;
  let star = -1;
  let taken = 0;
  for (let index = 0; index < given.length; ) {
    if (wanted[at] === '*') {
      star = at++;
      taken = index;
    } else if (wanted[at] === given[index]) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++taken;
    } else {
      return false;
    }
  }
  return wanted.slice(at).every((character) => character === '*');
}
