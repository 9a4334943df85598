import assert from 'node:assert/strict';
import { matchesGlob } from '../../../../src/core/experiment/glob.js';
import {
  type Caution,
  DEFAULT_SAFETY_RULES,
  judgeInjection,
  type PlannedExperiment,
  type SafetyInput,
} from '../../../../src/core/experiment/safety.js';
import { safetyRules } from '../../../../src/core/experiment/safety-rules.js';
import type { Pod, StressChaosSpec } from '../../../../src/core/kubernetes/objects.js';

function pod(key: string, labels: Record<string, string> = {}, nodeName = 'node-1'): { readonly pod: Pod } {
  const [namespace = '', name = ''] = key.split('/');
  return {
    pod: { metadata: { namespace, name, labels }, spec: { nodeName, containers: [{ name: 'app' }] } },
  };
}

function planned(spec: Partial<StressChaosSpec>, namespace = 'shop'): PlannedExperiment {
  return { spec: { mode: 'all', selector: {}, ...spec }, namespace };
}

const PODS = [
  pod('shop/web-1', { app: 'web' }),
  pod('shop/web-2', { app: 'web' }, 'node-2'),
  pod('shop/db', { app: 'db' }),
  pod('kube-system/dns'),
  pod('chaos-mesh/chaos-daemon-x', {
    'app.kubernetes.io/part-of': 'chaos-mesh',
    'app.kubernetes.io/component': 'chaos-daemon',
  }),
  pod('old/chaos-controller', { 'app.kubernetes.io/name': 'chaos-mesh' }),
  pod('podstress/agent-x', { 'app.kubernetes.io/name': 'podstress-agent' }),
];

function judge(
  experiments: PlannedExperiment | readonly PlannedExperiment[],
  parts: Partial<SafetyInput> = {},
) {
  return judgeInjection({
    trusted: true,
    context: 'kind-dev',
    experiments: Array.isArray(experiments) ? experiments : [experiments as PlannedExperiment],
    pods: PODS,
    nodes: null,
    chaosMeshNamespace: null,
    rules: DEFAULT_SAFETY_RULES,
    ...parts,
  });
}

const cautious = (cautions: readonly Caution[]) => cautions.map(({ code, name }) => `${code} ${name}`);

describe('patterns of protected names', () => {
  const rows: readonly [pattern: string, text: string, matches: boolean][] = [
    ['kube-system', 'kube-system', true],
    ['kube-system', 'kube-system-2', false],
    ['kube-*', 'kube-public', true],
    ['kube-*', 'kube', false],
    ['*-system', 'istio-system', true],
    ['*-system', 'system', false],
    ['*prod*', 'arn:aws:eks:eu-west-1:1:cluster/Production', true],
    ['*prod*', 'kind-dev', false],
    ['PROD', 'prod', true],
    ['*', '', true],
    ['', '', true],
    ['', 'x', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a.c', 'abc', false],
    ['(+|[', '(+|[', true],
  ];
  for (const [pattern, text, matches] of rows) {
    it(`“${pattern}” ${matches ? 'takes' : 'leaves'} “${text}”`, () => {
      assert.equal(matchesGlob(pattern, text), matches);
    });
  }

  it('a pattern made to be slow is not', () => {
    assert.equal(matchesGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(5_000)), false);
  });
});

describe('an injection is refused', () => {
  it('from a workspace that is not trusted, whatever it is', () => {
    assert.deepEqual(judge(planned({}), { trusted: false }).refusals, [{ code: 'untrusted-workspace' }]);
    assert.deepEqual(judge([], { trusted: false }).refusals, [{ code: 'untrusted-workspace' }]);
  });

  it('where it may hit Chaos Mesh or our own agent', () => {
    const all = judge(planned({ selector: { namespaces: ['chaos-mesh', 'old', 'podstress', 'shop'] } }));
    assert.deepEqual(all.refusals, [
      { code: 'own-pods', of: 'chaos-mesh', pods: ['chaos-mesh/chaos-daemon-x', 'old/chaos-controller'] },
      { code: 'own-pods', of: 'agent', pods: ['podstress/agent-x'] },
    ]);
    const one = judge(planned({ mode: 'one', selector: { namespaces: ['podstress', 'shop'] } }));
    assert.deepEqual(
      one.refusals.map(({ code }) => code),
      ['own-pods'],
      'one of them may be the one',
    );
  });

  it('where the nodes decide and are not known, as if all were hit', () => {
    const nodeSelectors = { disk: 'ssd' };
    const spec = planned({ selector: { namespaces: ['podstress'], nodeSelectors } });
    assert.deepEqual(
      judge(spec).refusals.map(({ code }) => code),
      ['own-pods'],
    );
    const nodes = [{ name: 'node-1', labels: { disk: 'hdd' } }];
    assert.deepEqual(judge(spec, { nodes }).refusals, []);
  });

  const rules = { ...DEFAULT_SAFETY_RULES, maxTargets: 1 };
  const counts: readonly [what: string, experiments: readonly PlannedExperiment[], targets: number | null][] =
    [
      ['all of three', [planned({})], 3],
      ['one of three', [planned({ mode: 'one' })], null],
      ['two of three', [planned({ mode: 'fixed', value: '2' })], 2],
      ['at most a third', [planned({ mode: 'random-max-percent', value: '33' })], null],
      ['at most two thirds', [planned({ mode: 'random-max-percent', value: '60' })], 2],
      ['none by the container’s name', [planned({ containerNames: ['other'] })], null],
      ['one each, of the same Pods', [planned({ mode: 'one' }), planned({ mode: 'one' })], 2],
      [
        'the same one twice',
        [
          planned({ selector: { labelSelectors: { app: 'db' } } }),
          planned({ selector: { pods: { shop: ['db'] } } }),
        ],
        null,
      ],
      ['what another cluster has', [planned({ remoteCluster: 'far' })], null],
    ];
  for (const [what, experiments, targets] of counts) {
    it(`with more targets than the limit: ${what}`, () => {
      const expected = targets === null ? [] : [{ code: 'too-many-targets', targets, maxTargets: 1 }];
      assert.deepEqual(judge(experiments, { rules }).refusals, expected);
    });
  }

  it('without a limit, never for the number', () => {
    const many = new Array(500).fill(null).map((_, index) => pod(`shop/p${index}`));
    const free = { ...DEFAULT_SAFETY_RULES, maxTargets: 0 };
    assert.deepEqual(judge(planned({}), { pods: many, rules: free }).refusals, []);
    assert.deepEqual(judge(planned({}), { pods: many }).refusals, [
      { code: 'too-many-targets', targets: 500, maxTargets: 20 },
    ]);
  });
});

describe('an injection wants a name typed', () => {
  const rows: readonly [
    what: string,
    experiment: PlannedExperiment,
    parts: Partial<SafetyInput>,
    string[],
  ][] = [
    ['nothing guarded', planned({}), {}, []],
    ['a guarded context', planned({}), { context: 'EU-Prod-1' }, ['protected-context EU-Prod-1']],
    [
      'a guarded namespace among others',
      planned({ selector: { namespaces: ['shop', 'kube-system', 'kube-system'] } }),
      {},
      ['protected-namespace kube-system'],
    ],
    [
      'a guarded namespace of single Pods',
      planned({ selector: { namespaces: ['shop'], pods: { 'kube-system': ['dns'] } } }),
      {},
      ['protected-namespace kube-system'],
    ],
    [
      'single Pods elsewhere: other selectors do not count then',
      planned({ selector: { namespaces: ['kube-system'], pods: { shop: ['db'] } } }),
      {},
      [],
    ],
    ['no namespace: its own', planned({}, 'kube-system'), {}, ['protected-namespace kube-system']],
    ['its own is not acted on', planned({ selector: { namespaces: ['shop'] } }, 'chaos-mesh'), {}, []],
    [
      'where Chaos Mesh runs, whatever it is called',
      planned({ selector: { namespaces: ['shop'] } }),
      { chaosMeshNamespace: 'shop' },
      ['protected-namespace shop'],
    ],
    [
      'another cluster',
      planned({ remoteCluster: 'far', selector: { namespaces: ['kube-system'] } }),
      {},
      ['remote-cluster far'],
    ],
    [
      'context first, then namespaces',
      planned({ selector: { namespaces: ['istio-system', 'openshift-etcd'] } }),
      { context: 'prod' },
      ['protected-context prod', 'protected-namespace istio-system', 'protected-namespace openshift-etcd'],
    ],
  ];
  for (const [what, experiment, parts, expected] of rows) {
    it(what, () => assert.deepEqual(cautious(judge(experiment, parts).cautions), expected));
  }

  it('once for several experiments', () => {
    const one = planned({ selector: { namespaces: ['kube-system'] } });
    assert.deepEqual(cautious(judge([one, one]).cautions), ['protected-namespace kube-system']);
  });
});

describe('the rules that hold', () => {
  it('are the defaults where nothing, or nothing readable, is written', () => {
    assert.deepEqual(safetyRules({}), DEFAULT_SAFETY_RULES);
    const broken = { protectedContexts: 'prod', protectedNamespaces: null, maxTargets: -1 };
    assert.deepEqual(safetyRules(broken), DEFAULT_SAFETY_RULES);
    assert.deepEqual(safetyRules({ maxTargets: 1.5 }), DEFAULT_SAFETY_RULES);
  });

  it('are the user’s, who may empty them', () => {
    assert.deepEqual(
      safetyRules({ protectedContexts: [' live ', 7, ''], protectedNamespaces: [], maxTargets: 0 }),
      {
        protectedContexts: ['live'],
        protectedNamespaces: [],
        maxTargets: 0,
      },
    );
  });

  it('others can only make stricter', () => {
    const own = { protectedContexts: ['live'], protectedNamespaces: ['bank'], maxTargets: 10 };
    const workspace = { protectedContexts: [], protectedNamespaces: ['shop'], maxTargets: 0 };
    assert.deepEqual(safetyRules(own, [workspace, { maxTargets: 50 }, { protectedContexts: 'x' }]), {
      protectedContexts: ['live'],
      protectedNamespaces: ['bank', 'shop'],
      maxTargets: 10,
    });
    assert.equal(safetyRules(own, [{ maxTargets: 3 }]).maxTargets, 3);
    assert.equal(safetyRules({ maxTargets: 0 }, [{ maxTargets: 3 }]).maxTargets, 3);
  });
});
