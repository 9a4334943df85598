/** A repeatable source of randomness (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Pieces that mean something in YAML or to us, so that an edit has a chance to hurt. */
const PIECES = [
  ...[
    ':',
    ': ',
    '-',
    '- ',
    '  ',
    ' ',
    '\n',
    '\r\n',
    '\t',
    '#',
    ' #',
    '{',
    '}',
    '[',
    ']',
    ',',
    ', ',
    "'",
    '"',
    '|',
    '>',
    '&a ',
    '*a',
  ],
  ...[
    '!!str ',
    '!',
    '?',
    '? ',
    '%',
    '@',
    '`',
    '---\n',
    '...\n',
    '<<: *a',
    '\\',
    '\uFEFF',
    '𝄞',
    '\u2028',
    '\u0000',
    '{{ x }}',
    '~',
    'null',
  ],
  ...[
    'size: 50Mi\n',
    'workers: -1',
    'duration: 10min',
    'kind: StressChaos',
    'apiVersion: chaos-mesh.org/v1alpha1\n',
    '0',
    '99999999999',
    '1e3',
  ],
];

/** The text after one random insertion, deletion, doubling or move. */
export function randomEdit(text: string, random: () => number): string {
  const at = Math.floor(random() * (text.length + 1));
  const length = 1 + Math.floor(random() * 8);
  switch (Math.floor(random() * 5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + text.slice(at, at + length * 4) + text.slice(at);
    case 2: {
      const to = Math.floor(random() * (text.length + 1));
      return text.slice(0, to) + text.slice(at, at + length) + text.slice(to);
    }
    default:
      return text.slice(0, at) + (PIECES[Math.floor(random() * PIECES.length)] ?? '') + text.slice(at);
  }
}
