import { selectPods } from '../../../selection/select.js';
import { nearest } from '../../check/nearest.js';
import { stress as manifest, schedule } from '../../rules/example.js';
import type { Report } from '../../rules/rule.js';
import { selectorOf } from '../../rules/selection.js';
import { entryOf, seqOf } from '../../yaml/node.js';
import { stringOf } from '../../yaml/scalar.js';
import { chaosMesh, pod, world } from '../example.js';
import { names, namespacePlace, selectorPlace, yamlName } from '../places.js';
import type { LiveRule } from '../rule.js';
import type { LiveStress } from '../stress.js';

/** More Pods than this are not selected from over and over to see what keeps them out. */
const MOST_TO_EXPLAIN = 2000;
const CRITERIA = [
  'labelSelectors',
  'expressionSelectors',
  'annotationSelectors',
  'fieldSelectors',
  'podPhaseSelectors',
  'nodes',
  'nodeSelectors',
] as const;

/** A selection is made once, when the experiment is injected; a Schedule or Workflow makes it at each start. */
function noPod(stress: LiveStress, report: Report): void {
  const { model, selection, namespaces, world: cluster } = stress;
  if (selection === null || selection.candidates.length > 0) return;
  const severity = model.object.kind === 'StressChaos' ? ('error' as const) : ('warning' as const);
  const selector = selectorOf(model);
  for (const name of selection.unknownNodes) {
    const item = seqOf(selector, 'nodes')?.items.find((one) => stringOf(one) === name);
    report(item ?? selectorPlace(model), { node: name, variant: 'node' }, { severity });
  }
  if (selection.unknownNodes.length > 0) return;
  const gone = namespaces.filter((name) => cluster.surroundings.namespaces.get(name)?.exists === false);
  for (const namespace of gone) {
    report(namespacePlace(model, namespace), { namespace, variant: 'namespace' }, { severity });
  }
  if (gone.length > 0) return;
  const here = cluster.pods.filter((one) => namespaces.includes(one.namespace));
  const params = { total: here.length, namespaces: names(namespaces) };
  const culprit = here.length > MOST_TO_EXPLAIN ? null : culpritOf(stress, here);
  const entry = culprit === null || selector === undefined ? undefined : entryOf(selector, culprit.field);
  if (entry !== undefined && culprit !== null)
    report(entry.key, { ...params, ...culprit, variant: 'criterion' }, { severity });
  else
    report(selectorPlace(model), here.length === 0 ? { ...params, variant: 'empty' } : params, { severity });
}

/** The one criterion without which some Pod would be hit. */
function culpritOf({ spec, namespace, world: cluster }: LiveStress, pods: LiveStress['world']['pods']) {
  if (Object.keys(spec.selector.pods ?? {}).length > 0) return null;
  for (const field of CRITERIA) {
    if (spec.selector[field] === undefined) continue;
    const { [field]: _, ...selector } = spec.selector;
    const found = selectPods({ spec: { ...spec, selector }, namespace, pods, nodes: cluster.selectionNodes });
    if (found.problems.length === 0 && found.pods.length > 0) return { field, count: found.pods.length };
  }
  return null;
}

function firstContainer({ model, spec, selection }: LiveStress, report: Report): void {
  if ((spec.containerNames?.length ?? 0) > 0) return;
  const several = (selection?.candidates ?? []).filter(({ pod: one }) => one.pod.spec.containers.length > 1);
  const [first] = several;
  const [container, ...others] = first?.pod.pod.spec.containers ?? [];
  if (first === undefined || container === undefined) return;
  const name = yamlName(container.name);
  const suggestion =
    name === null ? undefined : model.source.addEntry(model.spec, `containerNames: [${name}]`);
  const params = {
    container: container.name,
    others: names(others.map((one) => one.name)),
    pod: first.pod.name,
  };
  report(model.specKey, { ...params, pods: several.length }, { suggestion });
}

function unknownContainers({ model, selection }: LiveStress, report: Report): void {
  const entry = entryOf(model.spec, 'containerNames');
  const pods = (selection?.candidates ?? []).map((one) => one.pod.pod);
  if (entry?.value.kind !== 'seq' || pods.length === 0) return;
  for (const item of entry.value.items) {
    const name = stringOf(item);
    if (name === null || name === '') continue;
    const having = pods.filter(({ spec }) => spec.containers.some((one) => one.name === name)).length;
    if (having === pods.length) continue;
    if (having > 0) {
      report(item, { name, having, total: pods.length, variant: 'some' }, { severity: 'warning' });
    } else if (pods.some(({ spec }) => spec.initContainers?.some((one) => one.name === name))) {
      report(item, { name, variant: 'init' });
    } else {
      const known = [...new Set(pods.flatMap(({ spec }) => spec.containers.map((one) => one.name)))];
      const near = nearest(name, known);
      const suggestion =
        near === null || yamlName(near) === null ? undefined : model.source.replaceScalar(item, near);
      report(item, { name, known: names(known, 5) }, { suggestion });
    }
  }
}

function outOfReach({ model, namespaces, spec, world: cluster }: LiveStress, report: Report): void {
  const mesh = cluster.chaosMesh;
  if (mesh === null || cluster.engine !== 'chaos-mesh') return;
  const { clusterScoped, targetNamespace: target, filtersNamespaces } = mesh;
  const named = Object.keys(spec.selector.pods ?? {}).length > 0;
  for (const namespace of namespaces) {
    const annotations = cluster.surroundings.namespaces.get(namespace)?.annotations ?? null;
    if (clusterScoped === false && target !== null && namespace !== target) {
      report(namespacePlace(model, namespace), { namespace, target, variant: 'scope' });
    } else if (
      // How named Pods are filtered differs between versions.
      filtersNamespaces === true &&
      !named &&
      annotations !== null &&
      annotations['chaos-mesh.org/inject'] !== 'enabled'
    ) {
      report(namespacePlace(model, namespace), { namespace });
    }
  }
}

function notRunning({ model, spec, selection }: LiveStress, report: Report): void {
  if (selection === null || (spec.selector.podPhaseSelectors?.length ?? 0) > 0) return;
  const idle = selection.candidates.filter(
    ({ pod: one }) => (one.pod.status?.phase ?? 'Running') !== 'Running',
  );
  const [first] = idle;
  // Where no Pod runs at all there is nothing that the suggestion would leave.
  if (first === undefined || selection.atMost === 0) return;
  const selector = selectorOf(model);
  const named = Object.keys(spec.selector.pods ?? {}).length > 0;
  const isAlone = idle.length === selection.candidates.length;
  const suggestion =
    selector === undefined || named || isAlone
      ? undefined
      : model.source.addEntry(selector, 'podPhaseSelectors: [Running]');
  const params = { pod: first.pod.name, phase: first.pod.phase, count: idle.length };
  const all = selection.atLeast === selection.candidates.length;
  report(selectorPlace(model), all ? params : { ...params, variant: 'some' }, { suggestion });
}

const TWO = [{ name: 'app' }, { name: 'proxy', limit: 100 }];
const IN_SHOP = manifest();

export const selectionRules: readonly LiveRule[] = [
  {
    code: 'MS101',
    severity: 'error',
    check: noPod,
    good: [
      { text: IN_SHOP, world: world() },
      { text: IN_SHOP, world: world({ pods: [], readNamespaces: new Set(['team']) }) },
      {
        text: manifest({ selector: ['nodeSelectors: { disk: ssd }'] }),
        world: world({ selectionNodes: null }),
      },
    ],
    bad: [
      {
        text: IN_SHOP.replace('labelSelectors', '«labelSelectors»'),
        world: world({ pods: [pod({ labels: { app: 'db' } })] }),
      },
      {
        text: IN_SHOP.replace('selector:', '«selector»:'),
        world: world({ pods: [pod({ namespace: 'team' })] }),
      },
      {
        text: manifest({
          selector: ['namespaces: [shop]', 'labelSelectors: { app: db }', 'podPhaseSelectors: [Failed]'],
        }).replace('selector:', '«selector»:'),
        world: world(),
      },
      {
        text: manifest({ selector: ['namespaces: [«shop»]', 'labelSelectors: { app: web }'] }),
        world: world({ pods: [], namespaces: { shop: { exists: false } } }),
      },
      {
        text: manifest({ selector: ['namespaces: [shop]', 'nodes: [«n9»]'] }),
        world: world(),
      },
      {
        text: schedule().replace('labelSelectors', '«labelSelectors»'),
        world: world({ pods: [pod({ labels: { app: 'db' } })] }),
        severity: 'warning',
      },
    ],
  },
  {
    code: 'MS103',
    severity: 'warning',
    check: firstContainer,
    good: [
      { text: IN_SHOP, world: world() },
      {
        text: manifest({ spec: ['containerNames: [app]'] }),
        world: world({ pods: [pod({ containers: TWO })] }),
      },
    ],
    bad: [
      {
        text: IN_SHOP.replace('spec:', '«spec»:'),
        world: world({ pods: [pod({ containers: TWO })] }),
        suggested: `${IN_SHOP}  containerNames: [app]\n`,
      },
    ],
  },
  {
    code: 'MS104',
    severity: 'error',
    check: unknownContainers,
    good: [
      { text: manifest({ spec: ['containerNames: [app]'] }), world: world() },
      { text: manifest({ spec: ['containerNames: [other]'] }), world: world({ pods: [] }) },
    ],
    bad: [
      {
        text: manifest({ spec: ['containerNames: [«apps»]'] }),
        world: world(),
        suggested: manifest({ spec: ['containerNames: [app]'] }),
      },
      {
        text: manifest({ spec: ['containerNames: [«init-db»]'] }),
        world: world({ pods: [pod({ init: ['init-db'] })] }),
      },
      {
        text: manifest({ spec: ['containerNames: [app, «proxy»]'] }),
        world: world({ pods: [pod({ containers: TWO }), pod({ name: 'web-b' })] }),
        severity: 'warning',
      },
    ],
  },
  {
    code: 'MS105',
    severity: 'error',
    check: outOfReach,
    good: [
      {
        text: IN_SHOP,
        world: world({
          chaosMesh: chaosMesh({ filtersNamespaces: true }),
          namespaces: { shop: { annotations: { 'chaos-mesh.org/inject': 'enabled' } } },
        }),
      },
      { text: IN_SHOP, world: world({ chaosMesh: chaosMesh({ filtersNamespaces: true }) }) },
      {
        text: IN_SHOP,
        world: world({ chaosMesh: chaosMesh({ clusterScoped: false, targetNamespace: 'shop' }) }),
      },
    ],
    bad: [
      {
        text: IN_SHOP.replace('[shop]', '[«shop»]'),
        world: world({
          chaosMesh: chaosMesh({ filtersNamespaces: true }),
          namespaces: { shop: { annotations: {} } },
        }),
      },
      {
        text: IN_SHOP.replace('[shop]', '[«shop»]'),
        world: world({ chaosMesh: chaosMesh({ clusterScoped: false, targetNamespace: 'team' }) }),
      },
    ],
  },
  {
    code: 'MS117',
    severity: 'warning',
    check: notRunning,
    good: [
      { text: IN_SHOP, world: world() },
      {
        text: manifest({
          selector: [
            'namespaces: [shop]',
            'labelSelectors: { app: web }',
            'podPhaseSelectors: [Pending, Running]',
          ],
        }),
        world: world({ pods: [pod(), pod({ name: 'web-b', phase: 'Pending' })] }),
      },
    ],
    bad: [
      {
        text: manifest({ mode: 'all' }).replace('selector:', '«selector»:'),
        world: world({ pods: [pod(), pod({ name: 'web-b', phase: 'Pending' })] }),
        suggested: manifest({
          mode: 'all',
          selector: ['namespaces: [shop]', 'labelSelectors: { app: web }', 'podPhaseSelectors: [Running]'],
        }),
      },
      {
        text: IN_SHOP.replace('selector:', '«selector»:'),
        world: world({ pods: [pod(), pod({ name: 'web-b', phase: 'Succeeded' })] }),
      },
    ],
  },
];
