import assert from 'node:assert/strict';
import type { OomKill } from '../../../../src/core/kernel/oom-kill.js';
import { OomLogParser } from '../../../../src/core/kernel/parser.js';
import { TextLogReader } from '../../../../src/core/kernel/text-log.js';
import { FORMS, STAMPLESS } from './forms.js';
import { killsOf, knownLogs } from './logs.js';

function killsOfText(text: string): OomKill[] {
  const reader = new TextLogReader();
  const parser = new OomLogParser();
  const kills: OomKill[] = [];
  for (const raw of text.split('\n')) {
    const line = reader.read(raw);
    if (line) kills.push(...parser.push(line));
  }
  return [...kills, ...parser.gap()];
}

/** Stamps differ from form to form, and only raw records are numbered; everything else of a kill must not differ. */
function withoutStamps(kills: OomKill[]): unknown[] {
  return kills.map(({ bootSeconds: _, time: __, seq: ___, ...kill }) => kill);
}

const KILL =
  'Memory cgroup out of memory: Killed process 7 (java) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB';

describe('kernel logs in every form', () => {
  for (const { name, raw } of knownLogs()) {
    const expected = killsOf(raw);
    for (const [form, print] of Object.entries(FORMS)) {
      it(`${name} as ${form}`, () => {
        const kills = killsOfText(print(raw));
        assert.deepEqual(
          kills.map(({ victim }) => [victim.pid, victim.comm]),
          expected.map(({ victim }) => [victim.pid, victim.comm]),
        );
        // Without stamps nothing shows that a newline cut the invoker's name.
        if (form !== STAMPLESS) assert.deepEqual(withoutStamps(kills), withoutStamps(expected));
      });
    }
  }

  it('reads raw records', () => {
    const [log] = knownLogs();
    assert.ok(log);
    assert.deepEqual(killsOfText(log.raw), killsOf(log.raw));
  });
});

describe('a log line', () => {
  const stamps: Array<[string, string, number | null, string | null]> = [
    ['console', '[   12.500000] ', 12.5, null],
    ['console with caller', '[   12.500000][  T123] ', 12.5, null],
    ['dmesg -r', '<3>[   12.500000] ', 12.5, null],
    ['dmesg -d', '[   12.500000 <    0.000100>] ', 12.5, null],
    ['dmesg --time-format iso', '2026-11-20T19:31:07,123456+01:00 ', null, '2026-11-20T18:31:07.123Z'],
    ['journalctl -o short-iso', '2026-11-20T19:31:07+0000 node kernel: ', null, '2026-11-20T19:31:07.000Z'],
    [
      'journalctl -o short-full',
      'Fri 2026-11-20 19:31:07 UTC node kernel: ',
      null,
      '2026-11-20T19:31:07.000Z',
    ],
    ['journalctl -o short-monotonic', '[   12.500000] node kernel: ', 12.5, null],
    ['journalctl -o short-unix', '1763667067.250000 node kernel: ', null, '2025-11-20T19:31:07.250Z'],
    ['kern.log', 'Nov  2 19:31:07 node kernel: [   12.500000] ', 12.5, null],
    [
      'rsyslog',
      '2026-11-20T19:31:07.123456+00:00 node kernel: [   12.500000] ',
      12.5,
      '2026-11-20T19:31:07.123Z',
    ],
    ['busybox syslogd', 'Nov 20 19:31:07 node kern.err kernel: [   12.500000] ', 12.5, null],
    ['RFC 5424', '<3>1 2026-11-20T19:31:07.5Z node kernel - - - ', null, '2026-11-20T19:31:07.500Z'],
    ['dmesg --color', '\u001b[32m[   12.500000] \u001b[0m', 12.5, null],
    ['no stamp', '', null, null],
  ];
  for (const [form, stamp, bootSeconds, time] of stamps) {
    it(`gives its stamp: ${form}`, () => {
      const [kill] = killsOfText(`${stamp}${KILL}`);
      assert.deepEqual([kill?.victim.pid, kill?.bootSeconds, kill?.time], [7, bootSeconds, time]);
    });
  }

  for (const [who, stamp] of [
    ['another program in a syslog file', 'Nov 20 19:31:07 node app[77]: '],
    ['another program in an ISO syslog file', '2026-11-20T19:31:07.123456+00:00 node app: '],
    ['a user facility of dmesg -x', 'user  :err   : [   12.500000] '],
    ['a user facility of dmesg -r', '<11>[   12.500000] '],
    ['a user facility of raw records', '11,5,12500000,-;'],
    ['busybox user facility', 'Nov 20 19:31:07 node user.err kernel: '],
  ] as const) {
    it(`is no kill from ${who}`, () => assert.deepEqual(killsOfText(`${stamp}${KILL}`), []));
  }
});
