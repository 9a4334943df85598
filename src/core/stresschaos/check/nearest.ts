/** The candidate nearest to a misspelt name, where one is near enough to be meant; null otherwise. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  const simple = simplified(name);
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(simple.length / 3)) + 1;
  for (const candidate of candidates) {
    const other = simplified(candidate);
    // A missing or added plural, and another way of writing the words, are near whatever the length.
    // A word cut short is near too (`oomScore`), the shortest of several the nearest.
    const cutShort = simple.length >= 4 && other.startsWith(simple);
    const distance =
      other === simple
        ? 0
        : cutShort
          ? 1 + (other.length - simple.length) / 100
          : editDistance(simple, other, bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function simplified(name: string): string {
  return name.slice(0, 64).toLowerCase().replaceAll(/[-_ ]/g, '');
}

/** Damerau-Levenshtein (adjacent swaps count one), cut off at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? limit;
}
