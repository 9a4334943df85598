import { checkLive, type LiveDocument, LiveDocuments } from '../../src/core/stresschaos/live/check.js';
import type { LiveWorld } from '../../src/core/stresschaos/live/world.js';
import { liveWorld } from '../../src/lab/live-world.js';
import { measurePair } from '../../tools/bench/measure.js';
import type { Bench, BenchRow } from '../../tools/bench/row.js';
import { FakeLab } from '../unit/extension/support/fake-lab.js';
import { nodeView, podView } from '../unit/extension/support/views.js';

const PODS = 10_000;
const NAMESPACES = 20;
const NODES = 200;

function manifest(namespaces: readonly string[], labels: string): string {
  return [
    'apiVersion: chaos-mesh.org/v1alpha1',
    'kind: StressChaos',
    'metadata: { name: mem-stress, namespace: chaos-mesh }',
    'spec:',
    '  mode: all',
    `  selector: { namespaces: [${namespaces.join(', ')}], labelSelectors: ${labels} }`,
    '  stressors: { memory: { workers: 4, size: 3000MiB, oomScoreAdj: 1000 } }',
    '  duration: 1h',
    '',
  ].join('\n');
}

function world(): LiveWorld {
  const lab = new FakeLab();
  lab.pods.set(
    Array.from({ length: PODS }, (_, index) =>
      podView({
        name: `web-${index}`,
        namespace: `ns-${index % NAMESPACES}`,
        nodeName: `n-${index % NODES}`,
        labels: { app: index % 100 === 0 ? 'web' : 'other', team: index % 10 === 0 ? 'a' : 'b' },
        owner: {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: `web-${index % 500}-5d5f7c4b6d`,
          uid: 'u',
          controller: true,
        },
      }),
    ),
  );
  lab.nodes.set(
    Array.from({ length: NODES }, (_, index) => nodeView(`n-${index}`, { capacityBytes: 2 ** 34 })),
  );
  const made = liveWorld(lab);
  if (made === null) throw new Error('the stand-in is not live');
  return made;
}

function row(what: string, document: LiveDocument, of: LiveWorld): BenchRow {
  const { ours } = measurePair(
    () => void checkLive(document, of),
    () => void of.pods.length,
  );
  // Longer than this, and typing would feel it.
  return { what, unit: 'ms CPU', ours, reference: { name: 'the budget', value: 20 }, goal: 1 };
}

/** Live rules of one document against a cluster of ten thousand Pods. */
export const bench: Bench = async () => {
  const of = world();
  const all = Array.from({ length: NAMESPACES }, (_, index) => `ns-${index}`);
  const read = (text: string): LiveDocument => {
    const [document] = [...new LiveDocuments().read(text)];
    if (document === undefined) throw new Error('the manifest is not sound');
    return document;
  };
  return [
    row('live rules against 10,000 Pods, few of them hit', read(manifest(['ns-0'], '{ app: web }')), of),
    row('live rules against 10,000 Pods, a tenth of them hit', read(manifest(all, '{ team: a }')), of),
    row('live rules against 10,000 Pods, none of them hit', read(manifest(all, '{ app: none }')), of),
  ];
};
