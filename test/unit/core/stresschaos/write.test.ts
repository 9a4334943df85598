import assert from 'node:assert/strict';
import { parse } from 'yaml';
import type { StressChaos } from '../../../../src/core/kubernetes/objects.js';
import { check } from '../../../../src/core/stresschaos/check/checker.js';
import { freeName } from '../../../../src/core/stresschaos/free-name.js';
import { parseManifests } from '../../../../src/core/stresschaos/parse.js';
import { writeStressChaos } from '../../../../src/core/stresschaos/write.js';

const OBJECT: StressChaos = {
  apiVersion: 'chaos-mesh.org/v1alpha1',
  kind: 'StressChaos',
  metadata: { name: 'memory-web-1-app', namespace: 'shop', uid: 'u', resourceVersion: '7' },
  spec: {
    mode: 'all',
    selector: { pods: { shop: ['web-1', 'web-2'] } },
    containerNames: ['app'],
    stressors: { memory: { workers: 4, size: '50MiB', options: ['--time', '30s'] } },
    duration: '5m',
  },
};

describe('a StressChaos as text', () => {
  it('is what its author would write, and nothing is wrong with it', () => {
    const text = writeStressChaos(OBJECT);
    assert.equal(
      text,
      `apiVersion: chaos-mesh.org/v1alpha1
kind: StressChaos
metadata:
  name: memory-web-1-app
  namespace: shop
spec:
  mode: all
  selector:
    pods:
      shop:
        - web-1
        - web-2
  containerNames:
    - app
  stressors:
    memory:
      workers: 4
      size: 50MiB
      options:
        - '--time'
        - 30s
  duration: 5m
`,
    );
    assert.deepEqual(
      check(text).filter(({ severity }) => severity === 'error' || severity === 'warning'),
      [],
    );
    const { metadata, spec } = parseManifests(text)[0]?.object ?? assert.fail('it cannot be read');
    assert.deepEqual(metadata, { name: 'memory-web-1-app', namespace: 'shop' });
    assert.deepEqual(spec, OBJECT.spec);
  });

  const texts = [
    '',
    ' ',
    'no',
    'Yes',
    'n',
    'null',
    '~',
    '0755',
    '1e3',
    '1_000',
    '12:30:45',
    '2026-11-21',
    '50',
    '50%',
    '1.5GiB',
    '1h30m',
    '0x1F',
    '.inf',
    '- a',
    'a: b',
    'a #b',
    '#a',
    '!Running',
    '&a',
    '*a',
    '{a}',
    "it's",
    'say "x"',
    'back\\slash',
    'two\nlines',
    'tab\there',
    '\u0000\u001b[201~\u007f\u0085',
    '\u2028\u202e\ufeff',
    'café 日本 \u{1f600}',
    '--time',
    '---',
    '...',
    '{{ .Values.x }}',
    '<<',
    '=',
    '@a',
    '`a`',
    'a'.repeat(300),
  ];
  it('keeps every text a text, by YAML 1.1 and 1.2 and by our own reader', () => {
    const spec = {
      ...OBJECT.spec,
      selector: {
        labelSelectors: Object.fromEntries(texts.map((text, index) => [`k${index}`, text])),
        annotationSelectors: Object.fromEntries(texts.map((text, index) => [text, `v${index}`])),
        podPhaseSelectors: texts,
      },
    };
    const text = writeStressChaos({ ...OBJECT, spec });
    for (const version of ['1.1', '1.2'] as const) {
      const read = parse(text, { version }) as StressChaos;
      assert.deepEqual(read.spec, spec, version);
    }
    assert.doesNotMatch(text, /[^\n -~]/, 'nothing but printable ASCII');
  });

  it('has no empty blocks for what is empty or not there', () => {
    const text = writeStressChaos({
      ...OBJECT,
      spec: { mode: 'all', selector: {}, containerNames: [], value: undefined as unknown as string },
    });
    assert.match(text, /selector: \{\}\n {2}containerNames: \[\]\n$/);
  });
});

describe('a free name', () => {
  it('is the name itself, else the first number behind it that is free', () => {
    assert.equal(freeName('a', new Set()), 'a');
    assert.equal(freeName('a', new Set(['a'])), 'a-2');
    assert.equal(freeName('a', new Set(['a', 'a-2', 'a-3'])), 'a-4');
  });

  it('stays a name where the number takes its end', () => {
    const long = `${'a'.repeat(60)}-bc`;
    const free = freeName(long, new Set([long]));
    assert.equal(free, `${'a'.repeat(60)}-2`);
    assert.ok(freeName('b'.repeat(80), new Set()).length <= 63);
  });
});
