import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { AgentClient } from '../../../src/cluster/agent/client.js';
import { ClusterError } from '../../../src/cluster/errors.js';
import { portForward } from '../../../src/cluster/portforward.js';
import { Transport } from '../../../src/cluster/transport.js';
import { CONTAINER_RUNTIMES } from '../../../src/core/cgroup/identity.js';
import type {
  KillEntry,
  KillStreamLine,
  MemorySample,
  NodeInfo,
  SampleLine,
} from '../../../src/protocol/agent/types.js';
import { access, json, type ScriptedServer, startServer, statusBody, until } from './server.js';

const NODE: NodeInfo = {
  apiVersion: 1,
  agentVersion: '0.1.0',
  nodeName: 'n1',
  kernelRelease: '6.1',
  bootId: 'b',
  cgroupVersion: 2,
  cgroupMode: 'unified',
  cgroupDriver: 'systemd',
  groupKill: 'on',
  kernelLogRateLimit: { intervalMs: 5000, burst: 10 },
  memoryTotalBytes: 1,
  memoryAvailableBytes: 1,
  swapTotalBytes: 0,
  capabilities: { kernelLog: true, killCounters: true, stress: false, negativeOomScoreAdj: false },
};

const SAMPLE: MemorySample = {
  identity: { uid: 'u', qos: 'BestEffort', containerId: 'c', runtime: 'containerd' },
  usageBytes: 9,
  workingSetBytes: 8,
  inactiveFileBytes: 1,
  rssBytes: 2,
  cacheBytes: 3,
  shmemBytes: 4,
  kernelBytes: 5,
  swapBytes: 6,
  limitBytes: 20,
  effectiveLimitBytes: 10,
  effectiveLimitLevel: 'pod',
  limitHits: 7,
  peakBytes: 11,
  pressure: { someAvg10: 1.5, fullAvg10: 0.5, someTotalUs: 30, fullTotalUs: 10 },
  oomKills: 1,
};

/** `Required`: a field that the protocol gains must be decoded before this compiles and passes again. */
const KILL: Required<KillEntry> = {
  type: 'kill',
  seq: 4,
  time: '2026-11-20T12:00:00Z',
  bootSeconds: 12.5,
  evidence: 'bare',
  constraint: null,
  group: false,
  victim: {
    pid: 7,
    comm: '<b>evil</b>',
    uid: 0,
    oomScoreAdj: 992,
    totalVmBytes: null,
    anonRssBytes: 1024,
    fileRssBytes: 0,
    shmemRssBytes: 0,
    pgtablesBytes: null,
  },
  invoker: null,
  oomMemcg: null,
  taskMemcg: null,
  level: 'pod',
  limitBytes: null,
  usageBytes: null,
  pod: { uid: 'u', qos: 'Burstable', containerId: 'c', runtime: null },
  candidates: [],
  checked: false,
  tasks: [],
};
const BEAT = { type: 'heartbeat', time: '2026-11-20T12:00:01Z', seq: 4 };

async function failure(promise: Promise<unknown>): Promise<ClusterError> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof ClusterError, String(error));
    return error;
  }
  throw new Error('must fail');
}

describe('cluster port-forward and agent client', function () {
  this.timeout(20_000);
  let api: ScriptedServer;
  let sockets: WebSocketServer;
  let agent: Server;
  let answer: (path: string, response: ServerResponse) => void = () => undefined;
  let hosts: (string | undefined)[] = [];
  /** What the API server does with an upgraded socket; unless told otherwise it forwards to the agent. */
  let onSocket: (socket: WebSocket) => void = () => undefined;
  let transport: Transport;
  let controller: AbortController;

  beforeEach(async () => {
    api = await startServer((_request, response) => json(response, 400, {}));
    agent = createServer((request, response) => {
      hosts.push(request.headers.host);
      answer(request.url ?? '', response);
    });
    agent.listen(0, '127.0.0.1');
    await once(agent, 'listening');
    sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' });
    onSocket = forward;
    api.server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (client) => onSocket(client));
    });
    transport = new Transport(access(api));
    controller = new AbortController();
    hosts = [];
  });
  afterEach(async () => {
    controller.abort();
    transport.dispose();
    await api.close();
    agent.closeAllConnections();
    agent.close();
  });

  /** A port-forward as the kubelet makes it: two frames with the port first, then the bytes. */
  function forward(client: WebSocket): void {
    const port = Buffer.alloc(2);
    port.writeUInt16LE(10_880);
    client.send(Buffer.concat([Buffer.from([0]), port]));
    client.send(Buffer.concat([Buffer.from([1]), port]));
    const tcp = connectTcp((agent.address() as AddressInfo).port, '127.0.0.1');
    client.on('message', (data: Buffer) => tcp.write(data.subarray(1)));
    client.on('close', () => tcp.destroy());
    tcp.on('data', (data) => client.send(Buffer.concat([Buffer.from([0]), data])));
    tcp.on('close', () => client.close());
    tcp.on('error', () => client.close());
  }

  function client(): AgentClient {
    return new AgentClient((signal) =>
      portForward(transport, { namespace: 'ns', pod: 'agent-x', port: 10_880 }, signal),
    );
  }

  it('reads node information through the tunnel, as localhost', async () => {
    let path = '';
    api.server.on('upgrade', (request) => {
      path = request.url ?? '';
    });
    answer = (_path, response) => json(response, 200, NODE);
    assert.deepEqual(await client().node(controller.signal), NODE);
    assert.equal(path, '/api/v1/namespaces/ns/pods/agent-x/portforward?ports=10880');
    assert.deepEqual(hosts, ['localhost:10880']);
  });

  it('streams kills in batches until it is told to stop, then closes the tunnel', async () => {
    let path = '';
    let closed = false;
    answer = (asked, response) => {
      path = asked;
      response.write(`${JSON.stringify(KILL)}\n${JSON.stringify(BEAT)}\n`);
      response.on('close', () => {
        closed = true;
      });
    };
    const lines: KillStreamLine[] = [];
    const done = failure(
      (async () => {
        for await (const batch of client().kills(3, controller.signal)) {
          lines.push(...batch);
          if (lines.length === 2) {
            controller.abort();
          }
        }
      })(),
    );
    assert.equal((await done).kind, 'aborted');
    assert.deepEqual(lines, [KILL, BEAT]);
    assert.equal(path, '/v1/kills?since=3&follow=1');
    await until(() => closed, "the agent's side is closed");
  });

  it('knows every runtime that an agent may name', async () => {
    const identity = { uid: 'u', qos: 'BestEffort', containerId: 'c' } as const;
    const kills = CONTAINER_RUNTIMES.map((runtime) => ({ ...KILL, pod: { ...identity, runtime } }));
    answer = (_path, response) => response.end(`${kills.map((kill) => JSON.stringify(kill)).join('\n')}\n`);
    const lines: KillStreamLine[] = [];
    for await (const batch of client().kills(0, controller.signal)) lines.push(...batch);
    assert.deepEqual(lines, kills);
  });

  it('passes a large body unharmed although frames come in pieces and the reader is slow', async () => {
    const sample: SampleLine = {
      type: 'sample',
      time: '2026-11-20T12:00:00Z',
      containers: Array.from({ length: 800 }, (_, index) => ({
        ...SAMPLE,
        identity: { ...SAMPLE.identity, containerId: `c${index}` },
        usageBytes: index,
      })),
      pods: [{ ...SAMPLE, identity: { ...SAMPLE.identity, containerId: null } }],
    };
    answer = (_path, response) => response.end(`${JSON.stringify(sample)}\n`.repeat(20));
    let count = 0;
    for await (const batch of client().memory(1000, controller.signal)) {
      count += batch.length;
      assert.deepEqual(batch[0], sample);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(count, 20);
  });

  it('reads what an agent before the newer fields says, as unknown', async () => {
    const { cgroupMode, cgroupDriver, groupKill, kernelLogRateLimit, memoryAvailableBytes, ...older } = NODE;
    answer = (_path, response) => json(response, 200, older);
    const node = await client().node(controller.signal);
    assert.deepEqual(node, {
      ...older,
      cgroupMode: null,
      cgroupDriver: null,
      groupKill: null,
      kernelLogRateLimit: null,
      memoryAvailableBytes: null,
    });
    const { identity, usageBytes, workingSetBytes, inactiveFileBytes, rssBytes, cacheBytes, limitBytes } =
      SAMPLE;
    const before = {
      identity,
      usageBytes,
      workingSetBytes,
      inactiveFileBytes,
      rssBytes,
      cacheBytes,
      limitBytes,
    };
    const line = {
      type: 'sample',
      time: '2026-11-20T12:00:00Z',
      containers: [{ ...before, oomKills: null }],
    };
    answer = (_path, response) => response.end(`${JSON.stringify(line)}\n`);
    const lines: SampleLine[] = [];
    for await (const batch of client().memory(1000, controller.signal)) lines.push(...batch);
    const unknown = Object.fromEntries(
      Object.keys(SAMPLE)
        .filter((key) => !(key in before))
        .map((key) => [key, null]),
    );
    assert.deepEqual(lines, [{ ...line, containers: [{ ...before, ...unknown }], pods: [] }]);
  });

  const hostileSamples: readonly [string, unknown, RegExp][] = [
    ['Pods that are no list', { pods: 'all' }, /memory\.pods: a list was expected/],
    ['a Pod without an identity', { pods: [{ ...SAMPLE, identity: null }] }, /identity: an object/],
    [
      'a peak that is a text',
      { containers: [{ ...SAMPLE, peakBytes: '1' }] },
      /containers\.peakBytes: a number/,
    ],
    ['an unknown level', { pods: [{ ...SAMPLE, effectiveLimitLevel: 'x' }] }, /effectiveLimitLevel: one of/],
    [
      'half a pressure',
      { pods: [{ ...SAMPLE, pressure: { someAvg10: 1 } }] },
      /pressure\.fullAvg10: a number/,
    ],
  ];
  for (const [what, part, message] of hostileSamples) {
    it(`refuses ${what} at the door`, async () => {
      const line = {
        type: 'sample',
        time: '2026-11-20T12:00:00Z',
        containers: [],
        pods: [],
        ...(part as object),
      };
      answer = (_path, response) => response.end(`${JSON.stringify(line)}\n`);
      const error = await failure(client().memory(1000, controller.signal).next());
      assert.equal(error.kind, 'protocol');
      assert.match(error.message, message);
    });
  }

  const hostile: readonly [string, unknown, RegExp][] = [
    ['a text', 'boo', /an object was expected/],
    ['an unknown type', { ...BEAT, type: 'x' }, /unknown type "x"/],
    ['a sequence number as text', { ...BEAT, seq: '4' }, /kills\.seq: a number was expected/],
    ['a time that is none', { ...BEAT, time: 'soon' }, /kills\.time/],
    ['a victim without a pid', { ...KILL, victim: {} }, /kills\.victim\.pid/],
    ['an unknown evidence', { ...KILL, evidence: 'rumour' }, /kills\.evidence: one of full, bare, counted/],
    ['candidates that are no list', { ...KILL, candidates: {} }, /kills\.candidates/],
  ];
  for (const [what, line, message] of hostile) {
    it(`refuses ${what} at the door`, async () => {
      answer = (_path, response) => response.end(`${JSON.stringify(line)}\n`);
      const error = await failure(client().kills(0, controller.signal).next());
      assert.equal(error.kind, 'protocol');
      assert.match(error.message, message);
    });
  }

  it('refuses another version of the protocol with advice', async () => {
    answer = (_path, response) => json(response, 200, { ...NODE, apiVersion: 2 });
    const error = await failure(client().node(controller.signal));
    assert.match(error.message, /version 2 .* update the older one/);
  });

  it('reads the detail of a problem', async () => {
    answer = (_path, response) =>
      json(response, 403, {
        type: 'about:blank',
        title: 'Forbidden',
        status: 403,
        detail: 'not allowed here',
      });
    const error = await failure(client().node(controller.signal));
    assert.deepEqual(
      [error.kind, error.status, error.message],
      ['forbidden', 403, 'agent: not allowed here'],
    );
  });

  it('gives the raw report of a kill as it stands, and none where the agent has none', async () => {
    const text = '[    1.000000] <b> invoked oom-killer: order=0\n';
    answer = (path, response) => {
      if (path === '/v1/kills/7/report') response.end(text);
      else json(response, 404, { type: 'about:blank', title: 'Not Found', status: 404, detail: 'gone' });
    };
    assert.equal(await client().killReport(7, controller.signal), text);
    assert.equal(await client().killReport(8, controller.signal), null);
  });

  it('passes on why the API server refuses or the kubelet cannot connect', async () => {
    onSocket = (socket) => {
      socket.send(Buffer.from([0, 0x80, 0x2a]));
      socket.send(Buffer.from([1, 0x80, 0x2a]));
      socket.send(Buffer.concat([Buffer.from([1]), Buffer.from('connection refused')]));
    };
    const refused = await failure(client().node(controller.signal));
    assert.equal(refused.kind, 'unreachable');
    assert.match(refused.message, /could not be forwarded: connection refused/);

    api.server.removeAllListeners('upgrade');
    api.handler = (_request, response) =>
      json(response, 403, statusBody(403, 'Forbidden', 'pods "agent-x" is forbidden'));
    const forbidden = await failure(client().node(controller.signal));
    assert.deepEqual([forbidden.kind, forbidden.message], ['forbidden', 'pods "agent-x" is forbidden']);
  });

  it('ends a tunnel that sends frames of channels that it did not open', async () => {
    onSocket = (socket) => socket.send(Buffer.from([9, 1, 2, 3]));
    assert.equal((await failure(client().node(controller.signal))).kind, 'protocol');
  });

  it('is not stuck when it is cancelled before the tunnel is open', async () => {
    api.server.removeAllListeners('upgrade');
    let asked = false;
    api.server.on('upgrade', () => {
      asked = true;
    });
    const pending = failure(client().node(controller.signal));
    await until(() => asked, 'the upgrade is asked for');
    controller.abort();
    assert.equal((await pending).kind, 'aborted');
  });
});
