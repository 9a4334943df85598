import assert from 'node:assert/strict';
import { containerDetails } from '../../../src/extension/present/pod-details.js';
import {
  containerRow,
  fillOf,
  namespaceRow,
  podRow,
  shortPodName,
} from '../../../src/extension/present/pods.js';
import { PodsModel } from '../../../src/extension/views/pods-model.js';
import type { ContainerView, PodView } from '../../../src/lab/types.js';
import { english } from './support/language.js';
import { MIB, podView } from './support/views.js';

function only(pod: PodView): ContainerView {
  const container = pod.containers[0];
  assert.ok(container !== undefined);
  return container;
}

describe('rows of the Pods view', () => {
  it('a Pod reads as one line and as one sentence', () => {
    const row = podRow(podView({ name: 'web-1', used: 88 * MIB }), english);
    assert.equal(row.label, 'web-1');
    assert.equal(row.description, '88/500 MiB  18 %  Burstable');
    assert.equal(
      row.sentence,
      'Pod web-1, working set 88 MiB of 500 MiB, 18 percent, QoS class Burstable, running',
    );
    assert.equal(row.alarm, 'calm');
    assert.equal(row.contextValue, 'pod');
  });

  it('kills come first, and the row is loud', () => {
    const row = podRow(podView({ name: 'web-1', used: 471 * MIB, kills: 37 }), english);
    assert.equal(row.description, '⚠ 37 OOM kills ·  471/500 MiB  94 %');
    assert.equal(row.alarm, 'killed');
    assert.match(row.sentence, /37 OOM kills/);
  });

  it('one kill is one', () => {
    assert.match(podRow(podView({ name: 'a', kills: 1 }), english).description, /⚠ 1 OOM kill ·/);
  });

  it('near the limit is an alarm of its own from 90 percent on', () => {
    assert.equal(podRow(podView({ name: 'a', used: 449 * MIB }), english).alarm, 'calm');
    assert.equal(podRow(podView({ name: 'a', used: 450 * MIB }), english).alarm, 'near');
  });

  it('what is not known is said, never shown as 0', () => {
    const silent = podRow(podView({ name: 'a', used: null }), english);
    assert.equal(silent.description, 'limit 500 MiB  Burstable');
    assert.match(silent.sentence, /working set unknown/);
    assert.equal(silent.fill, 'unknown');
    const unlimited = podRow(podView({ name: 'a', limit: null }), english);
    assert.equal(unlimited.description, '38 MiB  no limit  Burstable');
    assert.equal(unlimited.fill, 'open');
  });

  it('a stressed Pod can be stopped, and its containers too', () => {
    const pod = podView({ name: 'a', experiments: ['chaos-mesh/mem-stress'] });
    assert.equal(podRow(pod, english).contextValue, 'pod stressed');
    assert.equal(containerRow(pod, only(pod), english).contextValue, 'container stressed');
    assert.match(podRow(pod, english).sentence, /under stress/);
  });

  it('a state that is not running and restarts are shown', () => {
    const row = podRow(podView({ name: 'a', state: 'CrashLoopBackOff', restarts: 7 }), english);
    assert.match(row.description, /CrashLoopBackOff {2}↻ 7$/);
    assert.match(row.sentence, /CrashLoopBackOff, 7 restarts/);
  });

  it('a namespace counts its Pods and their kills', () => {
    const row = namespaceRow('shop', [podView({ name: 'a', kills: 2 }), podView({ name: 'b' })], english);
    assert.equal(row.description, '2 Pods · ⚠ 2 OOM kills');
    assert.equal(namespaceRow('shop', [podView({ name: 'a' })], english).description, '1 Pod');
  });

  it('fills by eighths, at least one where anything is used, eight only when full', () => {
    assert.equal(fillOf({ used: 0, limit: 800 }), 0);
    assert.equal(fillOf({ used: 1, limit: 800 }), 1);
    assert.equal(fillOf({ used: 400, limit: 800 }), 4);
    assert.equal(fillOf({ used: 900, limit: 800 }), 8);
  });

  it('shortens long names so that siblings stay apart', () => {
    const namespace = 'hello-kubernetes';
    assert.equal(shortPodName('hello-kubernetes-hello-world-b55bfcf68-8mln6', namespace), 'hello-wor…8mln6');
    assert.equal(shortPodName('coredns-7c65d6cfc9-bcdfg', 'kube-system'), 'coredns…bcdfg');
    assert.equal(shortPodName('web-1', 'shop'), 'web-1');
    assert.equal(shortPodName('podstress-agent-mgvpc', 'podstress'), '…agent-mgvpc');
    const long = shortPodName('a-stateful-set-with-a-very-long-name-0', 'shop');
    assert.ok(long.length <= 15 && long.endsWith('-0') && long.includes('…'), long);
  });
});

describe('details of a container', () => {
  it('give each number with its exact bytes, its source and its age', () => {
    const pod = podView({ name: 'a', used: 88 * MIB });
    const container = only(pod);
    const now = Date.parse(container.sampledAt ?? '') + 3000;
    const details = containerDetails(pod, container, 988, now, english);
    const values = new Map(details.rows.map(({ label, value }) => [label, value]));
    assert.equal(values.get('Working set'), '88 MiB (92,274,688 bytes) · 18 % of the limit');
    assert.equal(values.get('Usage'), '92 MiB (96,468,992 bytes)');
    assert.equal(values.get('− inactive file'), '4 MiB (4,194,304 bytes)');
    assert.equal(values.get('Request'), '200 MiB (209,715,200 bytes)');
    assert.equal(values.get('oom_score_adj'), '988');
    assert.equal(details.source, 'Read from the cgroup by the node agent, 3 s ago');
  });

  it('say that nothing is measured where no agent streams', () => {
    const pod = podView({ name: 'a', used: null });
    const details = containerDetails(pod, only(pod), null, 0, english);
    assert.ok(!details.rows.some(({ label }) => label === 'Working set'));
    assert.match(details.source, /unknown/);
  });
});

describe('the tree of Pods', () => {
  const update = (model: PodsModel, pods: readonly PodView[]) => model.update(pods, english);

  it('is sorted by namespace, then Pod, then container', () => {
    const model = new PodsModel();
    update(model, [podView({ name: 'b' }), podView({ namespace: 'a', name: 'z' }), podView({ name: 'a' })]);
    const roots = model.roots();
    assert.deepEqual(
      roots.map((node) => model.row(node)?.label),
      ['a', 'hello-kubernetes'],
    );
    const pods = model.children(roots[1] ?? assert.fail());
    assert.deepEqual(
      pods.map((node) => model.row(node)?.label),
      ['a', 'b'],
    );
    const containers = model.children(pods[0] ?? assert.fail());
    assert.equal(model.parent(containers[0] ?? assert.fail()), pods[0]);
  });

  it('tells to draw only what changed, as the same objects', () => {
    const model = new PodsModel();
    assert.equal(update(model, [podView({ name: 'a' }), podView({ name: 'b' })]), 'all');
    assert.equal(update(model, [podView({ name: 'a' }), podView({ name: 'b' })]), null);
    const pod = model.findPod('hello-kubernetes', 'a');
    const change = update(model, [podView({ name: 'a', used: 88 * MIB }), podView({ name: 'b' })]);
    assert.ok(change !== null && change !== 'all');
    assert.deepEqual(
      change.map(({ id }) => id),
      ['pod/hello-kubernetes/a', 'container/hello-kubernetes/a/hello-kubernetes'],
    );
    assert.equal(change[0], pod);
  });

  it('a Pod that comes or goes redraws its namespace alone', () => {
    const model = new PodsModel();
    update(model, [podView({ name: 'a' }), podView({ namespace: 'other', name: 'x' })]);
    const change = update(model, [
      podView({ name: 'a' }),
      podView({ name: 'b' }),
      podView({ namespace: 'other', name: 'x' }),
    ]);
    assert.ok(change !== null && change !== 'all');
    assert.deepEqual(
      change.map(({ id }) => id),
      ['namespace/hello-kubernetes'],
    );
  });
});
