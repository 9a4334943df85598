import assert from 'node:assert/strict';
import type { StressChaosSpec } from '../../../src/core/kubernetes/objects.js';
import { selectTargets } from '../../../src/extension/present/targets.js';
import { selectionNodes } from '../../../src/lab/selection-nodes.js';
import type { NodeView } from '../../../src/lab/types.js';
import { nodeView, podView } from './support/views.js';

const PODS = [podView({ name: 'b' }), podView({ name: 'a' }), podView({ namespace: 'other', name: 'c' })];

function targets(spec: Partial<StressChaosSpec>, nodes: readonly NodeView[] = []) {
  const selector = { namespaces: ['hello-kubernetes'] };
  return selectTargets({ mode: 'all', selector, ...spec }, 'chaos-mesh', PODS, selectionNodes(nodes));
}

describe('targets of an experiment', () => {
  it('are Pods with the containers that would be stressed', () => {
    const found = targets({});
    assert.deepEqual(
      found?.candidates.map(({ pod, containers }) => [pod.name, ...containers.map(({ name }) => name)]),
      [
        ['a', 'hello-kubernetes'],
        ['b', 'hello-kubernetes'],
      ],
    );
    assert.deepEqual([found?.atLeast, found?.atMost], [2, 2]);
  });

  it('a Pod without any of the named containers is none', () => {
    const found = targets({ containerNames: ['other'] });
    assert.deepEqual([found?.candidates.length, found?.atLeast, found?.atMost], [0, 0, 0]);
  });

  it('random-max-percent takes from none to its share', () => {
    const found = targets({ mode: 'random-max-percent', value: '50' });
    assert.deepEqual([found?.atLeast, found?.atMost], [0, 1]);
  });

  it('are not told where the labels of nodes decide, or where Chaos Mesh would refuse', () => {
    assert.equal(targets({ selector: { nodeSelectors: { disk: 'ssd' } } }), null);
    assert.equal(targets({ mode: 'fixed', value: 'two' }), null);
  });

  it('are chosen by the labels of nodes where all of them are known', () => {
    const bySsd = { selector: { nodeSelectors: { disk: 'ssd' } } };
    const own = nodeView('sandbox', { labels: { disk: 'ssd' } });
    const hit = (nodes: readonly NodeView[]) =>
      targets({ ...bySsd, selector: { ...bySsd.selector, namespaces: ['hello-kubernetes'] } }, nodes)
        ?.candidates.length;
    assert.equal(hit([own]), 2);
    assert.equal(hit([nodeView('sandbox', { labels: { disk: 'hdd' } })]), 0);
    assert.equal(hit([own, nodeView('other', null)]), undefined);
  });
});
