import assert from 'node:assert/strict';
import type { StressChaos } from '../../../src/core/kubernetes/objects.js';
import { engineChoice } from '../../../src/lab/engine-choice.js';
import { ExperimentBook } from '../../../src/lab/experiment-book.js';
import { chaosMeshRights } from '../../../src/lab/experiment-rights.js';
import { experimentView } from '../../../src/lab/experiments.js';
import { originOf, withOrigin } from '../../../src/lab/origin.js';
import { ValueStore } from '../../../src/lab/store.js';
import type { AgentView, ExperimentView } from '../../../src/lab/types.js';
import { when } from './world.js';

const NODE = {
  apiVersion: 1,
  agentVersion: '0.1.0',
  nodeName: 'host',
  kernelRelease: '6.1',
  bootId: 'b',
  cgroupVersion: 2,
  cgroupMode: 'unified',
  cgroupDriver: 'systemd',
  groupKill: null,
  kernelLogRateLimit: null,
  memoryTotalBytes: 1,
  memoryAvailableBytes: 1,
  swapTotalBytes: 0,
} as const;

function agent(nodeName: string, state: AgentView['state'], stress: boolean): AgentView {
  const capabilities = { kernelLog: true, killCounters: true, stress, negativeOomScoreAdj: true };
  return { nodeName, podName: `agent-${nodeName}`, state, detail: null, node: { ...NODE, capabilities } };
}

function chaos(
  name: string,
  selector: StressChaos['spec']['selector'],
  injected: string[] = [],
): StressChaos {
  const containerRecords = injected.map((id) => ({
    id,
    selectorKey: '.',
    phase: 'Injected',
    injectedCount: 1,
    recoveredCount: 0,
  }));
  return {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'StressChaos',
    metadata: { name, namespace: 'app' },
    spec: { mode: 'all', selector },
    status: { experiment: { containerRecords } },
  };
}

describe('the engine of an Inject', () => {
  const live = [agent('n2', 'live', true), agent('n1', 'live', true), agent('n3', 'live', false)];
  const found = { installation: null };
  const cases = [
    { preference: 'auto', chaosMesh: found, agents: live, kind: 'chaos-mesh' },
    { preference: 'auto', chaosMesh: null, agents: live, kind: 'agent' },
    { preference: 'auto', chaosMesh: null, agents: [], kind: 'none' },
    { preference: 'auto', chaosMesh: null, agents: [agent('n1', 'lost', true)], kind: 'none' },
    { preference: 'auto', chaosMesh: null, agents: [agent('n1', 'live', false)], kind: 'none' },
    { preference: 'agent', chaosMesh: found, agents: live, kind: 'agent' },
    { preference: 'agent', chaosMesh: found, agents: [], kind: 'none' },
    { preference: 'chaos-mesh', chaosMesh: null, agents: live, kind: 'none' },
  ] as const;
  for (const { preference, chaosMesh, agents, kind } of cases) {
    const there = `${chaosMesh === null ? 'no ' : ''}Chaos Mesh, ${agents.length} agents`;
    it(`${preference}, ${there}: ${kind}`, () => {
      assert.equal(engineChoice(preference, chaosMesh, agents).kind, kind);
    });
  }

  it('names the nodes whose agents may stress, and what is missing', () => {
    assert.deepEqual(engineChoice('auto', null, live), { kind: 'agent', nodes: ['n1', 'n2'] });
    assert.deepEqual(engineChoice('agent', found, []), { kind: 'none', reason: 'agent-missing' });
    assert.deepEqual(engineChoice('auto', null, []), { kind: 'none', reason: 'chaos-mesh-missing' });
  });
});

describe('the rights that an Inject by Chaos Mesh takes', () => {
  const text = (selector: StressChaos['spec']['selector'], checks: boolean | null): string[] =>
    chaosMeshRights(chaos('x', selector), 'app', checks).map(
      ({ verb, group, resource, namespace }) => `${verb} ${resource}.${group} ${namespace}`,
    );
  const own = ['create', 'get', 'list', 'watch', 'delete', 'patch'].map(
    (verb) => `${verb} stresschaos.chaos-mesh.org app`,
  );
  const other = (namespace: string): string => `create stresschaos.chaos-mesh.org ${namespace}`;

  it('are those of its own namespace', () => {
    assert.deepEqual(text({}, true), own);
    assert.deepEqual(text({ namespaces: ['app'] }, true), own);
  });

  it('are those of every selected namespace where its webhook asks, or may ask', () => {
    const selector = { namespaces: ['b', 'a'], pods: { c: ['p'] } };
    assert.deepEqual(text(selector, true), [...own, other('a'), other('b'), other('c')]);
    assert.deepEqual(text(selector, null), [...own, other('a'), other('b'), other('c')]);
    assert.deepEqual(text(selector, false), own);
  });
});

describe('the origin of an experiment', () => {
  const meta = (over: Partial<StressChaos['metadata']>): StressChaos['metadata'] => ({ name: 'x', ...over });

  it('is written to labels and annotations, and read from them', () => {
    const origin = { user: 'ann', file: 'chaos/mem.yaml' };
    const written = withOrigin({ labels: { team: 'a' }, annotations: { note: 'b' } }, origin);
    assert.deepEqual(written.labels, { 'app.kubernetes.io/managed-by': 'podstress', team: 'a' });
    assert.equal(written.annotations['note'], 'b');
    assert.deepEqual(originOf(meta(written)), origin);
  });

  it('takes no other manager’s place, and nobody else’s word for who it was', () => {
    const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
    const annotations = { 'podstress.dev/user': 'bob', 'podstress.dev/file': 'old.yaml' };
    const written = withOrigin({ labels, annotations }, { user: 'ann', file: null });
    assert.deepEqual(written.labels, labels);
    assert.deepEqual(originOf(meta(written)), { user: 'ann', file: null });
  });

  it('is null where Podstress did not make it', () => {
    assert.equal(originOf(meta({})), null);
    assert.equal(originOf(meta({ labels: { 'app.kubernetes.io/managed-by': 'Helm' } })), null);
  });
});

describe('the book of experiments', () => {
  const view = (engine: ExperimentView['engine'], object: StressChaos): ExperimentView => ({
    ...experimentView(object, 0, null),
    engine,
  });

  it('joins both engines’ experiments and what has arrived of them, sorted, and says what acts on which Pod', async () => {
    const store = new ValueStore<readonly ExperimentView[]>([], (error) => assert.fail(String(error)));
    let told = 0;
    const book = new ExperimentBook({ experiments: store, onTargets: () => (told += 1) });
    const arrival = {
      target: 'app/b/main',
      state: 'arrived',
      expectedBytes: 1,
      arrivedBytes: 1,
      stressorKills: 0,
      reason: null,
      reinjection: null,
    } as const;
    book.arrivalsOf = (views) =>
      new Map(views.filter(({ engine }) => engine === 'agent').map(({ key }) => [key, [arrival]]));
    const byChaos = [view('chaos-mesh', chaos('z', {}, ['app/a/main'])), view('chaos-mesh', chaos('b', {}))];
    book.join('chaos-mesh', () => byChaos);
    book.join('agent', () => [view('agent', chaos('c', {}, ['app/a/main', 'app/b/main']))]);
    book.changed();
    const all = await when(store, (one) => one.length > 0, 'they are told');
    assert.deepEqual(
      all.map(({ key, engine, arrivals }) => [key, engine, arrivals.length]),
      [
        ['app/b', 'chaos-mesh', 0],
        ['app/c', 'agent', 1],
        ['app/z', 'chaos-mesh', 0],
      ],
    );
    assert.deepEqual(book.experimentsOf('app/a'), ['app/c', 'app/z']);
    assert.deepEqual(book.experimentsOf('app/b'), ['app/c']);
    assert.deepEqual([...book.targetsOfOthers('app/c')], ['app/a/main']);
    assert.equal(book.get('app/c')?.engine, 'agent');
    assert.equal(told, 1);
    const before = book.experimentsOf('app/a');
    byChaos.pop();
    book.changed();
    await when(store, (one) => one.length === 2, 'one is gone');
    assert.equal(book.experimentsOf('app/a'), before, 'the same list as long as nothing changes');
    assert.equal(told, 1);
    book.dispose();
  });
});
