import assert from 'node:assert/strict';
import { projectNode } from '../../../src/cluster/nodes.js';
import { Transport } from '../../../src/cluster/transport.js';
import { NodeWatch } from '../../../src/lab/node-watch.js';
import { ValueStore } from '../../../src/lab/store.js';
import type { AgentView, NodeView, PodView } from '../../../src/lab/types.js';
import { AGENT_POD_LABELS } from '../../../src/protocol/agent/types.js';
import { access, json, type ScriptedServer, startServer, statusBody, until } from '../cluster/server.js';
import { podView } from '../extension/support/views.js';

describe('the nodes of a cluster', () => {
  let server: ScriptedServer;
  let transport: Transport;
  let end: AbortController;
  let running: Promise<void>;
  const fail = (error: unknown): never => assert.fail(String(error));
  let nodes: ValueStore<readonly NodeView[]>;
  let pods: ValueStore<readonly PodView[]>;
  let agents: ValueStore<readonly AgentView[]>;

  const start = async (answer: (path: string) => readonly [number, unknown]): Promise<void> => {
    server = await startServer((_, response, url) => {
      if (url.searchParams.has('watch')) response.writeHead(200).flushHeaders();
      else json(response, ...answer(url.pathname));
    });
    transport = new Transport(access(server));
    end = new AbortController();
    nodes = new ValueStore<readonly NodeView[]>([], fail);
    pods = new ValueStore<readonly PodView[]>([], fail);
    agents = new ValueStore<readonly AgentView[]>([], fail);
    const { signal } = end;
    running = new NodeWatch({ transport, signal, backoff: {}, nodes, pods, agents }).run();
  };
  afterEach(async () => {
    end.abort();
    await running;
    transport.dispose();
    await server.close();
  });

  const agentPod = (nodeName: string, state = 'Running'): PodView =>
    podView({ name: 'agent', namespace: 'podstress', labels: AGENT_POD_LABELS, nodeName, state });

  it('are those that Pods name where they may not be listed', async () => {
    await start(() => [403, statusBody(403, 'Forbidden', 'nodes is forbidden')]);
    pods.set([podView({ name: 'a', nodeName: 'n2' }), agentPod('n1', 'ImagePullBackOff')]);
    await until(() => nodes.get().length === 2, 'both nodes are there');
    assert.deepEqual(
      nodes.get().map(({ name, facts, agent }) => [name, facts, agent.state, agent.detail]),
      [
        ['n1', null, 'installing', 'ImagePullBackOff'],
        ['n2', null, 'missing', null],
      ],
    );
  });

  it('are joined with their agents, and remember since when', async () => {
    const item = { metadata: { name: 'n1', resourceVersion: '1' } };
    await start(() => [200, { metadata: { resourceVersion: '1' }, items: [item] }]);
    await until(() => nodes.get().length === 1, 'the node is there');
    assert.deepEqual([nodes.get()[0]?.agent.state, nodes.get()[0]?.facts?.ready], ['missing', null]);
    pods.set([agentPod('n1')]);
    agents.set([{ nodeName: 'n1', podName: 'agent', state: 'live', detail: null, node: null }]);
    await until(() => nodes.get()[0]?.agent.state === 'live', 'its agent is live');
    const since = nodes.get()[0]?.agent.since;
    agents.set([{ nodeName: 'n1', podName: 'agent', state: 'live', detail: 'again', node: null }]);
    await until(() => nodes.get()[0]?.agent.detail === 'again', 'the view changed');
    assert.equal(nodes.get()[0]?.agent.since, since);
  });
});

describe('a Node as the API server has it', () => {
  it('is read at the door: what is missing or of a wrong type is not known', () => {
    assert.equal(projectNode({}), null);
    const bare = projectNode({
      metadata: { name: 'n' },
      spec: 7,
      status: { conditions: 'x', capacity: { memory: 5 } },
    });
    assert.deepEqual(bare, {
      name: 'n',
      kernelVersion: null,
      osImage: null,
      containerRuntime: null,
      kubeletVersion: null,
      capacityBytes: null,
      allocatableBytes: null,
      ready: null,
      memoryPressure: null,
      unschedulable: false,
      taints: [],
      labels: {},
    });
    const full = projectNode({
      metadata: { name: 'n' },
      spec: {
        unschedulable: true,
        taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }, { key: 'c', effect: 'NoExecute' }, 5],
      },
      status: {
        capacity: { memory: '16Gi' },
        allocatable: { memory: '15Gi' },
        conditions: [
          { type: 'Ready', status: 'Unknown' },
          { type: 'MemoryPressure', status: 'True' },
        ],
        nodeInfo: { kernelVersion: '6.8.0' },
      },
    });
    assert.deepEqual(
      [full?.ready, full?.memoryPressure, full?.unschedulable, full?.capacityBytes, full?.kernelVersion],
      [null, true, true, 2 ** 34, '6.8.0'],
    );
    assert.deepEqual(full?.taints, ['a=b:NoSchedule', 'c:NoExecute']);
  });
});
