import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ClusterError } from '../../../src/cluster/errors.js';
import { decodeEnd, type ExecRequest, exec } from '../../../src/cluster/exec.js';
import { LineCutter, LONGEST_LINE, logLines } from '../../../src/cluster/logs.js';
import { Transport } from '../../../src/cluster/transport.js';
import { access, json, type ScriptedServer, startServer, statusBody, until } from './server.js';

const TARGET = { namespace: 'shop', pod: 'cart', container: 'main' };
const RECORDINGS = new URL('../../../../test/fixtures/recordings/api/', import.meta.url);

describe('the lines of a log', () => {
  it('are the same wherever the chunks were cut, within a character, too', () => {
    const text = 'one\nzwei – größer\r\n\n三\u{1f4a5}\nunfinished';
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const cutter = new LineCutter();
      const lines = [...cutter.add(bytes.subarray(0, cut)), ...cutter.add(bytes.subarray(cut))];
      assert.deepEqual([...lines, cutter.end()], ['one', 'zwei – größer', '', '三\u{1f4a5}', 'unfinished']);
    }
  });

  it('never grow beyond their bound, and split no character', () => {
    const cutter = new LineCutter();
    const long = `a${'\u{1f4a5}'.repeat(LONGEST_LINE)}`;
    const lines: string[] = [];
    for (let i = 0; i < long.length; i += 10_000)
      lines.push(...cutter.add(Buffer.from(long.slice(i, i + 10_000))));
    lines.push(cutter.end() ?? '');
    assert.ok(lines.every((line) => line.length <= LONGEST_LINE));
    assert.equal(lines.join('').replaceAll('\ufffd', '').length > LONGEST_LINE, true);
  });

  it('show what is no UTF-8 as replacement characters', () => {
    const cutter = new LineCutter();
    assert.deepEqual(cutter.add(Buffer.from([0x61, 0xff, 0x62, 0x0a])), ['a\ufffdb']);
  });
});

describe('logs and commands through the API server', () => {
  let server: ScriptedServer;
  let transport: Transport;
  const abort = new AbortController();

  beforeEach(async () => {
    server = await startServer((_request, response) => json(response, 500, {}));
    transport = new Transport(access(server));
  });
  afterEach(async () => {
    transport.dispose();
    await server.close();
  });

  const collect = async (
    options: Parameters<typeof logLines>[2],
    signal = abort.signal,
  ): Promise<string[]> => {
    const all: string[] = [];
    for await (const lines of logLines(transport, TARGET, options, signal)) all.push(...lines);
    return all;
  };

  it('reads a log with its options', async () => {
    server.handler = (_request, response) => response.end('one\ntwo');
    const lines = await collect({
      previous: true,
      tailLines: 2,
      limitBytes: 10,
      sinceTime: '2026-11-20T18:00:00Z',
    });
    assert.deepEqual(lines, ['one', 'two']);
    assert.equal(
      server.requests[0]?.url,
      '/api/v1/namespaces/shop/pods/cart/log?container=main&previous=true&tailLines=2&limitBytes=10' +
        '&sinceTime=2026-11-20T18%3A00%3A00Z',
    );
  });

  it('follows as the lines come, until the signal aborts', async () => {
    let answer: ServerResponse | null = null;
    server.handler = (_request, response) => {
      answer = response;
      response.write('one\n');
    };
    const stop = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const lines of logLines(transport, TARGET, { follow: true }, stop.signal))
        seen.push(...lines);
    })();
    await until(() => seen.length === 1, 'the first line is there');
    (answer as ServerResponse | null)?.write('two\n');
    await until(() => seen.length === 2, 'the second line is there');
    stop.abort();
    await assert.rejects(following, (error: ClusterError) => error.kind === 'aborted');
  });

  it('says what the server said where there is no log, and that it broke where it did', async () => {
    const message = 'previous terminated container "main" in pod "cart" not found';
    server.handler = (_request, response) => json(response, 400, statusBody(400, 'BadRequest', message));
    await assert.rejects(collect({ previous: true }), { kind: 'rejected', message });
    server.handler = (_request, response) => {
      response.write('one\n', () => response.destroy());
    };
    await assert.rejects(collect({ follow: true }), { kind: 'unreachable' });
  });

  /** Speaks the server's side of one exec by script. */
  const answerExec = (talk: (socket: WebSocket) => void, protocol = 'v5.channel.k8s.io'): string[] => {
    const asked: string[] = [];
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => protocol });
    server.server.on('upgrade', (request, socket, head) => {
      asked.push(
        request.url ?? '',
        String(request.headers['sec-websocket-protocol']),
        String(request.headers.authorization),
      );
      sockets.handleUpgrade(request, socket, head, talk);
    });
    return asked;
  };
  const frame = (channel: number, text: string): Buffer =>
    Buffer.concat([Buffer.of(channel), Buffer.from(text)]);
  const request = (more: Partial<ExecRequest> = {}): ExecRequest & { output: string[] } => {
    const output: string[] = [];
    const onOutput: ExecRequest['onOutput'] = (stream, bytes) => {
      output.push(`${stream} ${bytes.toString()}`);
      return undefined;
    };
    return { command: ['sh', '-c', 'a b&c'], tty: false, onOutput, output, ...more };
  };

  it('runs a command: asks as kubectl does, hands on output and exit code', async () => {
    const asked = answerExec((socket) => {
      socket.send(frame(1, ''));
      socket.send(frame(1, 'out'));
      socket.send(frame(2, 'err'));
      const details = { causes: [{ reason: 'ExitCode', message: '3' }] };
      socket.send(frame(3, JSON.stringify({ status: 'Failure', reason: 'NonZeroExitCode', details })));
      socket.close(1000);
    });
    const wanted = request();
    const session = await exec(transport, TARGET, wanted, abort.signal);
    assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 3 });
    assert.deepEqual(wanted.output, ['stdout out', 'stderr err']);
    assert.deepEqual(asked, [
      '/api/v1/namespaces/shop/pods/cart/exec?container=main&stdin=true&stdout=true&tty=false&stderr=true' +
        '&command=sh&command=-c&command=a+b%26c',
      'v5.channel.k8s.io,v4.channel.k8s.io',
      'Bearer sesame',
    ]);
  });

  for (const [protocol, endsInput] of [
    ['v5.channel.k8s.io', true],
    ['v4.channel.k8s.io', false],
  ] as const) {
    it(`types, resizes and ends its input over ${protocol}`, async () => {
      const seen: string[] = [];
      answerExec((socket) => {
        socket.on('message', (data: Buffer) => {
          seen.push(`${data[0]} ${data[0] === 255 ? data[1] : data.subarray(1).toString()}`);
          if (seen.at(-1) === '0 last') {
            socket.send(frame(3, '{"status":"Success"}'));
            socket.close();
          }
        });
      }, protocol);
      const session = await exec(
        transport,
        TARGET,
        request({ tty: true, size: { columns: 80, rows: 24 } }),
        abort.signal,
      );
      session.write(Buffer.from('ls\r'));
      session.resize({ columns: 100, rows: 30 });
      session.endInput();
      session.write(Buffer.from('last'));
      assert.deepEqual(await session.ended, { kind: 'exited', exitCode: 0 });
      assert.deepEqual(seen, [
        '4 {"Width":80,"Height":24}',
        '0 ls\r',
        '4 {"Width":100,"Height":30}',
        ...(endsInput ? ['255 0'] : []),
        '0 last',
      ]);
      session.write(Buffer.from('too late'));
    });
  }

  it('reads nothing more while the reader is busy', async () => {
    answerExec((socket) => {
      for (let i = 0; i < 50; i += 1) socket.send(frame(1, `${i} `));
      socket.send(frame(3, '{"status":"Success"}'));
      socket.close();
    });
    let busy = 0;
    let most = 0;
    let text = '';
    const onOutput: ExecRequest['onOutput'] = async (_stream, bytes) => {
      busy += 1;
      most = Math.max(most, busy);
      await new Promise((resolve) => setImmediate(resolve));
      text += bytes.toString();
      busy -= 1;
    };
    const session = await exec(transport, TARGET, request({ onOutput }), abort.signal);
    await session.ended;
    assert.equal(most, 1);
    assert.equal(text, Array.from({ length: 50 }, (_, i) => `${i} `).join(''));
  });

  it('tells a refusal, a broken connection, a nonsense frame and its own abort apart', async () => {
    server.server.on('upgrade', (_request, socket) => {
      const body = JSON.stringify(statusBody(403, 'Forbidden', 'pods "cart" is forbidden'));
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    });
    await assert.rejects(exec(transport, TARGET, request(), abort.signal), {
      kind: 'forbidden',
      message: 'pods "cart" is forbidden',
    });
    server.server.removeAllListeners('upgrade');

    answerExec((socket) => socket.close());
    const closed = await exec(transport, TARGET, request(), abort.signal);
    await assert.rejects(closed.ended, { kind: 'unreachable' });
    server.server.removeAllListeners('upgrade');

    answerExec((socket) => socket.send(frame(77, 'x')));
    const odd = await exec(transport, TARGET, request(), abort.signal);
    await assert.rejects(odd.ended, { kind: 'protocol' });
    server.server.removeAllListeners('upgrade');

    answerExec(() => undefined);
    const stop = new AbortController();
    const stopped = await exec(transport, TARGET, request(), stop.signal);
    stop.abort();
    await assert.rejects(stopped.ended, { kind: 'aborted' });
  });
});

describe('the end of a command', () => {
  for (const [name, end] of [
    ['exec-websocket-exit0', { kind: 'exited', exitCode: 0 }],
    ['exec-websocket-exit3', { kind: 'exited', exitCode: 3 }],
  ] as const) {
    it(`is read from what was recorded: ${name}`, () => {
      assert.deepEqual(decodeEnd(recordedStatus(name)), end);
    });
  }

  it('keeps the words of a server that could not start it', () => {
    const end = decodeEnd(recordedStatus('exec-websocket-nocmd'));
    assert.equal(end.kind, 'failed');
    assert.match(end.kind === 'failed' ? end.message : '', /stat \/no\/such: no such file or directory/);
  });

  it('makes no exit code of nonsense', () => {
    assert.deepEqual(decodeEnd('boom'), { kind: 'failed', message: 'boom' });
    const odd = {
      reason: 'NonZeroExitCode',
      message: 'odd',
      details: { causes: [{ reason: 'ExitCode', message: 'x' }] },
    };
    assert.deepEqual(decodeEnd(JSON.stringify(odd)), { kind: 'failed', message: 'odd' });
  });
});

function recordedStatus(name: string): string {
  const recording = JSON.parse(readFileSync(new URL(`${name}.json`, RECORDINGS), 'utf8')) as {
    frames: { channel: number | null; payload: string }[];
  };
  return recording.frames.find(({ channel }) => channel === 3)?.payload ?? '';
}
