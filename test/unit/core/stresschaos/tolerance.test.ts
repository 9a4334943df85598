import assert from 'node:assert/strict';
import { Checker, check } from '../../../../src/core/stresschaos/check/checker.js';
import { applyEdits } from '../../../../src/core/stresschaos/fix.js';
import { parseManifests } from '../../../../src/core/stresschaos/parse.js';
import { LineIndex } from '../../../../src/core/stresschaos/position.js';
import { schedule, stress, workflow } from '../../../../src/core/stresschaos/rules/example.js';

/** `CODE line:column` of every finding. */
function places(text: string, version?: string): string[] {
  const index = new LineIndex(text);
  return check(text, { chaosMeshVersion: version ?? null }).map((finding) => {
    const { line, column } = index.position(finding.range.start);
    return `${finding.code} ${line}:${column}`;
  });
}

const BAD = stress({ memory: ['workers: 1', 'size: 50Mi', 'oomScoreAdj: 500'] });
const GOOD = stress();

describe('a flawless manifest', () => {
  for (const [name, text] of Object.entries({ stress: GOOD, schedule: schedule(), workflow: workflow() })) {
    it(`${name} has no findings`, () => assert.deepEqual(places(text), []));
  }
});

describe('the article', () => {
  it('gets exactly the hints it deserves', () => {
    const article = [
      'apiVersion: chaos-mesh.org/v1alpha1',
      'kind: StressChaos',
      'metadata:',
      '  name: mem-stress',
      '  namespace: chaos-mesh',
      'spec:',
      '  mode: all',
      '  selector:',
      '    namespaces:',
      '      - hello-kubernetes',
      '  stressors:',
      '    memory:',
      '      workers: 4',
      '      size: 50MiB',
      "      options: ['']",
      "  duration: '1h'",
      '',
    ].join('\n');
    assert.deepEqual(places(article), ['MS036 7:9', 'MS041 12:5', 'MS021 14:13', 'MS025 15:17']);
    const [manifest] = parseManifests(article);
    assert.equal(manifest?.object?.spec.stressors?.memory?.size, '50MiB');
    assert.deepEqual(manifest?.memory?.totalBytes, 52_428_800);
    assert.equal(manifest?.memory?.workers, 4);
  });
});

describe('tolerance', () => {
  it('leaves other kinds and plain YAML alone', () => {
    assert.deepEqual(places('a: [1, 2\nb: "open\n'), []);
    assert.deepEqual(places('apiVersion: v1\nkind: Pod\nspec: {mode: nonsense}\n'), []);
    assert.deepEqual(places(`apiVersion: v1\nkind: Pod\nspec: "open\n---\n${BAD}`), ['MS011 18:13']);
    assert.deepEqual(
      places('apiVersion: chaos-mesh.org/v1alpha1\nkind: PodChaos\nspec: {mode: nonsense}\n'),
      [],
    );
    assert.deepEqual(
      places('apiVersion: chaos-mesh.org/v1alpha1\nkind: Schedule\nspec: {schedule: x, type: PodChaos}\n'),
      [],
    );
  });

  it('keeps an unclosed quote in its document', () => {
    const text = `${GOOD.replace('10m', '"10m')}---\n${BAD.replace('mem-stress', 'other')}`;
    assert.deepEqual(places(text), ['MS051 16:13', 'MS011 31:13']);
  });

  it('checks the sound parts of a broken document and says nothing of what may be missing', () => {
    const text = BAD.replace('  mode: one\n', '  mode one\n');
    const found = places(text);
    assert.ok(found.includes('MS011 14:13'), found.join());
    assert.ok(
      found.some((each) => each.startsWith('MS051')),
      found.join(),
    );
    assert.ok(!found.some((each) => each.startsWith('MS046')), found.join());
  });

  it('counts lines with CRLF, and keeps them in fixes', () => {
    const text = BAD.replaceAll('\n', '\r\n');
    assert.deepEqual(places(text), ['MS011 14:13']);
    const missing = stress({ memory: ['workers: 1', 'oomScoreAdj: 500'] }).replaceAll('\n', '\r\n');
    const [finding] = check(missing);
    assert.ok(finding?.fix);
    const fixed = applyEdits(missing, finding.fix);
    assert.equal(fixed, GOOD.replaceAll('\n', '\r\n'));
  });

  it('counts columns in UTF-16 units, with a byte order mark and astral characters', () => {
    assert.deepEqual(places(`\uFEFF${BAD}`), ['MS011 14:13']);
    assert.deepEqual(
      places(
        stress({ memory: ['{workers: 1, "𝄞": 1, size: 50Mi, oomScoreAdj: 5}'] }).replace(
          'memory:\n      ',
          'memory: ',
        ),
      ),
      ['MS001 12:26', 'MS011 12:41'],
    );
  });

  it('reads plain scalars as kubectl does', () => {
    assert.deepEqual(
      places(
        stress({
          selector: [
            'namespaces: [shop]',
            'labelSelectors: { a: no, b: 0755, c: 1_000, d: 12-30, e: 2026-11-20 }',
          ],
        }),
      ),
      ['MS045 10:26', 'MS045 10:33', 'MS045 10:42'],
    );
    const [manifest] = parseManifests(
      stress({ memory: ['workers: 0x10', 'size: 1GiB', 'oomScoreAdj: 0764'] }),
    );
    assert.equal(manifest?.object?.spec.stressors?.memory?.workers, 16);
    assert.equal(manifest?.object?.spec.stressors?.memory?.oomScoreAdj, 500);
  });

  it('follows anchors, aliases and merge keys, and edits nothing that is shared', () => {
    const text = stress({
      memory: ['<<: *base', 'size: *size'],
      metadata: ['name: a', 'namespace: b', 'labels: { x: &size 50Mi }'],
    })
      .replace('spec:\n', 'spec:\n  remoteCluster: x\n')
      .replace('kind: StressChaos\n', 'kind: StressChaos\nstatus: &base { workers: 1, oomScoreAdj: 5 }\n');
    assert.deepEqual(places(text), ['MS011 17:13']);
    assert.equal(check(text)[0]?.fix, undefined);
    assert.deepEqual(places(stress({ duration: '*nowhere' })), ['MS051 16:13']);
  });

  it('finds duplicate keys and tabs', () => {
    assert.deepEqual(places(GOOD.replace('  mode: one\n', '  mode: one\n  mode: all\n')), ['MS049 8:3']);
    assert.ok(places(GOOD.replace('  mode', '\tmode')).some((each) => each.startsWith('MS051 7:')));
  });

  it('checks List items with their own names', () => {
    const items = [BAD, BAD].map((text) => `- ${text.trimEnd().replaceAll('\n', '\n  ')}`).join('\n');
    assert.deepEqual(places(`apiVersion: v1\nkind: List\nitems:\n${items}\n`), [
      'MS011 17:15',
      'MS042 23:11',
      'MS011 33:15',
    ]);
    assert.equal(parseManifests(`apiVersion: v1\nkind: List\nitems:\n${items}\n`).length, 2);
  });

  it('gives a template one hint and is quiet', () => {
    const template = BAD.replace('mode: one', 'mode: {{ .Values.mode }}');
    assert.deepEqual(places(`${template}---\n${BAD}`), ['MS057 7:9']);
    assert.deepEqual(places(`{{- if .Values.chaos }}\n${BAD}{{- end }}\n`), ['MS057 1:1']);
    assert.deepEqual(places(`apiVersion: v1\nkind: ConfigMap\ndata: {a: "{{ $labels.x }}"}\n---\n${BAD}`), [
      'MS011 18:13',
    ]);
    assert.deepEqual(parseManifests(template)[0]?.object, null);
  });

  it('answers an alias bomb', () => {
    const bomb = Array.from(
      { length: 30 },
      (_, i) => `  a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`,
    ).join('\n');
    const text = `${GOOD}status:\n  a0: &a0 [x]\n${bomb}\n`;
    const start = process.cpuUsage();
    assert.deepEqual(places(text), []);
    assert.equal(parseManifests(text)[0]?.object, null);
    assert.ok(process.cpuUsage(start).user < 2_000_000);
  });

  it('answers documents nested without end', () => {
    for (const open of ['[', '{a: ', '- ', '{? ', '&a [', '!a ', '"', '\t', '[] ']) {
      const found = check(`${GOOD}status:\n  ${open.repeat(5_000)}`);
      assert.ok(found.length <= 250, `${open}: ${found.length} findings`);
    }
  }).timeout(30_000);

  it('answers files that repeat one mistake thousands of times', () => {
    const start = process.cpuUsage();
    for (const line of ['\tx: 1\n', '  mode: x\n', 'spec: 1\n']) check(GOOD + line.repeat(3_000));
    check(GOOD + Array.from({ length: 3_000 }, (_, i) => `  k${i}: v\n`).join(''));
    const options = Array.from({ length: 3_000 }, (_, i) => `  - --k${i}`);
    check(stress({ memory: ['workers: 1', 'size: 1MiB', 'options:', ...options] }));
    assert.ok(process.cpuUsage(start).user < 10_000_000, `${process.cpuUsage(start).user} us`);
  }).timeout(30_000);

  it('gives the same answer cold and after any edit', () => {
    const checker = new Checker();
    const many = Array.from({ length: 40 }, (_, i) => BAD.replace('mem-stress', `mem-${i}`)).join('---\n');
    assert.deepEqual(checker.check(many), check(many));
    const edited = many.replace('mem-20', 'mem-2');
    assert.deepEqual(checker.check(edited), check(edited));
    assert.ok(check(edited).some((finding) => finding.code === 'MS042'));
    assert.deepEqual(checker.check(''), []);
  });
});
