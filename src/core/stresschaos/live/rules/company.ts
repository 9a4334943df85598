import { type Owner, ownerOf } from '../../../kubernetes/owner.js';
import type { DisruptionBudget, LabelSelector } from '../../../kubernetes/surroundings.js';
import { labelPredicate } from '../../../selection/requirement.js';
import { stress as manifest } from '../../rules/example.js';
import type { Report } from '../../rules/rule.js';
import { pod, world } from '../example.js';
import { memoryPlace, modePlace, names, selectorPlace } from '../places.js';
import type { LiveRule } from '../rule.js';
import type { LiveStress } from '../stress.js';
import type { LivePod } from '../world.js';

/** Kinds whose Pods stand in for each other. */
const REPLICATED: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'ReplicaSet',
  'ReplicationController',
]);
const DONE: ReadonlySet<string> = new Set(['Succeeded', 'Failed']);

interface Workload extends Owner {
  /** Pods of it that the selector hits. */
  readonly hit: number;
  /** All of its Pods that are not done. */
  readonly replicas: number;
}

function podsHit(stress: LiveStress, report: Report): void {
  const { model, selection } = stress;
  const able = (selection?.candidates ?? []).filter(({ containers }) => containers.length > 0);
  if (selection === null || able.length === 0) return;
  const pods = able.map((one) => one.pod);
  const total = pods.length;
  const list = {
    pods: names(
      pods.map(({ name }) => name),
      5,
    ),
    total,
  };
  if (selection.atMost === total) report(selectorPlace(model), list);
  else report(selectorPlace(model), { ...list, most: selection.atMost, variant: 'choice' });
  // Of a group that the mode chooses from, so many at least are hit.
  const sure = (group: number): number => Math.max(0, selection.atLeast - (total - group));
  for (const { kind, name, hit, replicas } of workloadsOf(stress, pods)) {
    if (replicas === 0 || sure(hit) < replicas) continue;
    const params = { owner: `${kind} ${name}`, replicas };
    report(
      modePlace(model),
      { ...params, variant: replicas === 1 ? 'single' : 'all' },
      { severity: 'warning' },
    );
  }
  for (const [namespace, { disruptionBudgets }] of stress.world.surroundings.namespaces) {
    for (const budget of disruptionBudgets ?? []) {
      const group = pods.filter((one) => one.namespace === namespace && protects(budget, one)).length;
      const { disruptionsAllowed: allowed, name } = budget;
      if (allowed === null || sure(group) <= allowed) continue;
      const params = { budget: `${namespace}/${name}`, count: sure(group), allowed, variant: 'budget' };
      report(modePlace(model), params, { severity: 'warning' });
    }
  }
}

function workloadsOf(
  { world: cluster, namespaces }: LiveStress,
  pods: readonly LivePod[],
): readonly Workload[] {
  const hit = new Map<string, { owner: Owner; hit: number; replicas: number }>();
  for (const one of pods) {
    const known = knownOwner(one);
    if (known === null || !REPLICATED.has(known.owner.kind)) continue;
    const group = hit.get(known.key);
    if (group === undefined) hit.set(known.key, { owner: known.owner, hit: 1, replicas: 0 });
    else group.hit += 1;
  }
  if (hit.size === 0) return [];
  const here = new Set(namespaces);
  for (const one of cluster.pods) {
    if (!here.has(one.namespace) || DONE.has(one.pod.status?.phase ?? '')) continue;
    const group = hit.get(knownOwner(one)?.key ?? '');
    if (group !== undefined) group.replicas += 1;
  }
  return [...hit.values()].map(({ owner, ...counts }) => ({ ...owner, ...counts }));
}

interface KnownOwner {
  readonly owner: Owner;
  readonly key: string;
}

/** Working it out takes a regular expression; a Pod's object stays the same until the Pod changes. */
const OWNERS = new WeakMap<LivePod['pod'], KnownOwner | null>();

function knownOwner({ pod: one, namespace }: LivePod): KnownOwner | null {
  let known = OWNERS.get(one);
  if (known === undefined) {
    const owner = ownerOf(one);
    known = owner === null ? null : { owner, key: `${namespace}/${owner.kind}/${owner.name}` };
    OWNERS.set(one, known);
  }
  return known;
}

function protects({ selector }: DisruptionBudget, { pod: { metadata } }: LivePod): boolean {
  return selector !== null && matches(selector, metadata.labels ?? {});
}

function matches(
  { matchLabels, matchExpressions }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const holds = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return holds && matchExpressions.every((one) => labelPredicate(one)?.(labels) === true);
}

function autoscaled({ model, targets, world: cluster, ask }: LiveStress, report: Report): void {
  if (ask === null) return;
  for (const { pod: one } of targets) {
    const owner = knownOwner(one)?.owner;
    const scaler = cluster.surroundings.namespaces
      .get(one.namespace)
      ?.autoscalers?.find(
        ({ targetKind, targetName }) => targetKind === owner?.kind && targetName === owner.name,
      );
    if (scaler === undefined || owner === undefined) continue;
    const variant = scaler.kind === 'VerticalPodAutoscaler' ? { variant: 'vertical' } : {};
    report(memoryPlace(model), { scaler: scaler.name, owner: `${owner.kind} ${owner.name}`, ...variant });
    return;
  }
}

const ALL = manifest({ mode: 'all' });
const PLAIN = manifest();
const A = pod({ owner: 'web' });
const B = pod({ owner: 'web', name: 'web-b' });
const SCALER = {
  kind: 'HorizontalPodAutoscaler',
  name: 'web',
  targetKind: 'Deployment',
  targetName: 'web',
} as const;
const BUDGET = {
  name: 'web',
  selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
  disruptionsAllowed: 1,
};

export const companyRules: readonly LiveRule[] = [
  {
    code: 'MS102',
    severity: 'information',
    check: podsHit,
    good: [
      { text: ALL, world: world({ pods: [] }) },
      { text: ALL, world: world({ readNamespaces: new Set() }) },
    ],
    bad: [
      { text: ALL.replace('selector:', '«selector»:'), world: world({ pods: [A, B] }) },
      { text: PLAIN.replace('selector:', '«selector»:'), world: world({ pods: [A, B] }) },
      { text: ALL.replace('mode: all', 'mode: «all»'), world: world({ pods: [A, B] }), severity: 'warning' },
      { text: PLAIN.replace('mode: one', 'mode: «one»'), world: world({ pods: [A] }), severity: 'warning' },
      {
        text: ALL.replace('mode: all', 'mode: «all»'),
        world: world({
          pods: [pod(), pod({ name: 'web-b' })],
          namespaces: { shop: { disruptionBudgets: [BUDGET] } },
        }),
        severity: 'warning',
      },
    ],
  },
  {
    code: 'MS114',
    severity: 'warning',
    check: autoscaled,
    good: [
      { text: PLAIN, world: world({ pods: [A] }) },
      { text: PLAIN, world: world({ pods: [pod()], namespaces: { shop: { autoscalers: [SCALER] } } }) },
      {
        text: manifest({ stressors: ['stressors:', '  cpu:', '    workers: 1'] }),
        world: world({ pods: [A], namespaces: { shop: { autoscalers: [SCALER] } } }),
      },
    ],
    bad: [
      {
        text: PLAIN.replace('memory:', '«memory»:'),
        world: world({ pods: [A], namespaces: { shop: { autoscalers: [SCALER] } } }),
      },
      {
        text: PLAIN.replace('memory:', '«memory»:'),
        world: world({
          pods: [A],
          namespaces: { shop: { autoscalers: [{ ...SCALER, kind: 'VerticalPodAutoscaler' }] } },
        }),
      },
    ],
  },
];
