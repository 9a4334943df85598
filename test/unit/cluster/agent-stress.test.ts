import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { AgentClient } from '../../../src/cluster/agent/client.js';
import { ClusterError } from '../../../src/cluster/errors.js';
import type { StressPlan, StressRun } from '../../../src/protocol/agent/types.js';

/** `Required`: a field that the protocol gains must be decoded before this compiles and passes again. */
const PLAN: Required<StressPlan> = {
  id: 'run-1',
  containerId: 'c'.repeat(64),
  memory: { bytes: 4096, workers: 1, rampMs: 10, oomScoreAdj: -1 },
  cpu: { workers: 2, load: 50 },
  durationMs: 1000,
  options: ['--cpu-method', 'fft'],
  leaseMs: 2000,
  note: '<b>ann</b>',
};
const RUN: Required<StressRun> = {
  plan: PLAN,
  phase: 'failed',
  startedAt: '2026-11-21T12:00:00.000Z',
  endedAt: '2026-11-21T12:00:01.000Z',
  pid: 7,
  reason: 'it was killed',
  cause: 'failure',
};
const BARE: StressRun = {
  plan: { id: 'run-2', containerId: 'c', durationMs: 1000 },
  phase: 'running',
  startedAt: '2026-11-21T12:00:00.000Z',
  endedAt: null,
  pid: null,
  reason: null,
  cause: null,
};

describe('stress through the agent client', () => {
  let agent: Server;
  let client: AgentClient;
  const { signal } = new AbortController();
  /** What the agent was asked, and what it answers. */
  let asked: string[] = [];
  let status = 200;
  let answer: unknown = null;

  before(async () => {
    agent = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        asked.push(`${request.method} ${request.url} ${request.headers['content-type'] ?? '-'} ${body}`);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      });
    });
    agent.listen(0, '127.0.0.1');
    await once(agent, 'listening');
    client = new AgentClient(async () => {
      const socket = connectTcp((agent.address() as AddressInfo).port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    });
  });
  beforeEach(() => {
    asked = [];
    status = 200;
  });
  after(() => {
    agent.closeAllConnections();
    agent.close();
  });

  async function bodyOf(request: IncomingMessage): Promise<string> {
    let text = '';
    for await (const chunk of request) text += chunk;
    return text;
  }
  const failure = (promise: Promise<unknown>): Promise<ClusterError> =>
    promise.then(
      () => assert.fail('must fail'),
      (error: unknown) => {
        assert.ok(error instanceof ClusterError, String(error));
        return error;
      },
    );

  it('lists, starts and ends runs, every field of them', async () => {
    answer = [RUN, BARE];
    assert.deepEqual(await client.stressRuns(signal), [RUN, BARE]);
    answer = RUN;
    status = 201;
    assert.deepEqual(await client.startStress(PLAN, signal), RUN);
    status = 200;
    assert.deepEqual(await client.stopStress('run 1', signal), RUN);
    assert.deepEqual(asked, [
      'GET /v1/stress - ',
      `POST /v1/stress application/json ${JSON.stringify(PLAN)}`,
      'DELETE /v1/stress/run%201 - ',
    ]);
  });

  it('takes a run that is not there for one that has ended, and hands on every other problem', async () => {
    answer = { status: 404, detail: 'There is no stress run x.' };
    status = 404;
    assert.equal(await client.stopStress('x', signal), null);
    answer = { status: 500, detail: 'pid 7 is still there' };
    status = 500;
    assert.match((await failure(client.stopStress('x', signal))).message, /agent: pid 7 is still there/);
    answer = { status: 422, detail: 'too little memory' };
    status = 422;
    const refused = await failure(client.startStress(PLAN, signal));
    assert.deepEqual([refused.kind, refused.message], ['rejected', 'agent: too little memory']);
  });

  const hostile: readonly [string, unknown, RegExp][] = [
    ['what is no list', {}, /a list was expected/],
    ['a run without a plan', [{ ...BARE, plan: null }], /stress\.plan/],
    ['a plan without an id', [{ ...BARE, plan: { ...BARE.plan, id: 7 } }], /stress\.plan\.id/],
    ['an unknown phase', [{ ...BARE, phase: 'odd' }], /stress\.phase: one of running, ended, failed/],
    ['an unknown cause', [{ ...BARE, cause: 'odd' }], /stress\.cause/],
    ['a time that is none', [{ ...BARE, startedAt: 'soon' }], /stress\.startedAt/],
    ['memory in words', [{ ...BARE, plan: { ...BARE.plan, memory: { bytes: 'x' } } }], /memory\.bytes/],
  ];
  for (const [what, told, message] of hostile) {
    it(`refuses ${what} at the door`, async () => {
      answer = told;
      const error = await failure(client.stressRuns(signal));
      assert.equal(error.kind, 'protocol');
      assert.match(error.message, message);
    });
  }
});
