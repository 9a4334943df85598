import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import type { RunRecord } from '../../../../src/core/experiment/record.js';
import { reportFormat } from '../../../../src/lab/runs/report/format.js';
import { writeComparison, writeReport } from '../../../../src/lab/runs/report/index.js';
import { couldNotRunJunit, runJunit } from '../../../../src/lab/runs/report/junit.js';
import { judged, kill, record, storm, target } from './sample.js';

const EXPECTED = 'noKills,maxWorkingSet=400MiB,noRestarts,minArrived=90%,noProbeFailures,ready';
const MET = judged(record(), EXPECTED);
const BAD = judged(storm(), EXPECTED);

/** Compares with a committed file; `UPDATE_GENERATED=1` writes it anew. */
function golden(name: string, actual: string): void {
  const path = `test/fixtures/run-reports/${name}`;
  if (process.env['UPDATE_GENERATED'] === '1') {
    mkdirSync('test/fixtures/run-reports', { recursive: true });
    writeFileSync(path, actual);
  }
  assert.equal(actual, readFileSync(path, 'utf8'), path);
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'a|b|c',
  '`code` ``more``',
  '``',
  '`',
  'line\nbreak\r\n| cell |',
  '[link](javascript:alert(1))',
  '![i](http://example.com/x.png)',
  '**bold** _it_ ~~s~~',
  '@everyone #1 https://example.com',
  '\u202egnp.exe\u0000\u001b[31m',
  '&lt;b&gt; &amp;',
  ']]> --> <!--',
  '# heading',
  '\\',
  '',
  '\ud800 lone',
];

/** A run in which everything that a stranger can name has that name. */
function named(text: string): RunRecord {
  const name = `ns/${text.replaceAll('/', '')}/c`;
  const mark = { time: 5000, kind: 'probe', detail: text, count: 1 } as const;
  const one = target(name, 88, { state: text, node: text, marks: [mark], ready: false });
  const run = record({
    key: `ns/${text.replaceAll('/', '')}`,
    cluster: { context: text, server: text },
    endDetail: text,
    end: 'failed',
    agents: [{ node: text, version: text, kernel: text, cgroupVersion: 2 }],
    manifest: { text: `name: ${text}\n\`\`\`\`\n~~~`, file: text, object: {} },
    targets: [one],
    kills: [kill(name, 6000, { victim: text })],
    gaps: [{ kind: 'agent', from: 1, to: 2, where: text }],
    left: { clean: [], left: [name], unknown: [] },
  });
  return judged(run, EXPECTED);
}

function nodesOf(node: Nodes): Nodes[] {
  return [node, ...('children' in node ? node.children.flatMap((child) => nodesOf(child as Nodes)) : [])];
}

describe('reports of runs', () => {
  it('are as they were: Markdown', () => {
    golden('met.md', writeReport(MET, 'md'));
    golden('storm.md', writeReport(BAD, 'md'));
    golden('comparison.md', writeComparison(MET, BAD, 'md'));
  });

  it('are as they were: HTML', () => {
    golden('storm.html', writeReport(BAD, 'html'));
    golden('comparison.html', writeComparison(MET, BAD, 'html'));
  });

  it('are as they were: JUnit', () => {
    golden('storm.xml', runJunit(BAD));
    golden('met.xml', runJunit(MET));
  });

  it('as JSON are the record', () =>
    assert.deepEqual(JSON.parse(writeReport(MET, 'json')), JSON.parse(JSON.stringify(MET))));

  it('take their form from the file’s name', () => {
    assert.deepEqual(
      ['a.json', 'b.MD', 'c.markdown', 'd.html', 'e.htm', 'f.txt', 'md', 'g.', ''].map(reportFormat),
      ['json', 'md', 'md', 'html', 'html', null, null, null, null],
    );
  });

  it('in HTML need nothing from anywhere, and allow their own style alone', () => {
    const html = writeReport(BAD, 'html');
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    const policy =
      /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#x27;', "'") ??
      '';
    assert.match(policy, /^default-src 'none'; style-src 'sha256-/);
    assert.ok(policy.includes(createHash('sha256').update(style).digest('base64')));
    assert.doesNotMatch(
      html,
      /<(?:script|link|img|iframe|object|a|form|image|use)\b|\son\w+=|\s(?:style|href|src)=|url\(|@import/i,
    );
  });

  for (const text of HOSTILE) {
    it(`survive the name ${JSON.stringify(text)}`, () => {
      const run = named(text);
      const html = writeReport(run, 'html');
      const allowed =
        'html head meta title style body main header h1 h2 section span p strong div dl dt dd table caption thead tbody tr th td figure figcaption svg g line text path rect details summary pre code footer';
      const tags = new Set(
        [...html.replace(/<style>[\s\S]*?<\/style>/, '').matchAll(/<([a-z][a-z0-9]*)/gi)].map(
          ([, tag]) => tag,
        ),
      );
      for (const tag of tags) assert.ok(allowed.split(' ').includes(tag ?? ''), `<${tag}>`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      assert.doesNotMatch(html, /[\u0000-\u0008\u000b-\u001f\u202e]/);

      const markdown = writeReport(run, 'md');
      const kinds = new Set(nodesOf(fromMarkdown(markdown)).map(({ type }) => type));
      for (const kind of [
        'html',
        'link',
        'image',
        'definition',
        'linkReference',
        'imageReference',
      ] as const) {
        assert.equal(kinds.has(kind), false, kind);
      }
      // Each row of a table has as many cells as its head: no name adds one.
      const rows = markdown
        .split('\n')
        .map((line) => (line.startsWith('|') ? [...line.matchAll(/(?<!\\)\|/g)].length : null));
      for (const [index, cells] of rows.entries()) {
        const before = rows[index - 1] ?? null;
        if (cells !== null && before !== null) assert.equal(cells, before, markdown.split('\n')[index]);
      }
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      assert.doesNotMatch(markdown, /[\u0000-\u0008\u000b-\u001f\u202e]/);

      const xml = runJunit(run) + couldNotRunJunit(text, text);
      const elements = new Set([...xml.matchAll(/<\/?([a-z?!][\w-]*)/gi)].map(([, tag]) => tag));
      const known = ['?xml', 'testsuites', 'testsuite', 'testcase', 'failure', 'error', 'system-out'];
      for (const element of elements) assert.ok(known.includes(element ?? ''), `<${element}>`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML cannot hold
      assert.doesNotMatch(xml, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff]/);
      assert.ok(writeComparison(run, record(), 'html').length > 0);
      assert.ok(writeComparison(run, record(), 'md').length > 0);
    });
  }

  it('of a run without targets say so much', () => {
    const empty = record({
      targets: [],
      end: 'failed',
      injectedAfter: null,
      left: null,
      endDetail: 'forbidden',
    });
    assert.match(writeReport(empty, 'md'), /Not injected/);
    assert.match(writeReport(empty, 'html'), /could not be injected/);
    assert.match(runJunit(empty), /errors="1".*could not be injected: forbidden/s);
  });

  it('count in JUnit what is not met as failures and what cannot be told as errors', () => {
    const [first, ...rest] = record().targets;
    assert.ok(first !== undefined);
    const run = judged(
      record({ targets: [{ ...first, ready: false, killsWatched: false }, ...rest] }),
      EXPECTED,
    );
    assert.match(runJunit(run), /tests="6" failures="1" errors="1"/);
  });
});
