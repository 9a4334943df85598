import { AGENT_POD_LABELS } from '../../../kubernetes/agent-labels.js';
import { rightKey } from '../../../kubernetes/surroundings.js';
import { parseLegacyGoUnitsSize, parseRuntimeSize, type Size } from '../../../units/size.js';
import type { StressModel } from '../../check/model.js';
import type { TextRange } from '../../finding.js';
import { stress as manifest, schedule, workflow } from '../../rules/example.js';
import type { Report } from '../../rules/rule.js';
import { holdsIn, isVersion, type VersionSpan, versionNumber } from '../../version.js';
import { stringOf } from '../../yaml/scalar.js';
import { chaosMesh, node, pod, world } from '../example.js';
import { adjPlace, names, namespacePlace, sizeNode, sizePlace } from '../places.js';
import { neededRights } from '../rights.js';
import type { LiveRule } from '../rule.js';
import type { LiveStress } from '../stress.js';
import { writtenAdj } from '../victim.js';
import type { LivePod } from '../world.js';

function kindPlace({ object }: StressModel): TextRange {
  return object.kindEntry.value;
}

function noEngine(stress: LiveStress, report: Report): void {
  const { model, world: cluster, selection } = stress;
  const place = kindPlace(model);
  if (cluster.engine === 'none' && cluster.surroundings.stressChaos === false) {
    report(place, { variant: 'missing' });
    return;
  }
  if (cluster.engine === 'chaos-mesh' && cluster.chaosMesh?.controllerReady === false) {
    report(place, { variant: 'controller' });
    return;
  }
  const able = (selection?.candidates ?? []).filter(({ containers }) => containers.length > 0);
  const nodes = [...new Set(able.flatMap(({ pod: one }) => one.pod.spec.nodeName ?? []))];
  const lacking = nodes.filter((name) => lacksEngine(stress, name));
  if (lacking.length > 0) {
    // Where the mode chooses, Pods on other nodes may be what it takes.
    const sure = lacking.length === nodes.length || selection?.atLeast === able.length;
    const variant = cluster.engine === 'agent' ? 'agent' : 'daemon';
    report(place, { nodes: names(lacking), variant }, sure ? {} : { severity: 'warning' });
    return;
  }
  const runtime = cluster.chaosMesh?.runtime ?? null;
  const other = nodes.find((name) => differs(runtime, cluster.nodes.get(name)?.runtime ?? null));
  if (cluster.engine === 'chaos-mesh' && runtime !== null && other !== undefined) {
    const theirs = cluster.nodes.get(other)?.runtime ?? '';
    report(place, { node: other, runtime, theirs, variant: 'runtime' });
  }
}

function lacksEngine({ world: cluster }: LiveStress, name: string): boolean {
  if (cluster.engine === 'agent') return cluster.nodes.get(name)?.agentStresses === false;
  const daemons = cluster.engine === 'chaos-mesh' ? (cluster.chaosMesh?.daemonNodes ?? null) : null;
  return daemons !== null && !daemons.includes(name);
}

/** `crio` is what Chaos Mesh calls the runtime that a node calls `cri-o`. */
function differs(daemon: string | null, ofNode: string | null): boolean {
  const simple = (name: string): string => name.toLowerCase().replace('cri-o', 'crio');
  return daemon !== null && ofNode !== null && simple(daemon) !== simple(ofNode);
}

function vitalPods({ model, selection, world: cluster }: LiveStress, report: Report): void {
  const said = new Set<string>();
  for (const { pod: one } of selection?.candidates ?? []) {
    const variant = vitalTo(one, cluster.chaosMesh?.namespace ?? null);
    if (variant === null) continue;
    const key = `${variant} ${one.namespace}`;
    if (said.has(key)) continue;
    said.add(key);
    report(namespacePlace(model, one.namespace), { pod: one.name, namespace: one.namespace, variant });
  }
}

function vitalTo({ namespace, pod: { metadata } }: LivePod, meshNamespace: string | null): string | null {
  const labels = metadata.labels ?? {};
  if (namespace === 'kube-system') return 'system';
  if (AGENT_LABELS.every(([key, value]) => labels[key] === value)) return 'agent';
  const isMesh = labels['app.kubernetes.io/name'] === 'chaos-mesh';
  return isMesh || namespace === meshNamespace ? 'mesh' : null;
}

const AGENT_LABELS = Object.entries(AGENT_POD_LABELS);

/** What some versions make of a field. */
interface Defect extends VersionSpan {
  readonly variant: string;
  /** Where it concerns this stress; null: it does not. */
  readonly place: (stress: LiveStress) => TextRange | null;
}

const DEFECTS: readonly Defect[] = [
  {
    // Fixed in 2.2.1: choom was started in place of what it should have started.
    since: '2.2',
    until: '2.2.0',
    variant: 'adj',
    place: ({ model }) => (writtenAdj(model) === null ? null : adjPlace(model)),
  },
  {
    until: '2.1',
    variant: 'size',
    place: ({ model }) => {
      const text = stringOf(sizeNode(model));
      if (text === null || text.endsWith('%')) return null;
      return bytesOf(parseLegacyGoUnitsSize(text)) === bytesOf(parseRuntimeSize(text))
        ? null
        : sizePlace(model);
    },
  },
  {
    until: '2.1',
    variant: 'cgroup',
    place: (stress) => (onCgroup2(stress, () => true) ? kindPlace(stress.model) : null),
  },
  {
    since: '2.2',
    until: '2.4.2',
    variant: 'runtime',
    place: (stress) =>
      onCgroup2(stress, (runtime) => runtime !== null && runtime !== 'containerd')
        ? kindPlace(stress.model)
        : null,
  },
];

function bytesOf(size: Size): number | null {
  return size.kind === 'bytes' ? size.bytes : null;
}

function onCgroup2({ targets }: LiveStress, matches: (runtime: string | null) => boolean): boolean {
  return targets.some(({ node: one }) => one?.cgroupVersion === 2 && matches(one.runtime));
}

function defects(stress: LiveStress, report: Report): void {
  const version = stress.world.chaosMesh?.version ?? null;
  if (stress.world.engine !== 'chaos-mesh' || version === null || !isVersion(version)) return;
  for (const defect of DEFECTS) {
    if (!holdsIn(defect, versionNumber(version))) continue;
    const place = defect.place(stress);
    if (place !== null) report(place, { version, variant: defect.variant });
  }
}

function missingRights(stress: LiveStress, report: Report): void {
  const { world: cluster, model } = stress;
  if (cluster.engine !== 'chaos-mesh') return;
  const denied = neededRights(stress).filter(
    ({ namespace, resource, by }) =>
      cluster.surroundings.mayCreate.get(rightKey(namespace, resource)) === false &&
      (by === 'server' || cluster.chaosMesh?.checksRights === true),
  );
  const [first] = denied;
  if (first === undefined) return;
  const { resource, by } = first;
  const same = denied.filter((one) => one.resource === resource && one.by === by);
  const everywhere = same.some(({ namespace }) => namespace === '');
  const variant = by === 'server' ? {} : { variant: everywhere ? 'cluster' : 'webhook' };
  report(kindPlace(model), { resource, namespaces: names(same.map((one) => one.namespace)), ...variant });
}

const PLAIN = manifest();
const AT_KIND = PLAIN.replace('StressChaos', '«StressChaos»');
const SYSTEM = manifest({ selector: ['namespaces: [kube-system]', 'labelSelectors: { app: web }'] });
const SYSTEM_POD = pod({ namespace: 'kube-system' });
const V2 = node({ cgroupVersion: 2, runtime: 'docker' });

export const clusterRules: readonly LiveRule[] = [
  {
    code: 'MS106',
    severity: 'error',
    check: noEngine,
    good: [
      { text: PLAIN, world: world({ chaosMesh: chaosMesh(), nodes: [node({ runtime: 'containerd' })] }) },
      { text: PLAIN, world: world({ chaosMesh: chaosMesh({ daemonNodes: null }) }) },
      { text: PLAIN, world: world({ engine: 'none' }) },
      { text: PLAIN, world: world({ engine: 'agent', nodes: [node({ agentStresses: true })] }) },
    ],
    bad: [
      { text: AT_KIND, world: world({ chaosMesh: chaosMesh({ daemonNodes: ['n2'] }) }) },
      { text: AT_KIND, world: world({ engine: 'none', stressChaos: false }) },
      { text: AT_KIND, world: world({ chaosMesh: chaosMesh({ controllerReady: false }) }) },
      {
        text: AT_KIND,
        world: world({
          chaosMesh: chaosMesh({ runtime: 'docker' }),
          nodes: [node({ runtime: 'containerd' })],
        }),
      },
      { text: AT_KIND, world: world({ engine: 'agent', nodes: [node({ agentStresses: false })] }) },
      {
        text: AT_KIND,
        world: world({
          chaosMesh: chaosMesh(),
          pods: [pod(), pod({ name: 'web-b', node: 'n2' })],
          nodes: [node(), node({ name: 'n2' })],
        }),
        severity: 'warning',
      },
    ],
  },
  {
    code: 'MS116',
    severity: 'error',
    check: vitalPods,
    good: [{ text: PLAIN, world: world({ chaosMesh: chaosMesh() }) }],
    bad: [
      { text: SYSTEM.replace('[kube-system]', '[«kube-system»]'), world: world({ pods: [SYSTEM_POD] }) },
      {
        text: PLAIN.replace('[shop]', '[«shop»]'),
        world: world({ pods: [pod({ labels: { 'app.kubernetes.io/name': 'podstress-agent' } })] }),
      },
      {
        text: PLAIN.replace('[shop]', '[«shop»]'),
        world: world({ chaosMesh: chaosMesh({ namespace: 'shop' }) }),
      },
    ],
  },
  {
    code: 'MS120',
    severity: 'warning',
    check: defects,
    good: [
      { text: PLAIN, world: world({ chaosMesh: chaosMesh(), nodes: [V2] }) },
      { text: PLAIN, world: world({ chaosMesh: chaosMesh({ version: '2.2.1' }) }) },
      { text: PLAIN, world: world({ chaosMesh: chaosMesh({ version: null }) }) },
    ],
    bad: [
      {
        text: PLAIN.replace('oomScoreAdj: 500', 'oomScoreAdj: «500»'),
        world: world({ chaosMesh: chaosMesh({ version: '2.2.0' }) }),
      },
      {
        text: PLAIN.replace('size: 64MiB', 'size: «64MiB»'),
        world: world({ chaosMesh: chaosMesh({ version: '2.1.8' }) }),
      },
      { text: AT_KIND, world: world({ chaosMesh: chaosMesh({ version: '2.4.1' }), nodes: [V2] }) },
      { text: AT_KIND, world: world({ chaosMesh: chaosMesh({ version: '2.1.8' }), nodes: [V2] }) },
    ],
  },
  {
    code: 'MS121',
    severity: 'warning',
    check: missingRights,
    good: [
      { text: PLAIN, world: world({ mayCreate: { 'chaos-mesh/stresschaos': true } }) },
      { text: PLAIN, world: world({ mayCreate: { 'shop/stresschaos': false } }) },
    ],
    bad: [
      { text: AT_KIND, world: world({ mayCreate: { 'chaos-mesh/stresschaos': false } }) },
      {
        text: AT_KIND,
        world: world({ chaosMesh: chaosMesh(), mayCreate: { 'shop/stresschaos': false } }),
      },
      {
        text: schedule({ stress: { selector: ['labelSelectors: { app: web }'] } }).replace(
          'kind: Schedule',
          'kind: «Schedule»',
        ),
        world: world({ chaosMesh: chaosMesh(), mayCreate: { '/schedule': false } }),
      },
      {
        text: workflow().replace('kind: Workflow', 'kind: «Workflow»'),
        world: world({ mayCreate: { 'chaos-mesh/workflows': false } }),
      },
    ],
  },
];
