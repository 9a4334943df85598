// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what this is about
import assert from 'node:assert/strict';
import { logLine, plainText, TerminalFilter } from '../../../../src/extension/objects/terminal-filter.js';

const shell = (text: string) => new TerminalFilter('shell').push(text);
const log = (text: string) => new TerminalFilter('log').push(text);

/** What a hostile program may send, and what a terminal must get of it in a shell and in a log. */
const HOSTILE: readonly (readonly [what: string, sent: string, inShell: string, inLog: string])[] = [
  ['the clipboard (OSC 52)', 'a\x1b]52;c;ZXZpbA==\x07b', 'ab', 'ab'],
  ['the clipboard, ended by ST', 'a\x1b]52;c;ZXZpbA==\x1b\\b', 'ab', 'ab'],
  ['the clipboard by C1 controls', 'a\u009d52;c;ZXZpbA==\u009cb', 'ab', 'ab'],
  ['the title (OSC 0)', '\x1b]0;title\x07x', 'x', 'x'],
  ['a hyperlink (OSC 8)', '\x1b]8;;command:evil\x07click\x1b]8;;\x07', 'click', 'click'],
  ["the editor's shell integration (OSC 633)", '\x1b]633;E;rm -rf /\x07x', 'x', 'x'],
  ['iTerm files (OSC 1337)', '\x1b]1337;File=:AAAA\x07x', 'x', 'x'],
  ['device control (DCS)', '\x1bP$q"p\x1b\\x', 'x', 'x'],
  ['application commands (APC)', '\x1b_Gf=100;AAAA\x1b\\x', 'x', 'x'],
  ['privacy message (PM), start of string (SOS)', '\x1b^a\x1b\\\x1bXb\x1b\\x', 'x', 'x'],
  ['window manipulation (CSI t)', '\x1b[21t\x1b[8;1;1tx', 'x', 'x'],
  ['a nested begin inside a string', '\x1b]0;a\x1b]52;c;ZQ==\x07x', 'x', 'x'],
  ['CAN inside a string', '\x1b]52;c;Z\x18x', 'x', 'x'],
  ['a control inside a sequence', '\x1b[3\n1mx', '\n1mx', '\n1mx'],
  [
    'an overlong sequence',
    `\x1b[${'1;'.repeat(500)}mx`,
    `${'1;'.repeat(500).slice(129)}mx`,
    `${'1;'.repeat(500).slice(129)}mx`,
  ],
  ['answers with settings (DECREQTPARM)', '\x1b[xq', 'q', 'q'],
  ['the answerback (ENQ)', 'a\x05b', 'ab', 'ab'],
  ['DEL and C1 controls', 'a\x7f\u0085\u008d\u0090b\u009cc', 'ac', 'ac'],
  ['an escape at the end', 'a\x1b', 'a', 'a'],
  ['moves of the cursor', '\x1b[2J\x1b[Hx', '\x1b[2J\x1b[Hx', 'x'],
  ['the other screen', '\x1b[?1049hx\x1b[?1049l', '\x1b[?1049hx\x1b[?1049l', 'x'],
  ['colours', '\x1b[1;31mx\x1b[0m', '\x1b[1;31mx\x1b[0m', '\x1b[1;31mx\x1b[0m'],
  ['true colours', '\x1b[38:2::1:2:3mx', '\x1b[38:2::1:2:3mx', '\x1b[38:2::1:2:3mx'],
  ['private modes in the guise of colours', '\x1b[>4;2mx', '\x1b[>4;2mx', 'x'],
  ['CSI by its C1 control', '\u009b31mx', '\x1b[31mx', '\x1b[31mx'],
  ['a reset', '\x1bcx', '\x1bcx', 'x'],
  ['character sets', '\x1b(0x\x1b(B', '\x1b(0x\x1b(B', 'x'],
  ['a character set that is a control', '\x1b(\x1b]0;t\x07x', 'x', 'x'],
  ['the bell', 'a\x07b', 'a\x07b', 'ab'],
  ['text beyond ASCII', 'größer 三\u{1f4a5}', 'größer 三\u{1f4a5}', 'größer 三\u{1f4a5}'],
];

describe("what a terminal gets of a stranger's output", () => {
  for (const [what, sent, inShell, inLog] of HOSTILE) {
    it(`${what}, wherever it was cut`, () => {
      assert.equal(log(sent), inLog);
      for (let cut = 0; cut <= sent.length; cut += 1) {
        const filter = new TerminalFilter('shell');
        // A character of two units is never cut by the decoder before.
        if (/[\ud800-\udbff]/.test(sent[cut - 1] ?? '')) continue;
        assert.equal(filter.push(sent.slice(0, cut)) + filter.push(sent.slice(cut)), inShell);
      }
    });
  }

  it('holds nothing but known sequences, whatever comes in', () => {
    const alphabet = [
      '\x1b',
      '[',
      ']',
      'P',
      '\\',
      '\x07',
      ';',
      '5',
      '2',
      'm',
      't',
      '\u009d',
      '\u009c',
      '\n',
      'x',
      '?',
      '(',
      '0',
    ];
    const allowed =
      /^(?:\x1b\[[ -?]*[@-su-wz{|}~]|\x1b[78=>DEHMc]|\x1b[()*+][0-9A-Za-z]|[^\x1b\x80-\x9f\x7f])*$/;
    let seed = 42;
    for (let round = 0; round < 3000; round += 1) {
      let text = '';
      for (let i = 0; i < 30; i += 1) {
        seed = (seed * 1103515245 + 12345) % 2 ** 31;
        text += alphabet[seed % alphabet.length];
      }
      assert.match(shell(text), allowed, JSON.stringify(text));
      assert.match(
        log(text),
        /^(?:\x1b\[[0-9;:]*m|[^\x1b\x00-\x08\x0b-\x1f\x7f-\x9f])*$/,
        JSON.stringify(text),
      );
    }
  });

  it('is not swallowed for ever by a string without an end', () => {
    const filter = new TerminalFilter('shell');
    filter.push(`\x1b]52;c;${'A'.repeat(2 << 20)}`);
    assert.equal(filter.push('still here'), 'still here');
  });
});

describe('a line of a log in a terminal', () => {
  it('ends with its colours, and carries nothing into the next', () => {
    assert.equal(logLine('plain'), 'plain\r\n');
    assert.equal(logLine('\x1b[8mhidden'), '\x1b[8mhidden\x1b[0m\r\n');
    assert.equal(logLine('a\x1b]0;unfinished'), 'a\r\n');
  });

  it('hides nothing behind a carriage return', () => {
    assert.equal(logLine('rm -rf /\rharmless'), 'rm -rf /\r\nharmless\r\n');
  });

  it('is one line where we quote it', () => {
    assert.equal(plainText('a\x1b[2J\r\nb\u009bc '), 'a [2J b c');
  });
});
