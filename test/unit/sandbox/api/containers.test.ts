import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import WebSocket from 'ws';
import type {
  ContainerAccess,
  ExecEnd,
  ExecProcess,
  ExecRequest,
  LogOptions,
} from '../../../../src/sandbox/api/http/container-access.js';
import { statusOf } from '../../../../src/sandbox/api/http/pod-exec.js';
import type { JsonObject } from '../../../../src/sandbox/api/json.js';
import { badRequest } from '../../../../src/sandbox/api/status.js';
import { json, smallPod, type TestApi, TOKEN, testApi } from '../support/api.js';
import { recordedJson, recording } from '../support/recordings.js';

/** A stand-in for a kubelet's containers: a log of fixed text, and commands that the test ends. */
class FakeContainers implements ContainerAccess {
  readonly asked: LogOptions[] = [];
  readonly started: {
    readonly command: readonly string[];
    readonly stdin: PassThrough;
    readonly stdout: PassThrough;
    end(end: ExecEnd): void;
  }[] = [];
  readonly sizes: [number, number][] = [];
  killed = 0;

  log(_pod: unknown, container: string, options: LogOptions): AsyncIterable<Buffer> {
    if (options.previous)
      throw badRequest(`previous terminated container "${container}" in pod "p1" not found`);
    this.asked.push(options);
    return (async function* () {
      yield Buffer.from('line 28\n');
      yield Buffer.from('line 29\n');
    })();
  }

  checkRunning(): void {}

  exec(_pod: unknown, _container: string, request: ExecRequest): ExecProcess {
    const stdin = new PassThrough();
    const stdout = new PassThrough();
    let end: (value: ExecEnd) => void = () => undefined;
    const ended = new Promise<ExecEnd>((resolve) => {
      end = resolve;
    });
    this.started.push({ command: request.command, stdin, stdout, end });
    const resize = (columns: number, rows: number): void => void this.sizes.push([columns, rows]);
    const kill = (): void => {
      this.killed += 1;
    };
    return { stdin: request.stdin ? stdin : null, stdout, stderr: null, ended, resize, kill };
  }
}

/** The Pods that the recordings speak of. */
const DUO: JsonObject = {
  ...smallPod('duo'),
  spec: {
    nodeName: 'n',
    containers: [
      { name: 'a', image: 'x' },
      { name: 'b', image: 'x' },
    ],
  },
};
const P1: JsonObject = {
  ...smallPod('p1'),
  spec: { nodeName: 'n', containers: [{ name: 'c', image: 'x' }] },
};

describe("log and exec of the sandbox's API", () => {
  let api: TestApi;
  let containers: FakeContainers;

  beforeEach(async () => {
    containers = new FakeContainers();
    api = await testApi({ namespaces: ['apishapes'], containers });
    const pods = api.registry.definition('pods');
    for (const pod of [P1, DUO, smallPod('big')]) api.registry.create(pods, 'apishapes', pod);
  });
  afterEach(() => api.close());

  for (const name of [
    'log-400-container',
    'log-400-previous',
    'log-400-two-containers',
    'exec-400-no-upgrade',
    'exec-400-two-containers',
    'exec-pod-not-running',
  ]) {
    it(`answers as recorded: ${name}`, async () => {
      const { ask, status } = recording(name);
      const answer = await api.ask(ask);
      assert.equal(answer.status, status);
      assert.deepEqual(json(answer), recordedJson(name));
    });
  }

  it('has no log of a Pod that has no node, and says so with 204', async () => {
    const { ask, status, text } = recording('log-pod-pending-400');
    const answer = await api.ask(ask);
    assert.deepEqual([answer.status, answer.text], [status, text]);
  });

  it('sends the log as plain text, and hands on what is wanted of it', async () => {
    const { ask, headers, text } = recording('log-follow-2lines');
    const answer = await api.ask(ask);
    assert.equal(answer.text, text);
    assert.equal(answer.headers['content-type'], headers['Content-Type']);
    await api.ask({ path: `${ask.path}&follow=true&timestamps=1&sinceTime=2026-11-20T18:42:25Z` });
    assert.deepEqual(containers.asked, [
      { follow: false, previous: false, timestamps: false, tailLines: 2, limitBytes: 20, sinceMs: null },
      {
        follow: true,
        previous: false,
        timestamps: true,
        tailLines: 2,
        limitBytes: 20,
        sinceMs: Date.parse('2026-11-20T18:42:25Z'),
      },
    ]);
  });

  for (const [query, message] of [
    ['tailLines=-1', 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
    ['limitBytes=0', 'limitBytes: Invalid value: 0: must be greater than 0'],
    ['sinceSeconds=0', 'sinceSeconds: Invalid value: 0: must be greater than 0'],
    ['tailLines=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['sinceTime=yesterday', 'parsing time "yesterday"'],
  ] as const) {
    it(`refuses ${query}`, async () => {
      const answer = await api.ask({ path: `/api/v1/namespaces/apishapes/pods/p1/log?${query}` });
      assert.ok(answer.status === 400 || answer.status === 422);
      assert.ok(answer.text.includes(JSON.stringify(message).slice(1, -1)), answer.text);
    });
  }

  const dial = (query: string, protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io']): WebSocket =>
    new WebSocket(
      `wss://localhost:${api.server.port}/api/v1/namespaces/apishapes/pods/p1/exec?${query}`,
      protocols,
      { ca: api.certificate.authority, headers: { authorization: `Bearer ${TOKEN}` } },
    );
  const frames = async (socket: WebSocket): Promise<string[]> => {
    const seen: string[] = [];
    socket.on('message', (data: Buffer) => void seen.push(`${data[0]} ${data.subarray(1).toString()}`));
    await once(socket, 'close');
    return seen;
  };
  const command = async () => {
    while (containers.started.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const [started] = containers.started;
    assert.ok(started);
    return started;
  };

  it('speaks the channels of v5 as recorded', async () => {
    const socket = dial('command=echo&command=hi&stdout=true&stderr=true');
    const seen = frames(socket);
    const { stdout, end } = await command();
    assert.deepEqual(containers.started[0]?.command, ['echo', 'hi']);
    stdout.write('hi\n');
    await once(socket, 'message');
    end({ kind: 'exited', exitCode: 0 });
    assert.equal(socket.protocol, 'v5.channel.k8s.io');
    const recorded = recordedJson('exec-websocket-exit0')['frames'] as {
      channel: number | null;
      payload: string;
    }[];
    assert.deepEqual(
      await seen,
      recorded
        .filter(({ channel }) => channel !== null)
        .map(({ channel, payload }) => `${channel} ${payload}`),
    );
  });

  for (const [name, end] of [
    ['exec-websocket-exit0', { kind: 'exited', exitCode: 0 }],
    ['exec-websocket-exit3', { kind: 'exited', exitCode: 3 }],
    [
      'exec-websocket-nocmd',
      {
        kind: 'failed',
        message:
          'failed to exec in container: failed to start exec "7c9f1dc2fca5ea6880169372f9fbde31075f8230ae6e2ced99591f42fe4f4f1d": OCI runtime exec failed: exec failed: unable to start container process: exec: "/no/such": stat /no/such: no such file or directory: unknown',
      },
    ],
  ] as const) {
    it(`tells the end of a command as recorded: ${name}`, () => {
      const recorded = recordedJson(name)['frames'] as { channel: number | null; payload: string }[];
      const status = recorded.find(({ channel }) => channel === 3)?.payload ?? '';
      assert.deepEqual(statusOf(end), JSON.parse(status));
    });
  }

  it('hands on stdin, its end, and the size of the terminal; other sizes and channels do no harm', async () => {
    const socket = dial('command=sh&stdin=true&stdout=true&tty=true');
    await once(socket, 'open');
    const { stdin, end } = await command();
    let typed = '';
    stdin.on('data', (chunk: Buffer) => {
      typed += chunk.toString();
    });
    for (const size of [
      '{"Width":80,"Height":24}',
      '{"Width":-1,"Height":24}',
      'nonsense',
      '{"Width":"8"}',
    ]) {
      socket.send(Buffer.concat([Buffer.of(4), Buffer.from(size)]));
    }
    socket.send(Buffer.concat([Buffer.of(0), Buffer.from('ls\n')]));
    socket.send(Buffer.of(255, 0));
    await once(stdin, 'end');
    assert.equal(typed, 'ls\n');
    assert.deepEqual(containers.sizes, [[80, 24]]);
    end({ kind: 'exited', exitCode: 0 });
    await once(socket, 'close');
  });

  it('ends the command when the client goes away', async () => {
    const socket = dial('command=sh&stdout=true');
    await once(socket, 'open');
    await command();
    socket.terminate();
    while (containers.killed === 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('refuses SPDY and other subprotocols, and tells first what is wrong with the wish', async () => {
    const upgrade = { Connection: 'Upgrade', Upgrade: 'SPDY/3.1' };
    const path = '/api/v1/namespaces/apishapes/pods';
    const spdy = await api.ask({
      method: 'POST',
      path: `${path}/p1/exec?command=id&stdout=1`,
      headers: upgrade,
    });
    assert.equal(spdy.status, 400);
    assert.match(spdy.text, /over WebSocket only, not over SPDY/);
    const duo = await api.ask({
      method: 'POST',
      path: `${path}/duo/exec?command=id&stdout=1`,
      headers: upgrade,
    });
    assert.match(duo.text, /a container name must be specified for pod duo/);
    const old = dial('command=id&stdout=true', ['base64.channel.k8s.io']);
    const [error] = (await once(old, 'error')) as [Error];
    assert.match(error.message, /400/);
  });
});
