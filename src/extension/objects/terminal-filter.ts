/**
 * Makes the output of a stranger's program safe to show in a terminal. What comes out is built only from what is known to
 * be harmless: text, line ends, tabs, and complete control sequences of the kinds below. Everything else is dropped:
 * operating system commands (clipboard, title, hyperlinks, the editor's own shell integration), device control strings,
 * application and privacy messages, and window manipulation.
 *
 * `log`: colours and weights only (CSI ... m). `shell`: whatever a full-screen program needs (cursor, erase, modes).
 */
export type FilterKind = 'log' | 'shell';

const ESC = '\u001b';
/** C0 controls that do no harm: backspace, tab, line feed, carriage return. */
const HARMLESS: Readonly<Record<FilterKind, ReadonlySet<string>>> = {
  log: new Set(['\t', '\n']),
  shell: new Set(['\u0007', '\b', '\t', '\n', '\u000b', '\f', '\r', '\u000e', '\u000f']),
};
/** Final bytes of control sequences that act on the window (t) or make the terminal answer with its settings (x, y). */
const REFUSED_FINALS = new Set(['t', 'x', 'y']);
/** Single escapes of a shell: save and restore cursor, keypad modes, index, next line, tab stop, reverse index, reset. */
const SINGLE_ESCAPES = new Set(['7', '8', '=', '>', 'D', 'E', 'H', 'M', 'c']);
/** ESC and one of these begins a string that ends with ST or BEL: DCS, SOS, OSC, PM, APC. */
const STRING_STARTERS = new Set(['P', 'X', ']', '^', '_']);
/** Their one-character forms (C1). */
const C1_STRINGS = new Set(['\u0090', '\u0098', '\u009d', '\u009e', '\u009f']);
/** ESC and one of these designates a character set with the byte that follows. */
const CHARSET_STARTERS = new Set(['(', ')', '*', '+']);
const LONGEST_SEQUENCE = 128;
/** After so many characters a string without an end is given up, so that it cannot swallow the rest of the session. */
const LONGEST_STRING = 1 << 20;

type State = 'text' | 'escape' | 'csi' | 'string' | 'string-escape' | 'charset';

/** Reads one stream; sequences may be cut anywhere between two calls. */
export class TerminalFilter {
  readonly #kind: FilterKind;
  #state: State = 'text';
  #sequence = '';
  #swallowed = 0;

  constructor(kind: FilterKind) {
    this.#kind = kind;
  }

  push(text: string): string {
    let out = '';
    for (const char of text) {
      out += this.#take(char);
    }
    return out;
  }

  #take(char: string): string {
    switch (this.#state) {
      case 'text':
        return this.#takeText(char);
      case 'escape':
        return this.#takeEscape(char);
      case 'csi':
        return this.#takeCsi(char);
      case 'charset':
        this.#state = 'text';
        if (!/^[0-9A-Za-z]$/.test(char)) return this.#takeText(char);
        return this.#kind === 'shell' ? `${ESC}${this.#sequence}${char}` : '';
      case 'string':
        return this.#takeString(char);
      case 'string-escape':
        // ESC \ ends the string; ESC and anything else ends it, too, and begins something new.
        this.#state = 'text';
        return char === '\\' ? '' : this.#takeEscape(char);
    }
  }

  #takeText(char: string): string {
    const code = char.charCodeAt(0);
    if (char === ESC) {
      this.#state = 'escape';
      return '';
    }
    if (char === '\u009b') {
      this.#beginCsi();
      return '';
    }
    if (C1_STRINGS.has(char)) {
      this.#beginString();
      return '';
    }
    if (code < 0x20) return HARMLESS[this.#kind].has(char) ? char : '';
    return code >= 0x7f && code < 0xa0 ? '' : char;
  }

  #takeEscape(char: string): string {
    this.#state = 'text';
    if (char === '[') {
      this.#beginCsi();
      return '';
    }
    if (STRING_STARTERS.has(char)) {
      this.#beginString();
      return '';
    }
    if (char === ESC) {
      this.#state = 'escape';
      return '';
    }
    if (CHARSET_STARTERS.has(char)) {
      this.#state = 'charset';
      this.#sequence = char;
      return '';
    }
    if (this.#kind === 'shell' && SINGLE_ESCAPES.has(char)) return `${ESC}${char}`;
    // No escape of ours: its character is not text either, but a control in it stands for itself.
    return char.charCodeAt(0) < 0x20 ? this.#takeText(char) : '';
  }

  #takeCsi(char: string): string {
    const isPart = char >= ' ' && char <= '?';
    if (isPart && this.#sequence.length < LONGEST_SEQUENCE) {
      this.#sequence += char;
      return '';
    }
    this.#state = 'text';
    if (isPart) return '';
    if (char < '@' || char > '~') return this.#takeText(char);
    return this.#allows(this.#sequence, char) ? `${ESC}[${this.#sequence}${char}` : '';
  }

  #allows(parameters: string, final: string): boolean {
    if (this.#kind === 'log') return final === 'm' && /^[0-9;:]*$/.test(parameters);
    return !REFUSED_FINALS.has(final);
  }

  #takeString(char: string): string {
    this.#swallowed += 1;
    if (char === ESC) this.#state = 'string-escape';
    else if (char === '\u0007' || char === '\u009c' || char === '\u0018' || char === '\u001a')
      this.#state = 'text';
    else if (this.#swallowed > LONGEST_STRING) this.#state = 'text';
    return '';
  }

  #beginCsi(): void {
    this.#state = 'csi';
    this.#sequence = '';
  }

  #beginString(): void {
    this.#state = 'string';
    this.#swallowed = 0;
  }
}

/**
 * One line of a log for the terminal. Nothing goes on into the next line: no colour, no unfinished sequence. A carriage
 * return within the line would hide what stands before it, so it becomes a line's end.
 */
export function logLine(line: string): string {
  const shown = line
    .split('\r')
    .map((part) => new TerminalFilter('log').push(part))
    .join('\r\n');
  return shown.includes(ESC) ? `${shown}${ESC}[0m\r\n` : `${shown}\r\n`;
}

/** A text in one line without any control character, for what we say ourselves of a stranger's words. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}
