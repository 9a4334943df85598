import assert from 'node:assert/strict';
import type { StressChaosSpec } from '../../../src/core/kubernetes/objects.js';
import { selectTargets } from '../../../src/extension/present/targets.js';
import { podView } from './support/views.js';

const PODS = [
  podView({ name: 'a', labels: { app: 'web', tier: 'front' } }),
  podView({ name: 'b', labels: { app: 'web' }, nodeName: 'other' }),
  podView({ name: 'c', labels: { app: 'db' }, phase: 'Pending' }),
  podView({ namespace: 'chaos-mesh', name: 'daemon' }),
];

function names(spec: Partial<StressChaosSpec>, namespace = 'chaos-mesh'): string[] | null {
  const targets = selectTargets({ mode: 'all', selector: {}, ...spec }, namespace, PODS);
  return targets?.candidates.map(({ pod }) => pod.name) ?? null;
}

function taken(mode: StressChaosSpec['mode'], value?: string): [number, number] | null {
  const selector = { namespaces: ['hello-kubernetes'] };
  const targets = selectTargets(
    { mode, selector, ...(value === undefined ? {} : { value }) },
    'chaos-mesh',
    PODS,
  );
  return targets === null ? null : [targets.atLeast, targets.atMost];
}

describe('targets of an experiment', () => {
  const hello = { namespaces: ['hello-kubernetes'] };

  it('an empty selector hits the experiment’s own namespace', () => {
    assert.deepEqual(names({ selector: {} }), ['daemon']);
    assert.deepEqual(names({ selector: {} }, 'hello-kubernetes'), ['a', 'b', 'c']);
  });

  it('named Pods win alone', () => {
    const selector = { pods: { 'hello-kubernetes': ['b', 'gone'] }, labelSelectors: { app: 'nothing' } };
    assert.deepEqual(names({ selector }), ['b']);
  });

  it('all kinds of selector must hold', () => {
    assert.deepEqual(names({ selector: { ...hello, labelSelectors: { app: 'web' } } }), ['a', 'b']);
    assert.deepEqual(names({ selector: { ...hello, labelSelectors: { app: 'web' }, nodes: ['other'] } }), [
      'b',
    ]);
    assert.deepEqual(names({ selector: { ...hello, podPhaseSelectors: ['Running'] } }), ['a', 'b']);
    assert.deepEqual(names({ selector: { ...hello, podPhaseSelectors: ['!Running'] } }), ['c']);
    assert.deepEqual(names({ selector: { ...hello, fieldSelectors: { 'metadata.name': 'a' } } }), ['a']);
  });

  it('label expressions', () => {
    const by = (operator: string, values?: string[]) =>
      names({
        selector: {
          ...hello,
          expressionSelectors: [{ key: 'tier', operator, ...(values === undefined ? {} : { values }) }],
        },
      });
    assert.deepEqual(by('In', ['front']), ['a']);
    assert.deepEqual(by('NotIn', ['front']), ['b', 'c']);
    assert.deepEqual(by('Exists'), ['a']);
    assert.deepEqual(by('DoesNotExist'), ['b', 'c']);
    assert.equal(by('Matches', ['x']), null);
  });

  it('label names of Object.prototype are no labels', () => {
    assert.deepEqual(names({ selector: { ...hello, labelSelectors: { constructor: 'x' } } }), []);
    const expressionSelectors = [{ key: 'toString', operator: 'Exists' }];
    assert.deepEqual(names({ selector: { ...hello, expressionSelectors } }), []);
  });

  it('says that it cannot tell where node labels or unknown fields decide', () => {
    assert.equal(names({ selector: { ...hello, nodeSelectors: { disk: 'ssd' } } }), null);
    assert.equal(names({ selector: { ...hello, fieldSelectors: { 'spec.hostNetwork': 'true' } } }), null);
  });

  it('container names are exact; a Pod without any of them is no target', () => {
    assert.deepEqual(names({ selector: hello, containerNames: ['hello-kubernetes'] }), ['a', 'b', 'c']);
    assert.deepEqual(names({ selector: hello, containerNames: ['other'] }), []);
  });

  it('modes take as many as they say', () => {
    assert.deepEqual(taken('all'), [3, 3]);
    assert.deepEqual(taken('one'), [1, 1]);
    assert.deepEqual(taken('fixed', '2'), [2, 2]);
    assert.deepEqual(taken('fixed', '9'), [3, 3]);
    assert.deepEqual(taken('fixed-percent', '34'), [2, 2]);
    assert.deepEqual(taken('random-max-percent', '50'), [0, 2]);
    assert.equal(taken('fixed'), null);
    assert.equal(taken('fixed', 'two'), null);
  });
});
