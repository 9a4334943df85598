import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Pod, StressChaosSpec } from '../../../../src/core/kubernetes/objects.js';
import { type LabelRequirement, labelPredicate } from '../../../../src/core/selection/requirement.js';
import { selectPods } from '../../../../src/core/selection/select.js';

interface PodParts {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly node?: string;
  readonly phase?: NonNullable<Pod['status']>['phase'];
  readonly containers?: readonly string[];
  readonly spec?: Partial<Pod['spec']>;
  readonly status?: Partial<NonNullable<Pod['status']>>;
}

function pod(place: string, parts: PodParts = {}): { pod: Pod } {
  const [namespace = '', name = ''] = place.split('/');
  return {
    pod: {
      metadata: { name, namespace, labels: parts.labels ?? {}, annotations: parts.annotations ?? {} },
      spec: {
        nodeName: parts.node ?? 'n1',
        restartPolicy: 'Always',
        containers: (parts.containers ?? ['main', 'side']).map((container) => ({ name: container })),
        ...parts.spec,
      },
      status: { phase: parts.phase ?? 'Running', ...parts.status },
    },
  };
}

const PODS = [
  pod('b/web', { labels: { app: 'web', tier: 'front' }, node: 'n2' }),
  pod('a/api', { labels: { app: 'api' }, annotations: { team: 'red' }, status: { podIP: '10.0.0.7' } }),
  pod('a/web', { labels: { app: 'web', tier: 'back' }, phase: 'Pending', node: '' }),
  pod('a/job', {
    labels: { app: '' },
    phase: 'Succeeded',
    containers: ['work'],
    spec: {
      restartPolicy: 'Never',
      serviceAccountName: 'robot',
      schedulerName: 'own',
      initContainers: [{ name: 'main' }],
    },
  }),
];
const NODES = [
  { name: 'n1', labels: { disk: 'ssd' } },
  { name: 'n2', labels: { disk: 'hdd' } },
  { name: 'n3', labels: { disk: 'ssd', gpu: '' } },
];

type Spec = Partial<Pick<StressChaosSpec, 'selector' | 'mode' | 'value' | 'containerNames'>>;

function hit(spec: Spec, nodes: typeof NODES | null = NODES): { places: string; problems: string } {
  const selection = selectPods({
    spec: { mode: 'all', selector: {}, ...spec },
    namespace: 'a',
    pods: PODS,
    nodes,
  });
  return {
    places: selection.pods
      .map(({ item }) => `${item.pod.metadata.namespace}/${item.pod.metadata.name}`)
      .join(' '),
    problems: selection.problems.map((problem) => problem.code).join(' '),
  };
}

const ALL_A = 'a/api a/job a/web';
const ALL = `${ALL_A} b/web`;

describe('core/selection', () => {
  const selectors: readonly [string, NonNullable<Spec['selector']>, string][] = [
    ["an empty selector: the experiment's own namespace", {}, ALL_A],
    ['empty namespaces: the same', { namespaces: [] }, ALL_A],
    ['one namespace', { namespaces: ['b'] }, 'b/web'],
    ['two namespaces', { namespaces: ['b', 'a'] }, ALL],
    ['a namespace that is not there', { namespaces: ['c'] }, ''],
    ['a label', { labelSelectors: { app: 'web' } }, 'a/web'],
    ['a label in two namespaces', { namespaces: ['a', 'b'], labelSelectors: { app: 'web' } }, 'a/web b/web'],
    ['two labels: both', { namespaces: ['a', 'b'], labelSelectors: { app: 'web', tier: 'front' } }, 'b/web'],
    ['a label with an empty value', { labelSelectors: { app: '' } }, 'a/job'],
    ['a label that only the prototype has', { labelSelectors: { constructor: 'x' } }, ''],
    ['an annotation', { annotationSelectors: { team: 'red' } }, 'a/api'],
    ['an annotation with another value', { annotationSelectors: { team: 'blue' } }, ''],
    ['In', { expressionSelectors: [{ key: 'app', operator: 'In', values: ['api', 'x'] }] }, 'a/api'],
    [
      'In without the label',
      { expressionSelectors: [{ key: 'tier', operator: 'In', values: ['front'] }] },
      '',
    ],
    ['NotIn', { expressionSelectors: [{ key: 'app', operator: 'NotIn', values: ['api'] }] }, 'a/job a/web'],
    [
      'NotIn without the label',
      { expressionSelectors: [{ key: 'x', operator: 'NotIn', values: ['y'] }] },
      ALL_A,
    ],
    ['Exists', { expressionSelectors: [{ key: 'tier', operator: 'Exists' }] }, 'a/web'],
    ['Exists with an empty value', { expressionSelectors: [{ key: 'app', operator: 'Exists' }] }, ALL_A],
    ['DoesNotExist', { expressionSelectors: [{ key: 'tier', operator: 'DoesNotExist' }] }, 'a/api a/job'],
    [
      'two expressions: both',
      {
        expressionSelectors: [
          { key: 'app', operator: 'Exists' },
          { key: 'tier', operator: 'DoesNotExist' },
        ],
      },
      'a/api a/job',
    ],
    ['a phase', { podPhaseSelectors: ['Running'] }, 'a/api'],
    ['two phases: either', { podPhaseSelectors: ['Running', 'Pending'] }, 'a/api a/web'],
    ['a phase that is refused', { podPhaseSelectors: ['!Running'] }, 'a/job a/web'],
    ['two that are refused', { podPhaseSelectors: ['!Running', '!Pending'] }, 'a/job'],
    ['taken and refused at once', { podPhaseSelectors: ['Running', '!Running'] }, ''],
    ['phases in one text', { podPhaseSelectors: ['Running, Pending'] }, 'a/api a/web'],
    ['a phase in the wrong case', { podPhaseSelectors: ['running'] }, ''],
    ['no phases', { podPhaseSelectors: [] }, ALL_A],
    ['a field', { fieldSelectors: { 'metadata.name': 'web' } }, 'a/web'],
    ['the namespace as a field', { fieldSelectors: { 'metadata.namespace': 'b' } }, ''],
    ['the node as a field', { namespaces: ['a', 'b'], fieldSelectors: { 'spec.nodeName': 'n2' } }, 'b/web'],
    ['no node as a field', { fieldSelectors: { 'spec.nodeName': '' } }, 'a/web'],
    ['the restart policy', { fieldSelectors: { 'spec.restartPolicy': 'Never' } }, 'a/job'],
    ['the scheduler', { fieldSelectors: { 'spec.schedulerName': 'own' } }, 'a/job'],
    ['the service account', { fieldSelectors: { 'spec.serviceAccountName': 'robot' } }, 'a/job'],
    ['the phase as a field', { fieldSelectors: { 'status.phase': 'Pending' } }, 'a/web'],
    ['the address', { fieldSelectors: { 'status.podIP': '10.0.0.7' } }, 'a/api'],
    ['the nominated node', { fieldSelectors: { 'status.nominatedNodeName': '' } }, ALL_A],
    ['two fields: both', { fieldSelectors: { 'metadata.name': 'web', 'status.phase': 'Running' } }, ''],
    ['a field that cannot be selected by', { fieldSelectors: { 'spec.hostname': '' } }, ''],
    ['a node', { namespaces: ['a', 'b'], nodes: ['n2'] }, 'b/web'],
    ['two nodes: either', { namespaces: ['a', 'b'], nodes: ['n1', 'n2'] }, 'a/api a/job b/web'],
    ['a node by its label', { namespaces: ['a', 'b'], nodeSelectors: { disk: 'hdd' } }, 'b/web'],
    ['a label of no node', { nodeSelectors: { disk: 'tape' } }, ''],
    ['two labels of one node', { nodeSelectors: { disk: 'ssd', gpu: '' } }, ''],
    [
      'nodes and labels of nodes: their union',
      { namespaces: ['a', 'b'], nodes: ['n2'], nodeSelectors: { disk: 'ssd' } },
      'a/api a/job b/web',
    ],
    ['empty nodes: any', { nodes: [], nodeSelectors: {} }, ALL_A],
    [
      'all kinds at once: all must hold',
      {
        namespaces: ['a', 'b'],
        labelSelectors: { app: 'web' },
        podPhaseSelectors: ['Running'],
        nodes: ['n2'],
        fieldSelectors: { 'metadata.name': 'web' },
        expressionSelectors: [{ key: 'tier', operator: 'In', values: ['front'] }],
      },
      'b/web',
    ],
    ['Pods by name', { pods: { a: ['web', 'api'] } }, 'a/api a/web'],
    ['Pods by name in another namespace', { pods: { b: ['web'] } }, 'b/web'],
    ['Pods by name that are not there', { pods: { a: ['nobody'], c: ['web'] } }, ''],
    [
      'Pods by name: every other selector is ignored',
      {
        pods: { a: ['web'] },
        namespaces: ['b'],
        labelSelectors: { app: 'api' },
        podPhaseSelectors: ['Failed'],
      },
      'a/web',
    ],
    ['empty Pods by name: as if they were not there', { pods: {}, namespaces: ['b'] }, 'b/web'],
  ];
  for (const [what, selector, expected] of selectors) {
    it(`selects by ${what}`, () => {
      assert.deepEqual(hit({ selector }), { places: expected, problems: '' });
    });
  }

  const problems: readonly [string, Spec, string, (typeof NODES | null)?][] = [
    ['a node that is not there', { selector: { nodes: ['n9'] } }, 'unknown-node'],
    ['labels of nodes nobody told', { selector: { nodeSelectors: { disk: 'ssd' } } }, 'nodes-unknown', null],
    [
      'an unknown operator',
      { selector: { expressionSelectors: [{ key: 'a', operator: 'Gt' }] } },
      'invalid-expression',
    ],
    [
      'In without values',
      { selector: { expressionSelectors: [{ key: 'a', operator: 'In' }] } },
      'invalid-expression',
    ],
    [
      'Exists with values',
      { selector: { expressionSelectors: [{ key: 'a', operator: 'Exists', values: ['x'] }] } },
      'invalid-expression',
    ],
    [
      'a phase with an operator',
      { selector: { podPhaseSelectors: ['Running in (x)'] } },
      'unsupported-phase',
    ],
    ['an empty phase', { selector: { podPhaseSelectors: [''] } }, 'unsupported-phase'],
    ['fixed without a value', { mode: 'fixed' }, 'invalid-value'],
    ['fixed 0', { mode: 'fixed', value: '0' }, 'invalid-value'],
    ['a percentage above 100', { mode: 'fixed-percent', value: '101' }, 'invalid-value'],
    ['a percentage with its sign', { mode: 'random-max-percent', value: '50%' }, 'invalid-value'],
  ];
  for (const [what, spec, code, nodes] of problems) {
    it(`says what is wrong with ${what}`, () => {
      assert.deepEqual(hit(spec, nodes === undefined ? NODES : nodes), { places: '', problems: code });
    });
  }

  it('trusts the names of nodes where nobody told the nodes', () => {
    assert.equal(hit({ selector: { namespaces: ['b'], nodes: ['n2'] } }, null).places, 'b/web');
  });

  const modes: readonly [StressChaosSpec['mode'], string | undefined, number, number, number][] = [
    ['all', undefined, 7, 7, 7],
    ['one', undefined, 7, 1, 1],
    ['one', undefined, 0, 0, 0],
    ['fixed', '3', 7, 3, 3],
    ['fixed', '+3', 7, 3, 3],
    ['fixed', '30', 7, 7, 7],
    ['fixed-percent', '50', 7, 4, 4],
    ['fixed-percent', '1', 7, 1, 1],
    ['fixed-percent', '100', 7, 7, 7],
    ['fixed-percent', '50', 0, 0, 0],
    ['random-max-percent', '50', 7, 0, 4],
    ['random-max-percent', '100', 7, 0, 7],
  ];
  for (const [mode, value, available, atLeast, atMost] of modes) {
    it(`takes ${atLeast}..${atMost} of ${available} by ${mode} ${value ?? ''}`, () => {
      const selection = selectPods({
        spec: { mode, selector: { namespaces: ['x'] }, ...(value !== undefined && { value }) },
        namespace: 'a',
        pods: Array.from({ length: available }, (_, index) => pod(`x/p${index}`)),
        nodes: null,
      });
      assert.deepEqual([selection.atLeast, selection.atMost], [atLeast, atMost]);
    });
  }

  it('takes the first container, or those that are named, never an init container', () => {
    const containers = (names?: readonly string[]): string[] =>
      selectPods({
        spec: { mode: 'all', selector: {}, ...(names !== undefined && { containerNames: names }) },
        namespace: 'a',
        pods: PODS,
        nodes: null,
      }).pods.map((selected) => selected.containers.join('+'));
    assert.deepEqual(containers(), ['main', 'work', 'main']);
    assert.deepEqual(containers([]), ['main', 'work', 'main']);
    assert.deepEqual(containers(['side', 'main']), ['main+side', '', 'main+side']);
    assert.deepEqual(containers(['']), ['', '', '']);
  });

  interface Row {
    readonly error: string | null;
    readonly requirement: LabelRequirement;
    readonly matches?: Readonly<Record<string, boolean>>;
  }
  const rows: readonly Row[] = JSON.parse(
    readFileSync('test/fixtures/go-truth/labelRequirements.json', 'utf8'),
  );
  const labels: Readonly<Record<string, Record<string, string>>> = {
    'a=': { a: '' },
    'a=x': { a: 'x' },
    'a=z': { a: 'z' },
    empty: {},
  };
  for (const row of rows) {
    it(`reads ${JSON.stringify(row.requirement).slice(0, 70)} as Kubernetes does`, () => {
      const predicate = labelPredicate(row.requirement);
      assert.equal(predicate === null, row.error !== null);
      for (const [name, expected] of Object.entries(row.matches ?? {})) {
        assert.equal(predicate?.(labels[name] ?? {}), expected, name);
      }
    });
  }
});
