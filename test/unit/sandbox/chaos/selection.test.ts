import assert from 'node:assert/strict';
import type { Pod, PodSelectorSpec, StressChaosSpec } from '../../../../src/core/kubernetes/objects.js';
import { selectPods as selectByCore } from '../../../../src/core/selection/select.js';
import {
  type Cluster,
  recordId,
  SelectionError,
  selectPods,
  selectTargets,
} from '../../../../src/sandbox/chaos/selection.js';

function pod(
  path: string,
  extra: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    phase?: NonNullable<Pod['status']>['phase'];
    node?: string;
    containers?: string[];
  } = {},
): Pod {
  const [namespace = '', name = ''] = path.split('/');
  const {
    labels = {},
    annotations = {},
    phase = 'Running',
    node = 'n1',
    containers = ['main', 'side'],
  } = extra;
  return {
    metadata: { name, namespace, labels, annotations },
    spec: { nodeName: node, restartPolicy: 'Always', containers: containers.map((one) => ({ name: one })) },
    status: { phase, podIP: `10.0.0.${name.length}` },
  };
}

const CLUSTER: Cluster = {
  pods: [
    pod('a/web-1', { labels: { app: 'web', tier: 'front' }, annotations: { team: 'x' } }),
    pod('a/web-2', { labels: { app: 'web' }, phase: 'Pending', node: 'n2' }),
    pod('a/db-1', { labels: { app: 'db' }, node: 'n2', containers: ['db'] }),
    pod('b/web-1', { labels: { app: 'web' }, node: 'n3' }),
    pod('b/job-1', { phase: 'Succeeded', node: 'n3' }),
  ],
  nodes: [
    { name: 'n1', labels: { zone: 'one' } },
    { name: 'n2', labels: { zone: 'two', disk: 'ssd' } },
    { name: 'n3', labels: { zone: 'two' } },
  ],
};

const hit = (selector: PodSelectorSpec): string[] =>
  selectPods(selector, CLUSTER).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

describe('selection, as Chaos Mesh selects', () => {
  const cases: readonly [string, PodSelectorSpec, string[]][] = [
    ['namespaces', { namespaces: ['b'] }, ['b/web-1', 'b/job-1']],
    ['labels', { namespaces: ['a'], labelSelectors: { app: 'web' } }, ['a/web-1', 'a/web-2']],
    ['all labels', { labelSelectors: { app: 'web', tier: 'front' } }, ['a/web-1']],
    ['annotations', { annotationSelectors: { team: 'x' } }, ['a/web-1']],
    ['the field name', { fieldSelectors: { 'metadata.name': 'web-1' } }, ['a/web-1', 'b/web-1']],
    ['the field node', { fieldSelectors: { 'spec.nodeName': 'n2' } }, ['a/web-2', 'a/db-1']],
    ['an unknown field', { fieldSelectors: { 'spec.foo': '' } }, []],
    ['In', { expressionSelectors: [{ key: 'app', operator: 'In', values: ['db', 'x'] }] }, ['a/db-1']],
    [
      'NotIn, also without the label',
      { expressionSelectors: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
      ['a/db-1', 'b/job-1'],
    ],
    ['Exists', { expressionSelectors: [{ key: 'tier', operator: 'Exists' }] }, ['a/web-1']],
    [
      'DoesNotExist',
      { namespaces: ['b'], expressionSelectors: [{ key: 'app', operator: 'DoesNotExist' }] },
      ['b/job-1'],
    ],
    ['a phase', { podPhaseSelectors: ['Pending'] }, ['a/web-2']],
    ['several phases', { podPhaseSelectors: ['Pending', 'Succeeded'] }, ['a/web-2', 'b/job-1']],
    ['not a phase', { namespaces: ['b'], podPhaseSelectors: ['!Succeeded'] }, ['b/web-1']],
    ['a node', { nodes: ['n1'] }, ['a/web-1']],
    ['nodes by label', { nodeSelectors: { zone: 'two', disk: 'ssd' } }, ['a/web-2', 'a/db-1']],
    [
      'nodes and labels as one set',
      { nodes: ['n1'], nodeSelectors: { disk: 'ssd' } },
      ['a/web-1', 'a/web-2', 'a/db-1'],
    ],
    ['no node of that label', { nodeSelectors: { zone: 'ten' } }, []],
    [
      'pods, and nothing else counts',
      { namespaces: ['b'], labelSelectors: { no: 'one' }, pods: { a: ['db-1', 'gone'], b: ['job-1'] } },
      ['a/db-1', 'b/job-1'],
    ],
    [
      'kinds together',
      { namespaces: ['a'], labelSelectors: { app: 'web' }, podPhaseSelectors: ['Running'] },
      ['a/web-1'],
    ],
  ];
  for (const [what, selector, expected] of cases) {
    it(what, () => assert.deepEqual(hit(selector), expected));
  }

  const failures: readonly [string, PodSelectorSpec, RegExp][] = [
    ['a node that is not there', { nodes: ['n9'] }, /nodes "n9" not found/],
    ['an operator of phases', { podPhaseSelectors: ['a=b'] }, /unsupported operator/],
    [
      'an unknown operator',
      { expressionSelectors: [{ key: 'a', operator: 'Like' }] },
      /not a valid label selector operator/,
    ],
    ['In without values', { expressionSelectors: [{ key: 'a', operator: 'In' }] }, /can't be empty/],
  ];
  for (const [what, selector, message] of failures) {
    it(`fails for ${what}`, () => assert.throws(() => hit(selector), message));
  }

  const first = <T>(items: readonly T[], count: number): T[] => items.slice(0, count);
  const targets = (spec: Partial<StressChaosSpec>): string[] =>
    selectTargets({ mode: 'all', selector: {}, ...spec }, CLUSTER, first).map(recordId);

  it('takes the first container, or those that are named', () => {
    const selector = { namespaces: ['a'] };
    assert.deepEqual(targets({ selector }), ['a/web-1/main', 'a/web-2/main', 'a/db-1/db']);
    assert.deepEqual(targets({ selector, containerNames: ['side', 'no'] }), ['a/web-1/side', 'a/web-2/side']);
    assert.deepEqual(targets({ selector, containerNames: ['side', 'main'] }).length, 4);
  });

  it('chooses by mode and value', () => {
    const count = (mode: StressChaosSpec['mode'], value?: string): number =>
      targets({ mode, ...(value === undefined ? {} : { value }) }).length;
    assert.equal(count('all'), 5);
    assert.equal(count('one'), 1);
    assert.equal(count('fixed', '2'), 2);
    assert.equal(count('fixed', '+3'), 3);
    assert.equal(count('fixed', '99'), 5);
    assert.equal(count('fixed-percent', '1'), 1);
    assert.equal(count('fixed-percent', '50'), 3);
    assert.equal(count('fixed-percent', '100'), 5);
  });

  it('says in its own words that nothing was selected', () => {
    const message = (spec: Partial<StressChaosSpec>): string => {
      try {
        targets(spec);
        return '';
      } catch (error) {
        return error instanceof SelectionError ? error.message : String(error);
      }
    };
    assert.equal(message({ selector: { namespaces: ['none'] } }), 'no pod is selected');
    assert.equal(message({ containerNames: [''] }), 'no target has been selected');
  });

  it('agrees with the selection that the editor previews, on 3000 random selectors', function () {
    this.timeout(60_000);
    const random = generator(20_261_120);
    for (let i = 0; i < 3000; i += 1) {
      const selector = randomSelector(random);
      const spec = { mode: 'all', selector } as const;
      const input = {
        spec,
        namespace: 'a',
        nodes: CLUSTER.nodes,
        pods: CLUSTER.pods.map((one) => ({ pod: one })),
      };
      const core = selectByCore(input);
      const previewed =
        core.problems.length > 0
          ? 'fails'
          : core.pods.map(({ item }) => `${item.pod.metadata.namespace}/${item.pod.metadata.name}`).sort();
      assert.deepEqual(
        selectedOrFails({ namespaces: ['a'], ...selector }),
        previewed,
        JSON.stringify(selector),
      );
    }
  });
});

function selectedOrFails(selector: PodSelectorSpec): string[] | 'fails' {
  try {
    return hit(selector).sort();
  } catch (error) {
    if (error instanceof SelectionError) return 'fails';
    throw error;
  }
}

/** A small linear congruential generator: the same numbers in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomSelector(random: (below: number) => number): PodSelectorSpec {
  const some = <T>(items: readonly T[]): T[] => items.filter(() => random(2) === 0);
  const maybe = (make: () => PodSelectorSpec): PodSelectorSpec => (random(4) === 0 ? make() : {});
  const pick = <T>(items: readonly T[]): T | undefined => items[random(items.length)];
  const values = ['web', 'db', 'front'];
  return {
    ...(random(2) === 0 ? { namespaces: [...some(['a', 'b', 'c']), 'a'] } : {}),
    ...maybe(() => ({ labelSelectors: { [pick(['app', 'tier']) ?? '']: pick(values) ?? '' } })),
    ...maybe(() => ({ annotationSelectors: { team: pick(['x', 'y']) ?? '' } })),
    ...maybe(() => ({
      fieldSelectors: {
        [pick(['metadata.name', 'spec.nodeName', 'status.phase', 'spec.foo']) ?? '']:
          pick(['web-1', 'n2', 'Running', '']) ?? '',
      },
    })),
    ...maybe(() => ({
      expressionSelectors: [
        {
          key: pick(['app', 'tier', 'no']) ?? '',
          operator: pick(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Like']) ?? '',
          values: some(values),
        },
      ].map(({ key, operator, values: list }) =>
        operator.endsWith('st') || operator.endsWith('sts')
          ? { key, operator }
          : { key, operator, values: list },
      ),
    })),
    ...maybe(() => ({
      podPhaseSelectors: some(['Running', 'Pending', '!Succeeded', '!Running', 'Unknown']),
    })),
    ...maybe(() => ({ nodes: some(['n1', 'n2', 'n9']) })),
    ...maybe(() => ({ nodeSelectors: { zone: pick(['one', 'two', 'ten']) ?? '' } })),
    ...(random(10) === 0 ? { pods: { a: some(['web-1', 'db-1', 'gone']), z: ['web-1'] } } : {}),
  };
}
