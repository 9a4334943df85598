import assert from 'node:assert/strict';
import { ownerOf } from '../../../src/core/kubernetes/owner.js';
import { containerAlarm } from '../../../src/extension/present/pod-alarm.js';
import { containerDetails, podDetails } from '../../../src/extension/present/pod-details.js';
import { groupOf, groupRow } from '../../../src/extension/present/pod-groups.js';
import {
  containerRow,
  fillOf,
  podRow,
  type Row,
  type RowContext,
  shortPodName,
} from '../../../src/extension/present/pods.js';
import type { ContainerView, PodView } from '../../../src/lab/types.js';
import { english } from './support/language.js';
import { MIB, podView } from './support/views.js';

const CONTEXT: RowContext = {
  language: english,
  withNamespace: false,
  highlighted: new Set(),
  pinned: new Set(),
};

function only(pod: PodView): ContainerView {
  const container = pod.containers[0];
  assert.ok(container !== undefined);
  return container;
}

const rowOf = (pod: PodView, context: Partial<RowContext> = {}) => podRow(pod, { ...CONTEXT, ...context });

function vessel({ icon }: Row) {
  assert.ok(icon.kind === 'vessel');
  return icon;
}

describe('rows of the Pods view', () => {
  it('a Pod reads as one line and as one sentence', () => {
    const row = rowOf(podView({ name: 'web-1', used: 88 * MIB }));
    assert.equal(row.label, 'web-1');
    assert.equal(row.description, '88/500 MiB 18 % BU');
    assert.equal(
      row.sentence,
      'Pod web-1, working set 88 MiB of 500 MiB, 18 percent, QoS class Burstable, running',
    );
    assert.equal(vessel(row).alarm, 'calm');
    assert.equal(row.contextValue, 'pod');
  });

  it('kills come first, and the row is loud while they are news', () => {
    const row = rowOf(podView({ name: 'web-1', used: 400 * MIB, kills: 37 }));
    assert.equal(row.description, '⚠ 37 400/500 MiB 80 % BU');
    assert.equal(vessel(row).alarm, 'killed');
    assert.match(row.sentence, /37 OOM kills/);
    const later = rowOf(podView({ name: 'web-1', used: 400 * MIB, kills: 37, justKilled: false }));
    assert.equal(vessel(later).alarm, 'calm');
    assert.match(later.description, /⚠ 37/);
  });

  it('kills that the container outlived are called silent', () => {
    const row = rowOf(podView({ name: 'a', kills: 3, silentKills: 2 }));
    assert.match(row.description, /^⚠ 3 38/, 'the mark never says fewer than there were');
    assert.match(rowOf(podView({ name: 'a', kills: 2, silentKills: 2 })).description, /^⚠ 2 silent /);
    assert.match(
      row.sentence,
      /3 OOM kills, 2 silent OOM kills: the container lived on and Kubernetes shows nothing/,
    );
  });

  it('one kill is one', () => {
    assert.match(rowOf(podView({ name: 'a', kills: 1 })).sentence, /1 OOM kill(?!s)/);
  });

  it('near the limit is an alarm of its own from 90 percent on', () => {
    assert.equal(vessel(rowOf(podView({ name: 'a', used: 449 * MIB }))).alarm, 'calm');
    const near = rowOf(podView({ name: 'a', used: 450 * MIB }));
    assert.equal(vessel(near).alarm, 'near');
    assert.match(near.sentence, /near the limit/);
  });

  it('a Pod is as near as the nearest of its containers, and has no limit where one of them has none', () => {
    const full = podView({ name: 'a', used: 480 * MIB });
    const side = { ...only(podView({ name: 'a', used: MIB, limit: null })), name: 'side' };
    const pod = { ...full, containers: [only(full), side], limitBytes: null };
    const row = rowOf(pod);
    assert.equal(vessel(row).alarm, 'near');
    assert.match(row.sentence, /hello-kubernetes: near the limit, side: no limit of its own/);
  });

  it('a number that is out of date is marked and raises no alarm', () => {
    const pod = podView({ name: 'a', used: 480 * MIB, stale: true });
    const row = rowOf(pod);
    assert.equal(row.description, '~480/500 MiB 96 % BU');
    assert.match(row.sentence, /the number is out of date/);
    assert.equal(vessel(row).alarm, 'calm');
    assert.equal(containerAlarm(only(pod)), 'calm');
  });

  it('what is not known is said, never shown as 0', () => {
    const silent = rowOf(podView({ name: 'a', used: null }));
    assert.equal(silent.description, 'limit 500 MiB BU');
    assert.match(silent.sentence, /working set unknown/);
    assert.equal(vessel(silent).fill, 'unknown');
    const unlimited = rowOf(podView({ name: 'a', limit: null }));
    assert.equal(unlimited.description, '38 MiB no limit BU');
    assert.equal(vessel(unlimited).fill, 'open');
  });

  it('a stressed Pod can be stopped, a pinned one unpinned, and its containers too', () => {
    const pod = podView({ name: 'a', experiments: ['chaos-mesh/mem-stress'] });
    assert.equal(rowOf(pod).contextValue, 'pod stressed');
    assert.equal(containerRow(pod, only(pod), CONTEXT).contextValue, 'container stressed');
    assert.match(rowOf(pod).sentence, /under stress/);
    assert.equal(rowOf(pod, { pinned: new Set([`pod/${pod.key}`]) }).contextValue, 'pod stressed pinned');
  });

  it('a target stands out, for the eye and the ear', () => {
    const row = rowOf(podView({ name: 'a' }), { highlighted: new Set(['hello-kubernetes/a']) });
    assert.equal(row.highlighted, true);
    assert.match(row.sentence, /a target$/);
  });

  it('a state that is not running and restarts are shown', () => {
    const row = rowOf(podView({ name: 'a', state: 'CrashLoopBackOff', restarts: 7 }));
    assert.match(row.description, /CrashLoopBackOff ↻ 7$/);
    assert.match(row.sentence, /CrashLoopBackOff, 7 restarts/);
  });

  it('fills by eighths, at least one where anything is used, eight only when full', () => {
    assert.equal(fillOf({ used: 0, limit: 800 }), 0);
    assert.equal(fillOf({ used: 1, limit: 800 }), 1);
    assert.equal(fillOf({ used: 400, limit: 800 }), 4);
    assert.equal(fillOf({ used: 900, limit: 800 }), 8);
  });

  it('shortens long names so that siblings stay apart', () => {
    const namespace = 'hello-kubernetes';
    assert.equal(shortPodName('hello-kubernetes-hello-world-b55bfcf68-8mln6', namespace), 'hell…8mln6');
    assert.equal(shortPodName('coredns-7c65d6cfc9-bcdfg', 'kube-system'), 'core…bcdfg');
    assert.equal(shortPodName('web-1', 'shop'), 'web-1');
    assert.equal(shortPodName('podstress-agent-mgvpc', 'podstress'), 'agen…mgvpc');
    const long = shortPodName('a-stateful-set-with-a-very-long-name-0', 'shop');
    assert.ok(long.length <= 10 && long.endsWith('-0') && long.includes('…'), long);
  });
});

describe('groups of Pods', () => {
  const owned = (kind: string, name: string, labels = {}) =>
    ownerOf(podView({ name: 'a', labels, owner: { apiVersion: 'apps/v1', kind, name, uid: '' } }).pod);
  const row = (
    pods: readonly PodView[],
    grouping: 'namespace' | 'node' | 'owner',
    memory: number | null = null,
  ) => {
    const [first = assert.fail()] = pods;
    return groupRow(groupOf(first, grouping) ?? assert.fail(), pods, () => memory, english);
  };

  it('a Deployment is known by its ReplicaSet, everything else by its own name', () => {
    assert.deepEqual(owned('ReplicaSet', 'hello-world-b55bfcf68'), {
      kind: 'Deployment',
      name: 'hello-world',
    });
    assert.deepEqual(owned('ReplicaSet', 'web-aeiou12345', { 'pod-template-hash': 'aeiou12345' }), {
      kind: 'Deployment',
      name: 'web',
    });
    assert.deepEqual(owned('ReplicaSet', 'by-hand'), { kind: 'ReplicaSet', name: 'by-hand' });
    assert.deepEqual(owned('StatefulSet', 'db'), { kind: 'StatefulSet', name: 'db' });
    assert.equal(ownerOf(podView({ name: 'a' }).pod), null);
  });

  it('a namespace counts its Pods and their kills', () => {
    const two = row([podView({ name: 'a', kills: 2 }), podView({ name: 'b' })], 'namespace');
    assert.equal(two.description, '2 Pods · ⚠ 2 OOM kills');
    assert.equal(two.sentence, 'Namespace hello-kubernetes, 2 Pods, 2 OOM kills');
    assert.equal(row([podView({ name: 'a' })], 'namespace').description, '1 Pod');
  });

  it('a node says how much of its memory its Pods use; an owner says what it is', () => {
    assert.equal(
      row([podView({ name: 'a', used: 100 * MIB })], 'node', 8192 * MIB).description,
      '1 Pod · 100/8192 MiB',
    );
    const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: '' };
    const ofOwner = row([podView({ name: 'a', owner })], 'owner');
    assert.equal(ofOwner.label, 'agent');
    assert.equal(ofOwner.sentence, 'DaemonSet agent, Namespace hello-kubernetes, 1 Pod');
  });
});

describe('details of a Pod or a container', () => {
  const world = { nodeMemoryBytes: 16 * 1024 * MIB, processes: null };

  it('give each number with its exact bytes, its source and its age', () => {
    const pod = podView({ name: 'a', used: 88 * MIB });
    const container = only(pod);
    const now = (container.memory?.measuredAt ?? 0) + 3000;
    const details = containerDetails(pod, container, { ...world, now }, english);
    const rows = new Map(details.rows.map(({ label, value, from }) => [label, `${value} | ${from}`]));
    const agent = 'node agent, 3 s ago';
    assert.equal(rows.get('Working set'), `88 MiB (92,274,688 bytes) · 18 % of the limit | ${agent}`);
    assert.equal(rows.get('Usage'), `92 MiB (96,468,992 bytes) | ${agent}`);
    assert.equal(rows.get('− inactive file'), `4 MiB (4,194,304 bytes) | ${agent}`);
    assert.equal(rows.get('Peak usage'), `92 MiB (96,468,992 bytes) | ${agent}`);
    assert.equal(rows.get('Limit'), '500 MiB (524,288,000 bytes) | Pod spec');
    assert.equal(rows.get('Effective limit'), `500 MiB (524,288,000 bytes) · of the container | ${agent}`);
    assert.equal(rows.get('Request'), '200 MiB (209,715,200 bytes) | Pod spec');
    assert.equal(rows.get('oom_score_adj'), '988 | the kubelet’s formula');
    assert.match(details.note, /usage − inactive file/);
  });

  it('tell what the kernel has beside what the kubelet computes', () => {
    const pod = podView({ name: 'a' });
    const processes = {
      processes: [988, 1000, 988].map((oomScoreAdj, pid) => ({
        pid,
        containerPid: pid,
        comm: 'x',
        commandLine: [],
        uid: 0,
        rssBytes: 1,
        swapBytes: 0,
        pageTableBytes: 0,
        oomScoreAdj,
        stressRun: null,
      })),
      readAt: 1000,
      detail: null,
    };
    const details = containerDetails(pod, only(pod), { ...world, processes, now: 3000 }, english);
    const adj = details.rows.filter(({ label }) => label === 'oom_score_adj');
    assert.deepEqual(
      adj.map(({ value, from }) => `${value} ${from}`),
      ['988 the kubelet’s formula', '988, 1000 its processes, 2 s ago'],
    );
  });

  it('name the kubelet and metrics.k8s.io, and show nothing that these do not tell', () => {
    const pod = podView({ name: 'a', source: 'metrics' });
    const container = only(pod);
    const now = (container.memory?.measuredAt ?? 0) + 42_000;
    const { rows } = containerDetails(pod, container, { ...world, now }, english);
    assert.equal(rows.find(({ label }) => label === 'Working set')?.from, 'metrics.k8s.io, 42 s ago');
    assert.ok(!rows.some(({ label }) => label === 'Usage' || label === 'RSS' || label === 'Peak usage'));
    assert.equal(podDetails(pod, now, english).rows[0]?.from, 'metrics.k8s.io, 42 s ago');
  });

  it('say that nothing is measured where nobody does', () => {
    const pod = podView({ name: 'a', used: null });
    const details = containerDetails(
      pod,
      only(pod),
      { nodeMemoryBytes: null, processes: null, now: 0 },
      english,
    );
    assert.ok(!details.rows.some(({ label }) => label === 'Working set'));
    assert.match(details.note, /unknown/);
  });

  it('begin with what should worry', () => {
    const pod = podView({ name: 'a', used: 490 * MIB, kills: 2, stale: false });
    const details = containerDetails(pod, only(pod), { ...world, now: 0 }, english);
    assert.deepEqual(details.worries, ['near the limit', '2 OOM kills']);
  });
});
