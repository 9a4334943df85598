import assert from 'node:assert/strict';
import { detailsOf } from '../../../../src/extension/panel/kill-details.js';
import { killsAsCsv, killsAsNdjson } from '../../../../src/extension/panel/kill-export.js';
import { killAsText } from '../../../../src/extension/panel/kill-text.js';
import { panelTexts } from '../../../../src/extension/panel/texts.js';
import type { NamedKill } from '../../../../src/lab/types.js';
import { isHostMessage } from '../../../../src/protocol/panel/validate.js';
import { english } from '../support/language.js';
import { MIB, namedKill, podView } from '../support/views.js';

const NOWHERE = { pods: [], node: null };
const HOSTILE = '\u001b[2J\n=x,"\u202e\r<b>';

/** Reads RFC 4180. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let cells: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== '\r\n') continue;
    records.push(cells);
    cells = [];
  }
  return records;
}

function withKill(parts: Partial<NamedKill['kill']>): NamedKill {
  const named = namedKill({ seq: 1 });
  return { ...named, kill: { ...named.kill, ...parts } };
}

describe('the details of a kill', () => {
  const tasks = [
    {
      pid: 1,
      tgid: 1,
      uid: 0,
      comm: 'app',
      rssBytes: 90 * MIB,
      pgtablesBytes: 0,
      swapBytes: 0,
      oomScoreAdj: 0,
    },
    {
      pid: 2,
      tgid: 2,
      uid: 0,
      comm: 'init',
      rssBytes: MIB,
      pgtablesBytes: 0,
      swapBytes: null,
      oomScoreAdj: -1000,
    },
    {
      pid: 4001,
      tgid: 4001,
      uid: 0,
      comm: 's',
      rssBytes: MIB,
      pgtablesBytes: null,
      swapBytes: 0,
      oomScoreAdj: 1000,
    },
  ];

  it('rank the tasks by badness with the limit that ran out, and mark the victim', () => {
    const details = detailsOf(withKill({ tasks }), NOWHERE);
    assert.deepEqual(
      details.tasks.map(({ pid, badness, isVictim }) => [pid, badness, isVictim]),
      [
        [4001, 256 + 128_000, true],
        [1, 90 * 256, false],
        [2, null, false],
      ],
    );
    assert.equal(details.weighedBytes, 500 * MIB);
    assert.ok(isHostMessage({ type: 'details', id: 'n/1', details }));
  });

  it('without a limit that is known, those that hold most come first and nothing is made up', () => {
    const details = detailsOf(withKill({ tasks, constraint: 'global' }), NOWHERE);
    assert.deepEqual(
      details.tasks.map(({ pid, badness }) => [pid, badness]),
      [
        [1, null],
        [2, null],
        [4001, null],
      ],
    );
  });

  it('name candidates that the lab knows', () => {
    const identity = { qos: 'Burstable', runtime: null } as const;
    const candidates = [
      { ...identity, uid: 'uid-a', containerId: 'id-a' },
      { ...identity, uid: 'uid-a', containerId: null },
      { ...identity, uid: 'gone', containerId: 'id-gone' },
    ];
    const pods = [podView({ name: 'a', container: 'web' })];
    const details = detailsOf(withKill({ candidates }), { pods, node: null });
    assert.deepEqual(details.candidates, ['hello-kubernetes/a/web', 'hello-kubernetes/a', 'id-gone']);
  });
});

describe('kills as CSV', () => {
  it('are one record each, whatever a process calls itself', () => {
    const kills = [namedKill({ seq: 1, comm: HOSTILE }), namedKill({ seq: 2, evidence: 'counted' })];
    const [header = [], first = [], second = [], ...rest] = parseCsv(killsAsCsv(kills));
    assert.deepEqual(rest, []);
    assert.equal(first.length, header.length);
    assert.equal(second.length, header.length);
    assert.equal(first[header.indexOf('victim')], HOSTILE);
    assert.equal(first[header.indexOf('oom_score_adj')], '1000');
    assert.equal(second[header.indexOf('victim')], '');
  });

  for (const comm of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1', '\n=1', '＝1']) {
    it(`no name is a formula: ${JSON.stringify(comm)}`, () => {
      const [header = [], first = []] = parseCsv(killsAsCsv([namedKill({ seq: 1, comm })]));
      assert.equal(first[header.indexOf('victim')], `'${comm}`);
    });
  }
});

describe('kills as NDJSON', () => {
  it('are one object a line, with the names that the cluster has', () => {
    const kills = [namedKill({ seq: 1, comm: HOSTILE }), namedKill({ seq: 2 })];
    const lines = killsAsNdjson(kills).split('\n');
    assert.equal(lines.length, 3);
    const read = JSON.parse(lines[0] ?? '') as NamedKill['kill'] & { podName: string };
    assert.equal(read.victim?.comm, HOSTILE);
    assert.equal(read.podName, 'hello-a');
    assert.equal(killsAsNdjson([]), '');
  });
});

describe('a kill as text', () => {
  const texts = { texts: panelTexts(english), locale: 'en' };

  it('says what is known, one fact a line', () => {
    const named = withKill({ checked: false });
    const text = killAsText(named, detailsOf(named, NOWHERE), texts);
    assert.match(text, /^Container: hello-kubernetes\/hello-a\/hello-kubernetes$/m);
    assert.match(text, /^Victim: stress-ng-vm \(4001\)$/m);
    assert.match(text, /^Evidence: The kernel wrote a whole report of this kill\. Not checked/m);
  });

  it('no name makes a line of its own, moves a cursor or turns text around', () => {
    const named = namedKill({ seq: 1, comm: HOSTILE });
    const text = killAsText(named, detailsOf(named, NOWHERE), texts);
    assert.match(text, /^Victim: \\u\{1b\}\[2J\\u\{a\}=x,"\\u\{202e\}\\u\{d\}<b> \(4001\)$/m);
    for (const char of ['\u001b', '\r', '\u202e']) assert.equal(text.includes(char), false);
  });
});
