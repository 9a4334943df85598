import assert from 'node:assert/strict';
import { check } from '../../../../../src/core/stresschaos/check/checker.js';
import { codeActions } from '../../../../../src/core/stresschaos/editor/actions.js';
import { anchorAt, renameAnchor } from '../../../../../src/core/stresschaos/editor/anchors.js';
import type { ClusterNames } from '../../../../../src/core/stresschaos/editor/cluster-names.js';
import { hover } from '../../../../../src/core/stresschaos/editor/hover.js';
import { inlayHints } from '../../../../../src/core/stresschaos/editor/inlay.js';
import { documentSymbols } from '../../../../../src/core/stresschaos/editor/symbols.js';
import { applyEdits } from '../../../../../src/core/stresschaos/fix.js';
import { LOCALES } from '../../../../../src/core/stresschaos/locale.js';
import { schedule, stress } from '../../../../../src/core/stresschaos/rules/example.js';

const clock = {
  nowMs: Date.UTC(2026, 10, 20, 12, 0),
  format: (ms: number) => new Date(ms).toISOString().slice(11, 16),
};
const NODES: ClusterNames = {
  namespaces: () => [],
  pods: () => [],
  nodes: () => [{ name: 'node-1', labels: {}, memoryBytes: 16 * 1024 ** 3 }],
};

function hoverAt(marked: string, cluster: ClusterNames | null = null): string {
  const offset = marked.indexOf('|');
  return (hover(marked.replace('|', ''), offset, { locale: 'en', clock, cluster })?.contents ?? []).join(
    '\n\n',
  );
}

function hints(text: string, cluster: ClusterNames | null = null): string[] {
  const found = inlayHints(text, { start: 0, end: text.length }, { locale: 'en', clock, cluster });
  return found.map((hint) => `${text.slice(0, hint.offset).split('\n').at(-1)?.trim()} → ${hint.label}`);
}

function memory(...lines: string[]): string {
  return stress({ memory: lines });
}

describe('hover', function () {
  this.timeout(30_000);

  it('explains a field: type, default, version, and the truth where the official text is wrong', () => {
    const size = hoverAt(stress().replace('size:', 'si|ze:'));
    assert.match(size, /\*\*size\*\* · `string`/);
    assert.match(size, /Both are wrong/);
    const adjust = hoverAt(stress().replace('oomScoreAdj:', 'oom|ScoreAdj:'));
    assert.match(adjust, /integer -1000\.\.1000.*default: 0.*since Chaos Mesh 2\.2/);
    assert.match(hoverAt(stress().replace('mode:', '|mode:')), /one \| all \| fixed/);
  });

  it('says what a value comes to', () => {
    assert.match(
      hoverAt(memory('workers: 4', 'size: 50M|iB')),
      /4 workers share 50 MiB in all, 12\.5 MiB each/,
    );
    assert.match(hoverAt(memory('workers: 1', 'size: 500M|B')), /476\.84 MiB \(500.000.000 bytes\)/);
    assert.match(
      hoverAt(memory('workers: 1', 'size: 2|5%'), NODES),
      /25 % of each node’s memory \(node-1: 4 GiB\)/,
    );
    assert.match(hoverAt(stress({ duration: "'1|h'" })), /1h: until 13:00/);
    assert.match(hoverAt(schedule({ schedule: "'0 |0 * * *'" })), /next: 2026-11-21 00:00, 2026-11-22 00:00/);
    assert.match(hoverAt(stress({ mode: 'random-|max-percent' })), /it can be none/);
  });

  it('is silent elsewhere', () => {
    assert.equal(hoverAt('apiVersion: v1\nkind: Po|d\n'), '');
    assert.equal(hoverAt(`${stress()}# com|ment`), '');
    assert.equal(hoverAt(`apiVersion: v1\nkind: P|od\n---\n${stress()}`), '');
  });

  it('answers at every offset in every language', () => {
    const text = schedule();
    for (const locale of LOCALES) {
      for (let offset = 0; offset <= text.length; offset++) {
        const found = hover(text, offset, { locale, clock });
        if (found !== null) assert.ok(found.range.start <= offset && offset <= found.range.end);
      }
    }
  });
});

describe('inlay hints', () => {
  it('say what sizes, durations and schedules come to', () => {
    assert.deepEqual(hints(stress({ memory: ['workers: 4', 'size: 50MiB'], duration: "'1h'" })), [
      'size: 50MiB → 4 workers share 50 MiB in all, 12.5 MiB each',
      "duration: '1h' → until 13:00 if injected now",
    ]);
    assert.deepEqual(hints(schedule({ schedule: "'@every 10m'" })), [
      'size: 64MiB → 64 MiB (67\u202f108\u202f864 bytes)',
      "schedule: '@every 10m' → every 10m",
    ]);
  });

  it('are silent on refused values and in templates', () => {
    assert.deepEqual(hints(stress({ memory: ['workers: 4', 'size: 50Mi'], duration: 'x' })), []);
    assert.deepEqual(hints(stress({ mode: '{{ .Values.mode }}' })), []);
  });

  it('read only the documents in view', () => {
    const text = `${stress()}---\n${stress()}`;
    const first = inlayHints(text, { start: 0, end: 10 }, { locale: 'en', clock });
    assert.equal(first.length, 2);
  });
});

describe('code actions', () => {
  it('offer the sure fix first, then suggestions, by what they do', () => {
    const text = stress({
      mode: 'all',
      selector: ['namespaces: [shop]'],
      memory: ['workers: 1', 'size: 50Mi', "options: ['']"],
    });
    const titles = codeActions(text, { start: 0, end: text.length }, check(text), 'en').map(
      (action) => `${action.finding.code} ${action.preferred} ${action.title}`,
    );
    assert.deepEqual(titles, [
      'MS011 true Change to 50MiB',
      "MS025 true Remove options: ['']",
      'MS036 false Change to one',
      'MS041 false Add oomScoreAdj: 1000',
    ]);
    assert.equal(codeActions(text, { start: 0, end: 3 }, check(text), 'en').length, 0);
  });
});

describe('outline', () => {
  it('names each object and its blocks', () => {
    const text = `${stress()}---\napiVersion: v1\nkind: Pod\n---\n${schedule()}`;
    const symbols = documentSymbols(text);
    assert.deepEqual(
      symbols.map((each) => [each.name, each.detail, each.children.map((child) => child.name)]),
      [
        ['mem-stress', 'StressChaos', ['mode', 'selector', 'stressors', 'duration']],
        ['mem-nightly', 'Schedule', ['schedule', 'type', 'stressChaos']],
      ],
    );
    for (const each of symbols) {
      assert.ok(each.range.start <= each.selection.start && each.selection.end <= each.range.end);
    }
  });
});

describe('anchors', () => {
  const text = stress({
    metadata: ['name: a', 'namespace: b', 'labels: { x: &size 50MiB, y: "&no" } # &size'],
    memory: ['workers: 1', 'size: *size'],
  });

  it('are renamed with their aliases, and nothing else is', () => {
    const offset = text.indexOf('*size') + 2;
    assert.deepEqual(anchorAt(text, offset)?.kind, 'alias');
    const rename = renameAnchor(text, offset, 'total');
    assert.ok(rename !== null && 'edits' in rename);
    assert.equal(
      applyEdits(text, rename.edits),
      text.replace('&size 50', '&total 50').replace('*size', '*total'),
    );
    assert.equal(anchorAt(text, text.indexOf('&no') + 1), null);
  });

  it('refuse a name that is none or another’s', () => {
    const offset = text.indexOf('*size') + 2;
    assert.deepEqual(renameAnchor(text, offset, 'a b'), { refused: 'name' });
    const two = text.replace('workers: 1', 'workers: &w 1');
    assert.deepEqual(renameAnchor(two, two.indexOf('&w') + 1, 'size'), { refused: 'taken' });
  });
});
