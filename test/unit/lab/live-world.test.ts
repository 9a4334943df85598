import assert from 'node:assert/strict';
import { liveWorld } from '../../../src/lab/live-world.js';
import type { ChaosMeshInstallation, NodeView } from '../../../src/lab/types.js';
import type { NodeInfo } from '../../../src/protocol/agent/types.js';
import { FakeLab } from '../extension/support/fake-lab.js';
import { experimentView, nodeView, podView } from '../extension/support/views.js';

const LIVE = { phase: 'live', context: 'sandbox', server: 'https://127.0.0.1:6443' } as const;
const INFO = { memoryTotalBytes: 100, swapTotalBytes: 7, cgroupVersion: 2, groupKill: 'on' } as NodeInfo;

function withAgent(node: NodeView, info: NodeInfo): NodeView {
  return { ...node, agent: { ...node.agent, state: 'live', info } };
}

describe('the world of live rules', () => {
  it('is none unless the connection is live', () => {
    const lab = new FakeLab();
    assert.notEqual(liveWorld(lab), null);
    lab.connection.set({ ...LIVE, phase: 'stale', since: '2026-11-20T20:00:00Z', detail: 'timeout' });
    assert.equal(liveWorld(lab), null);
    lab.connection.set({ phase: 'connecting', context: 'sandbox', server: '' });
    assert.equal(liveWorld(lab), null);
  });

  it('takes the Pods as they are, and says which namespaces are read', () => {
    const lab = new FakeLab();
    const pods = [podView({ name: 'a' })];
    lab.pods.set(pods);
    assert.equal(liveWorld(lab)?.pods, pods);
    assert.deepEqual([liveWorld(lab)?.namespace, liveWorld(lab)?.readNamespaces], ['default', null]);
    lab.connection.set({ ...LIVE, namespace: 'team', scope: { namespaces: ['team'], refused: ['other'] } });
    assert.deepEqual(
      [liveWorld(lab)?.namespace, liveWorld(lab)?.readNamespaces],
      ['team', new Set(['team'])],
    );
  });

  it('joins what the API, the agent and the surroundings say of a node', () => {
    const lab = new FakeLab();
    const facts = { capacityBytes: 90, allocatableBytes: 80, containerRuntime: 'containerd://2.1.4' };
    lab.nodes.set([withAgent(nodeView('n1', facts), INFO), nodeView('n2', { capacityBytes: 50 })]);
    lab.surroundings.set({ ...lab.surroundings.get(), availableBytes: new Map([['n1', 40]]) });
    const nodes = liveWorld(lab)?.nodes;
    assert.deepEqual(nodes?.get('n1'), {
      name: 'n1',
      capacityBytes: 100,
      allocatableBytes: 80,
      availableBytes: 40,
      swapBytes: 7,
      cgroupVersion: 2,
      groupKill: true,
      runtime: 'containerd',
      agentStresses: null,
    });
    assert.deepEqual(nodes?.get('n2'), {
      name: 'n2',
      capacityBytes: 50,
      allocatableBytes: null,
      availableBytes: null,
      swapBytes: null,
      cgroupVersion: null,
      groupKill: null,
      runtime: null,
      agentStresses: null,
    });
    lab.nodes.set([withAgent(nodeView('n1'), { ...INFO, cgroupVersion: 1, groupKill: null })]);
    assert.equal(liveWorld(lab)?.nodes.get('n1')?.groupKill, false, 'cgroup v1 kills single processes');
    lab.nodes.set([withAgent(nodeView('n1'), { ...INFO, groupKill: 'mixed' })]);
    assert.equal(liveWorld(lab)?.nodes.get('n1')?.groupKill, null);
  });

  it('says which agents may stress where they are the engine', () => {
    const lab = new FakeLab();
    lab.nodes.set([nodeView('n1'), nodeView('n2')]);
    lab.engine.set({ kind: 'agent', nodes: ['n1'] });
    const world = liveWorld(lab);
    assert.deepEqual(
      [...(world?.nodes.values() ?? [])].map(({ agentStresses }) => agentStresses),
      [true, false],
    );
    assert.equal(world?.chaosMesh, null);
  });

  it('knows the version of Chaos Mesh before its installation is read, then all of it', () => {
    const lab = new FakeLab();
    assert.deepEqual(
      [liveWorld(lab)?.chaosMesh?.version, liveWorld(lab)?.chaosMesh?.daemonNodes],
      ['2.8.3', null],
    );
    const installation = { version: '2.8.3', daemonNodes: ['n1'] } as unknown as ChaosMeshInstallation;
    lab.engine.set({ kind: 'chaos-mesh', version: '2.8.3', installation });
    assert.equal(liveWorld(lab)?.chaosMesh, installation);
  });

  it('counts experiments that still act, with the containers that they have reached and who made them', () => {
    const lab = new FakeLab();
    const { object } = experimentView();
    const record = (id: string, phase: string) => ({
      id,
      phase,
      selectorKey: '.',
      injectedCount: 1,
      recoveredCount: 0,
    });
    const containerRecords = [record('ns/a/app', 'Injected'), record('ns/b/app', 'Not Injected')];
    lab.experiments.set([
      experimentView({
        object: {
          ...object,
          metadata: { ...object.metadata, labels: { 'managed-by': 'nightly' } },
          status: { experiment: { containerRecords } },
        },
      }),
      experimentView({ key: 'chaos-mesh/done', phase: 'finished' }),
    ]);
    assert.deepEqual(liveWorld(lab)?.experiments, [
      {
        key: 'chaos-mesh/mem-stress',
        parent: 'nightly',
        containers: new Set(['ns/a/app']),
        totalBytes: 50 * 2 ** 20,
        nodePercent: null,
      },
    ]);
  });
});
