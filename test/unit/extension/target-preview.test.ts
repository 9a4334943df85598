import assert from 'node:assert/strict';
import type { StressChaosSpec } from '../../../src/core/kubernetes/objects.js';
import { NO_SURROUNDINGS } from '../../../src/core/kubernetes/surroundings.js';
import { outsideNamespaces, targetPreview } from '../../../src/extension/present/target-preview.js';
import type { ChaosMeshInstallation, PodView, Surroundings } from '../../../src/lab/types.js';
import { english } from './support/language.js';
import { podView } from './support/views.js';

const PODS = [
  podView({ name: 'a', namespace: 'web', container: 'app', labels: { app: 'web' } }),
  podView({ name: 'b', namespace: 'web', container: 'app', labels: { app: 'db' } }),
  podView({ name: 'c', namespace: 'web', container: 'app', labels: {} }),
  podView({ name: 'd', namespace: 'other', container: 'app', labels: { app: 'web' } }),
  podView({
    name: 'e',
    namespace: 'web',
    container: 'app',
    labels: { app: 'web' },
    phase: 'Pending',
    used: null,
  }),
  podView({ name: 'f', namespace: 'web', container: 'side', labels: { app: 'web' }, nodeName: 'node-2' }),
].map(withPhase);

/** The phase as the API has it: selectors look there. */
function withPhase(view: PodView): PodView {
  return {
    ...view,
    pod: { ...view.pod, status: { phase: view.phase === 'Pending' ? 'Pending' : 'Running' } },
  };
}

function preview(
  spec: Partial<StressChaosSpec>,
  pods = PODS,
  outside: ReturnType<typeof outsideNamespaces> = new Map(),
) {
  const whole: StressChaosSpec = { mode: 'all', selector: {}, ...spec };
  return targetPreview({ spec: whole, namespace: 'web', pods, nodes: null, outside }, english);
}

const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
const misses = (spec: Partial<StressChaosSpec>) =>
  preview(spec).misses.map(({ id, detail }) => `${id}: ${detail}`);

describe('the preview of targets', () => {
  it('names the containers that are hit, with node, phase and memory', () => {
    const { hits, summary, podKeys } = preview({ selector: { labelSelectors: { app: 'web' } } });
    assert.deepEqual(ids(hits), ['web/a/app', 'web/e/app', 'web/f/side']);
    assert.equal(hits[0]?.label, 'a/app');
    assert.equal(hits[0]?.detail, 'web · sandbox · Running · 38/500 MiB');
    assert.equal(hits[1]?.detail, 'web · sandbox · Pending');
    assert.match(hits[1]?.warning ?? '', /podPhaseSelectors/);
    assert.equal(summary, '3 Pods: all of them');
    assert.deepEqual(podKeys, ['web/a', 'web/e', 'web/f']);
  });

  it('says how many the mode takes of them', () => {
    const summary = (spec: Partial<StressChaosSpec>) => preview(spec).summary;
    const selector = { labelSelectors: { app: 'web' } };
    assert.equal(summary({ selector, mode: 'one' }), '1 of 3 Pods, chosen at random');
    assert.equal(summary({ selector, mode: 'fixed', value: '9' }), '3 Pods: all of them');
    assert.equal(
      summary({ selector, mode: 'random-max-percent', value: '50' }),
      'at most 2 of 3 Pods, chosen at random',
    );
    assert.equal(summary({ selector: { labelSelectors: { app: 'x' } } }), 'The selector hits nothing now');
  });

  it('says by which one selector a Pod is missed', () => {
    assert.deepEqual(
      misses({ selector: { labelSelectors: { app: 'web' }, podPhaseSelectors: ['Running'] } }),
      [
        'web/b: web · Its label app is db, not web',
        'web/c: web · It has no label app',
        'web/e: web · Its phase is Pending',
        'other/d: other · The namespace other is not selected',
      ],
    );
    assert.deepEqual(misses({ selector: { nodes: ['node-2'] } }), [
      'web/a: web · It is on sandbox',
      'web/b: web · It is on sandbox',
      'web/c: web · It is on sandbox',
      'web/e: web · It is on sandbox',
    ]);
  });

  it('a Pod without a container of that name is a miss, and is not marked', () => {
    const {
      hits,
      misses: rows,
      podKeys,
    } = preview({
      selector: { labelSelectors: { app: 'web' } },
      containerNames: ['side'],
    });
    assert.deepEqual(ids(hits), ['web/f/side']);
    assert.equal(rows[0]?.detail, 'web · It has no container side, but app');
    assert.deepEqual(podKeys, ['web/f']);
  });

  it('Pods that are named and not there are said', () => {
    assert.deepEqual(misses({ selector: { pods: { web: ['a', 'zz'] } } }), [
      'web/zz: web · There is no such Pod now: Chaos Mesh passes over it in silence',
    ]);
  });

  it('a selection that Chaos Mesh would refuse says why', () => {
    const { summary, hits } = preview({ selector: { podPhaseSelectors: ['$(x)'] } });
    assert.equal(summary, 'Chaos Mesh would refuse it: $ (x) is no phase');
    assert.deepEqual(hits, []);
    assert.match(preview({ mode: 'fixed', value: 'many' }).summary, /the value many is not valid/);
    assert.match(preview({ selector: { nodeSelectors: { a: 'b' } } }).summary, /labels of nodes/);
  });

  it('draws no icon from a stranger’s label', () => {
    const pods = [podView({ name: 'a', namespace: 'web', labels: { app: '$(rocket)\nx' } })];
    const [miss] = preview({ selector: { labelSelectors: { app: 'web' } } }, pods).misses;
    assert.equal(miss?.detail, 'web · Its label app is $ (rocket) x, not web');
  });

  it('where Chaos Mesh filters namespaces, those that are not annotated are left out', () => {
    const installation: ChaosMeshInstallation = {
      version: null,
      namespace: null,
      controllerReady: null,
      clusterScoped: null,
      targetNamespace: null,
      filtersNamespaces: true,
      runtime: null,
      checksRights: null,
      daemonNodes: null,
    };
    const around = (annotations: Record<string, string>): Surroundings => ({
      ...NO_SURROUNDINGS,
      namespaces: new Map([
        ['web', { exists: true, annotations, disruptionBudgets: null, autoscalers: null }],
      ]),
    });
    const spec = { selector: { namespaces: ['web', 'other'], labelSelectors: { app: 'web' } } };
    const shut = outsideNamespaces(PODS, installation, around({}));
    const { hits, misses: rows } = preview(spec, PODS, shut);
    assert.deepEqual(ids(hits), ['other/d/app'], 'what is not known is not left out');
    assert.match(rows[0]?.detail ?? '', /not annotated chaos-mesh.org\/inject=enabled/);
    const open = outsideNamespaces(PODS, installation, around({ 'chaos-mesh.org/inject': 'enabled' }));
    assert.equal(open.size, 0);
    const narrow = { ...installation, clusterScoped: false, targetNamespace: 'other' };
    assert.deepEqual([...outsideNamespaces(PODS, narrow, NO_SURROUNDINGS)], [['web', 'other-namespace']]);
  });
});
