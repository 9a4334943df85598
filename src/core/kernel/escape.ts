const ESCAPED_RUN = /(?:\\x(?:[01][0-9a-f]|5c|7f|[89a-f][0-9a-f]))+/g;
const REPLACEMENT = '\ufffd';

/** Least code point that each sequence length may encode: a shorter form would have done otherwise. */
const LEAST = [0, 0, 0x80, 0x800, 0x10000];

function sequenceLength(lead: number): number {
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

function decodeSequence(bytes: readonly number[], at: number, length: number): number | null {
  let point = (bytes[at] ?? 0) & (0xff >> (length + 1));
  for (let offset = 1; offset < length; offset++) {
    const byte = bytes[at + offset];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return null;
    point = (point << 6) | (byte & 0x3f);
  }
  const surrogate = point >= 0xd800 && point <= 0xdfff;
  return point < (LEAST[length] ?? 0) || surrogate || point > 0x10ffff ? null : point;
}

/** UTF-8 to a string; every byte that belongs to no valid sequence becomes U+FFFD. */
export function decodeUtf8(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) {
      text += String.fromCharCode(byte);
      at += 1;
      continue;
    }
    const length = sequenceLength(byte);
    const point = length === 0 ? null : decodeSequence(bytes, at, length);
    text += point === null ? REPLACEMENT : String.fromCodePoint(point);
    at += point === null ? 1 : length;
  }
  return text;
}

/**
 * Undoes the escapes of /dev/kmsg (`\x0a`, `\xc3\xa9`, `\x5c`). Only what the kernel would have escaped is undone,
 * so that a text which some tool has unescaped before passes unchanged.
 */
export function unescapeKmsg(text: string): string {
  if (!text.includes('\\x')) return text;
  return text.replace(ESCAPED_RUN, (run) => {
    const bytes: number[] = [];
    for (let at = 2; at < run.length; at += 4) bytes.push(Number.parseInt(run.slice(at, at + 2), 16));
    return decodeUtf8(bytes);
  });
}
