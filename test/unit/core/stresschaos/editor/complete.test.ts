import assert from 'node:assert/strict';
import type { ClusterNames } from '../../../../../src/core/stresschaos/editor/cluster-names.js';
import { type Completion, complete } from '../../../../../src/core/stresschaos/editor/complete.js';
import { applyEdits } from '../../../../../src/core/stresschaos/fix.js';
import { stress } from '../../../../../src/core/stresschaos/rules/example.js';

const CLUSTER: ClusterNames = {
  namespaces: () => ['chaos-mesh', 'shop'],
  pods: (namespace) =>
    [
      {
        namespace: 'shop',
        name: 'web-0',
        labels: { app: 'web', tier: 'front' },
        annotations: {},
        containers: ['app', 'proxy'],
      },
      {
        namespace: 'chaos-mesh',
        name: 'daemon',
        labels: { app: 'daemon' },
        annotations: { note: 'x' },
        containers: ['daemon'],
      },
    ].filter((pod) => namespace === null || pod.namespace === namespace),
  nodes: () => [{ name: 'node-1', labels: { zone: 'a' }, memoryBytes: null }],
};

/** Completions at `|`. */
function at(
  marked: string,
  cluster: ClusterNames | null = null,
  version: string | null = null,
): Completion[] {
  const offset = marked.indexOf('|');
  assert.notEqual(offset, -1);
  return complete(marked.replace('|', ''), offset, { locale: 'en', cluster, chaosMeshVersion: version });
}

function labels(marked: string, cluster: ClusterNames | null = null): string[] {
  return at(marked, cluster).map((each) => each.label);
}

/** The text after the completion of that label was taken. */
function taken(marked: string, label: string, cluster: ClusterNames | null = null): string {
  const item = at(marked, cluster).find((each) => each.label === label);
  assert.ok(item, `no ${label} among ${labels(marked, cluster).join(', ')}`);
  return applyEdits(marked.replace('|', ''), [{ range: item.range, newText: item.insertText }]);
}

const HEAD = 'apiVersion: chaos-mesh.org/v1alpha1\nkind: StressChaos\nmetadata:\n  name: a\n';

describe('completion of keys', () => {
  it('on an empty line, by the column of the cursor', () => {
    assert.deepEqual(labels(`${HEAD}|`).sort(), ['spec', 'status']);
    const spec = `${HEAD}spec:\n  mode: one\n`;
    assert.ok(labels(`${spec}  |`).includes('selector'));
    assert.ok(!labels(`${spec}  |`).includes('mode'), 'what is there already is not offered');
    assert.ok(labels(`${spec}  stressors:\n    memory:\n      |\n  duration: 1m\n`).includes('oomScoreAdj'));
    assert.ok(labels(`${HEAD}  |\nspec: {}\n`).includes('namespace'));
  });

  it('of a half-typed word', () => {
    const text = `${HEAD}spec:\n  stressors:\n    memory:\n      workers: 1\n      si|\n  mode: one\n`;
    assert.ok(labels(text).includes('size'));
    assert.equal(taken(text, 'size'), text.replace('si|', 'size: '));
  });

  it('in flow style, closed or not', () => {
    assert.deepEqual(labels(`${HEAD}spec: { stressors: { memory: { workers: 1, | } } }\n`), [
      'size',
      'oomScoreAdj',
      'options',
    ]);
    assert.ok(labels(`${HEAD}spec: { stressors: { memory: { wo|`).includes('workers'));
    assert.ok(labels(`${HEAD}spec: {|}`).includes('mode'));
  });

  it('opens blocks and lists with their indentation', () => {
    assert.equal(taken(`${HEAD}spec:\n  sel|\n`, 'selector'), `${HEAD}spec:\n  selector:\n    \n`);
    assert.equal(
      taken(`${HEAD}spec:\n  selector:\n    names|\n`, 'namespaces'),
      `${HEAD}spec:\n  selector:\n    namespaces:\n      - \n`,
    );
  });

  it('keeps a colon that is there', () => {
    assert.equal(taken(`${HEAD}spec:\n  mod|: one\n`, 'mode'), `${HEAD}spec:\n  mode: one\n`);
  });

  it('by version', () => {
    const text = `${HEAD}spec:\n  |`;
    assert.ok(at(text, null, '2.5').some((each) => each.label === 'remoteCluster'));
    assert.ok(!at(text, null, '2.4').some((each) => each.label === 'remoteCluster'));
  });

  it('in items of a list of blocks', () => {
    assert.deepEqual(labels(`${HEAD}spec:\n  selector:\n    expressionSelectors:\n      - |`), [
      'key',
      'operator',
      'values',
    ]);
    assert.deepEqual(
      labels(`${HEAD}spec:\n  selector:\n    expressionSelectors:\n      - key: app\n        |`),
      ['operator', 'values'],
    );
  });

  it('inside Schedule, Workflow and List', () => {
    const schedule =
      'apiVersion: chaos-mesh.org/v1alpha1\nkind: Schedule\nspec:\n  stressChaos:\n    stressors:\n      memory:\n        |';
    assert.ok(labels(schedule).includes('size'));
    const workflow =
      'apiVersion: chaos-mesh.org/v1alpha1\nkind: Workflow\nspec:\n  templates:\n    - name: a\n      |';
    assert.ok(labels(workflow).includes('deadline'));
    const list = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: chaos-mesh.org/v1alpha1\n  kind: StressChaos\n  spec:\n    |`;
    assert.ok(labels(list).includes('stressors'));
  });
});

describe('completion of values', function () {
  this.timeout(30_000);

  const spec = (line: string) => `${HEAD}spec:\n  ${line}\n  duration: 1m\n`;

  it('enumerations, also half typed and quoted', () => {
    const modes = ['one', 'all', 'fixed', 'fixed-percent', 'random-max-percent'];
    assert.deepEqual(labels(spec('mode: |')), modes);
    assert.deepEqual(labels(spec('mode:|')), modes);
    assert.equal(taken(spec('mode: fi|'), 'fixed-percent'), spec('mode: fixed-percent'));
    assert.equal(taken(spec('mode: "al|"'), 'all'), spec('mode: all'));
    assert.deepEqual(labels(`${HEAD}spec: {mode: |}`), modes);
  });

  it('units after a number', () => {
    const memory = (line: string) => spec(`stressors: { memory: { workers: 1, ${line} } }`);
    assert.deepEqual(labels(memory('size: 50|')), [
      '50MiB',
      '50GiB',
      '50KiB',
      '50TiB',
      '50MB',
      '50GB',
      '50%',
    ]);
    assert.equal(taken(memory('size: 50M|'), '50MiB'), memory('size: 50MiB'));
    assert.equal(taken(`${HEAD}spec:\n  duration: 30|\n`, '30s'), `${HEAD}spec:\n  duration: '30s'\n`);
  });

  it('operators, phases, field names, flags', () => {
    assert.deepEqual(
      labels(`${HEAD}spec:\n  selector:\n    expressionSelectors:\n      - key: a\n        operator: |`),
      ['In', 'NotIn', 'Exists', 'DoesNotExist'],
    );
    assert.ok(labels(`${HEAD}spec:\n  selector:\n    podPhaseSelectors:\n      - |`).includes('Running'));
    assert.ok(labels(`${HEAD}spec:\n  selector:\n    podPhaseSelectors: [Ru|]`).includes('Running'));
    assert.ok(labels(`${HEAD}spec:\n  selector:\n    fieldSelectors:\n      |`).includes('spec.nodeName'));
    assert.ok(labels(spec('stressors: { memory: { options: [|] } }')).includes('--time'));
    assert.deepEqual(labels('apiVersion: chaos-mesh.org/v1alpha1\nkind: |\n'), [
      'StressChaos',
      'Schedule',
      'Workflow',
    ]);
  });

  it('template names of a Workflow', () => {
    const text =
      'apiVersion: chaos-mesh.org/v1alpha1\nkind: Workflow\nspec:\n  entry: |\n  templates:\n    - name: first\n    - name: second\n';
    assert.deepEqual(labels(text), ['first', 'second']);
  });

  it('names of the connected cluster', () => {
    assert.deepEqual(labels(spec('selector: { namespaces: [|] }'), CLUSTER), ['chaos-mesh', 'shop']);
    assert.deepEqual(labels(spec('selector: { namespaces: [|] }')), []);
    const inShop = (rest: string) => `${HEAD}spec:\n  selector:\n    namespaces: [shop]\n${rest}`;
    assert.deepEqual(labels(inShop('    labelSelectors:\n      |'), CLUSTER), ['app', 'tier']);
    assert.deepEqual(labels(inShop('    labelSelectors:\n      app: |'), CLUSTER), ['web']);
    assert.deepEqual(labels(inShop('  containerNames:\n    - |'), CLUSTER), ['app', 'proxy']);
    assert.deepEqual(labels(spec('selector: { pods: { shop: [|] } }'), CLUSTER), ['web-0']);
    assert.deepEqual(labels(spec('selector: { nodes: [|] }'), CLUSTER), ['node-1']);
    assert.deepEqual(labels(spec('selector: { nodeSelectors: { zone: | } }'), CLUSTER), ['a']);
  });

  it('says nothing in comments, block text and documents that are not ours', () => {
    assert.deepEqual(labels(spec('mode: one # |')), []);
    assert.deepEqual(labels('apiVersion: v1\nkind: Pod\nspec:\n  |'), []);
    assert.deepEqual(labels(`${HEAD}---\napiVersion: v1\nkind: Pod\nspec:\n  |`), []);
  });

  it('answers at every offset of a manifest, whole or cut off', () => {
    const text = stress();
    for (let offset = 0; offset <= text.length; offset++) {
      for (const each of [text, text.slice(0, offset)]) {
        for (const item of complete(each, offset, { locale: 'fr', cluster: CLUSTER })) {
          assert.ok(item.range.start <= offset && offset <= item.range.end && item.range.end <= each.length);
        }
      }
    }
  });
});
