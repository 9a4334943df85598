import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { CgroupAccess, CgroupReading, FoundCgroup } from '../../../src/agent/cgroup/access.js';
import { CgroupRegistry } from '../../../src/agent/cgroup/registry.js';
import { createAgentServer } from '../../../src/agent/http/server.js';
import { EntryRing } from '../../../src/agent/ledger/ring.js';
import { KernelReports } from '../../../src/agent/reports/kernel-reports.js';
import { Sampler } from '../../../src/agent/sampler.js';
import type { OomKill } from '../../../src/core/kernel/oom-kill.js';
import { memoryFromV2 } from '../../../src/core/memory/working-set.js';
import type {
  GapEntry,
  KillEntry,
  KillStreamLine,
  NodeInfo,
  Problem,
} from '../../../src/protocol/agent/types.js';

/** Stands in for a machine's cgroups: what is tested here is the HTTP side, over real sockets. */
const CGROUPS: CgroupAccess = {
  version: 2,
  mode: 'unified',
  scan: () => MANY,
  read: () => READING,
  limit: () => null,
  groupKill: () => null,
  killCount: () => null,
  forget: () => undefined,
  close: () => undefined,
  ownPids: () => [],
  pids: () => [],
  procsFiles: () => [],
};

/** So many that a line about them is most of a megabyte. */
const MANY: readonly FoundCgroup[] = Array.from({ length: 2000 }, (_, index) => {
  const containerId = index.toString(16).padStart(64, '0');
  const identity = { uid: `uid-${index}`, qos: 'Burstable', containerId, runtime: null } as const;
  return { path: `/${containerId}`, identity, container: true, pod: false };
});
const READING: CgroupReading = {
  ...memoryFromV2('1', ''),
  ...{
    shmemBytes: null,
    kernelBytes: null,
    swapBytes: null,
    limitBytes: null,
    limitHits: null,
    peakBytes: null,
  },
  pressure: null,
  oomKills: null,
};

interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

describe("the agent's HTTP side", () => {
  let ring: EntryRing;
  let reports: KernelReports;
  let server: Server;
  let port = 0;

  beforeEach(async () => {
    const registry = new CgroupRegistry(CGROUPS);
    ring = new EntryRing(4 * 1024 * 1024);
    const sampler = new Sampler(registry);
    const node = (): NodeInfo => assert.fail('nobody asks for the node here');
    reports = new KernelReports();
    server = createAgentServer({ registry, ring, reports, sampler, stress: null, node });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  /** Sends bytes as they are, since a client library would mend them, and reads one answer. */
  async function send(request: string): Promise<RawAnswer> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end(request);
    let text = '';
    for await (const chunk of socket.setEncoding('utf8')) text += chunk;
    const [head = '', ...body] = text.split('\r\n\r\n');
    return {
      status: Number(/^HTTP\/1\.1 (\d+) /.exec(head)?.[1]),
      contentType: /^content-type: (.*)$/im.exec(head)?.[1] ?? '',
      body: body.join('\r\n\r\n'),
    };
  }

  function get(target: string): Promise<RawAnswer> {
    return send(`GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  }

  function assertProblem(request: string, answer: RawAnswer): void {
    const said = `${JSON.stringify(request)}: ${answer.status} ${answer.body}`;
    assert.ok(answer.status >= 400 && answer.status < 500, said);
    assert.equal(answer.contentType, 'application/problem+json', said);
    const { type, title, status, detail } = JSON.parse(answer.body) as Problem;
    assert.equal(status, answer.status, said);
    assert.ok(
      [type, title, detail].every((text) => typeof text === 'string' && text !== ''),
      said,
    );
  }

  it('gives the report of a kill as text, and a problem where there is none', async () => {
    const victim = { pid: 7, comm: 'java' };
    const entry = (bootSeconds: number | null) =>
      ({ type: 'kill', bootSeconds, victim }) as unknown as KillEntry;
    const record = { facility: 0, level: 6, fragment: false };
    reports.line({ ...record, seq: 1, bootSeconds: 4.5, text: '<b> invoked oom-killer: order=0' });
    reports.line({ ...record, seq: 2, bootSeconds: 5, text: 'Killed process 7 (java)' });
    reports.kill({ seq: 2, bootSeconds: 5, report: 'full', victim } as unknown as OomKill);
    ring.append([entry(5), entry(6), { type: 'gap', time: '', source: 'kernel', lost: 1 }]);
    const answer = await get('/v1/kills/1/report');
    assert.equal(answer.contentType, 'text/plain; charset=utf-8');
    assert.equal(
      answer.body,
      '[    4.500000] <b> invoked oom-killer: order=0\n[    5.000000] Killed process 7 (java)\n',
    );
    for (const seq of ['2', '3', '4', '0', '-1', 'x', '1e3']) {
      const target = `/v1/kills/${seq}/report`;
      assertProblem(target, await get(target));
    }
  });

  const id = 'a'.repeat(64);
  const targets: readonly string[] = [
    ...['/', '//', '/v1', '/v1/', '/v2/node', '/healthz/', '/v1/node/', '/V1/NODE', '*', 'v1/node'],
    ...[
      '/v1/../v1/kills',
      '/v1/./kills',
      '/%76%31/kills',
      '/v1\\kills',
      '//evil.example/v1/kills',
      '/v1/kills#x',
    ],
    ...[
      'http://evil.example/v1/kills',
      '/../../etc/passwd',
      '/v1/%',
      '/v1/%00',
      '/v1/kills;x',
      '/constructor',
    ],
    ...[
      '-1',
      'NaN',
      'Infinity',
      '1e3',
      '0x10',
      '1.5',
      '',
      ' 1',
      '+1',
      '9'.repeat(16),
      '9'.repeat(400),
      '१',
      "1'",
    ].map((value) => `/v1/kills?since=${encodeURIComponent(value)}`),
    ...['2', 'yes', '', 'TRUE', '%', '<script>', '\u0000'].map(
      (value) => `/v1/kills?follow=${encodeURIComponent(value)}`,
    ),
    ...['/v1/kills?since=1&since=2', '/v1/kills?sinc=1', '/v1/kills?constructor=1', '/v1/memory?container=x'],
    ...[
      '199ms',
      '0',
      '-1s',
      '61s',
      '60001',
      'NaN',
      '1h',
      's',
      '',
      '1e9',
      '1s1s',
      '0.1s',
      'Infinity',
      '1 s',
    ].map((value) => `/v1/memory?interval=${encodeURIComponent(value)}`),
    ...[
      '',
      ',',
      `${id},`,
      `${id},${id.toUpperCase()}`,
      '../../etc',
      `${id}/..`,
      `${id}\n`,
      'a'.repeat(63),
      '*',
    ].map((value) => `/v1/memory?containers=${encodeURIComponent(value)}`),
    `/v1/memory?containers=${Array.from({ length: 100 }, () => `${id},`).join('')}x`,
    ...[
      '..',
      '%2e%2e',
      '%2e%2e%2f%2e%2e',
      '%',
      '%zz',
      '%00',
      id.toUpperCase(),
      `${id}0`,
      '$(reboot)',
      'a%0d%0ab',
    ].map((value) => `/v1/containers/${value}/processes`),
    `/v1/containers/${id}/processes`,
    `/v1/containers/${id}/processes?x=1`,
    `/v1/containers/${id}/../processes`,
    '/v1/stress?x=1',
    ...['x', '..', '%2e%2e', '%', '__proto__'].map((value) => `/v1/stress/${value}`),
  ];

  it('answers every hostile path and parameter with a problem', async () => {
    for (const target of targets) assertProblem(target, await get(target));
  });

  it('answers random paths and parameters with a problem, or with what was asked for', async () => {
    const parts = [
      '/v1',
      '/kills',
      '/memory',
      '/..',
      '?',
      'since=',
      '&',
      'follow=0',
      '%2f',
      '9',
      '%00',
      '-',
      ';',
      '~',
    ];
    let seed = 20_261_121;
    const pick = (count: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % count;
    };
    for (let round = 0; round < 300; round++) {
      const target = `/${Array.from({ length: 1 + pick(6) }, () => parts[pick(parts.length)]).join('')}`;
      const answer = await get(target);
      if (answer.status !== 200) assertProblem(target, answer);
    }
  });

  it('answers what is no HTTP, or none that it takes, with a problem', async () => {
    const requests: readonly [string, number][] = [
      ['nonsense\r\n\r\n', 400],
      ['GET /healthz HTTP/1.1\r\n\r\n', 400],
      ['GET /healthz HTTP/1.1\r\nhost: localhost\r\nno colon\r\n\r\n', 400],
      [`GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
      ['CONNECT example.com:443 HTTP/1.1\r\nhost: localhost\r\n\r\n', 405],
      ['OPTIONS /v1/kills HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n', 405],
      ['GET /healthz HTTP/1.1\r\nhost: localhost\r\nexpect: miracles\r\nconnection: close\r\n\r\n', 417],
      ['POST /v1/stress HTTP/1.1\r\nhost: localhost\r\ncontent-length: x\r\n\r\n', 400],
    ];
    for (const [request, status] of requests) {
      const answer = await send(request);
      assertProblem(request, answer);
      assert.equal(answer.status, status, request);
    }
    assert.equal((await get('/healthz')).status, 200);
  });

  /** A reader whose socket is real, and which reads only when told to. */
  class SlowReader {
    readonly #socket: Socket;
    #text = '';

    constructor(target: string) {
      this.#socket = connect(port, '127.0.0.1').setEncoding('latin1');
      this.#socket.on('data', (chunk: string) => {
        this.#text += chunk;
      });
      this.#socket.on('error', () => undefined);
      this.#socket.write(`GET ${target} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    }

    pause(): void {
      this.#socket.pause();
    }

    resume(): void {
      this.#socket.resume();
    }

    close(): void {
      this.#socket.destroy();
    }

    /** The whole lines that came so far, out of their chunks. */
    lines(): KillStreamLine[] {
      const body = this.#text.slice(this.#text.indexOf('\r\n\r\n') + 4);
      let text = '';
      for (let at = 0; at < body.length; ) {
        const end = body.indexOf('\r\n', at);
        const length = Number.parseInt(body.slice(at, end), 16);
        if (end === -1 || !(length > 0) || end + 2 + length > body.length) break;
        text += body.slice(end + 2, end + 2 + length);
        at = end + 2 + length + 2;
      }
      const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
      return lines.filter(Boolean).map((line) => JSON.parse(line) as KillStreamLine);
    }
  }

  async function until(what: string, probe: () => boolean): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (!probe()) {
      if (performance.now() > deadline) assert.fail(`waited for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it('lets a reader that stops reading neither block the ledger nor fill the memory, tells its gap, and resumes', async function () {
    this.timeout(30_000);
    const filler = 'x'.repeat(2000);
    const entry = { type: 'gap', time: '2026-11-21T12:00:00Z', source: 'kernel', lost: 1, filler } as const;
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const reader = new SlowReader('/v1/kills?follow=1');
    const [served] = await accepted;
    await until('the first heartbeat', () => reader.lines().length > 0);
    reader.pause();
    let most = 0;
    const total = 20_000;
    for (let round = 0; round < 200; round++) {
      ring.append(Array.from({ length: total / 200 }, () => entry));
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, served.writableLength);
    }
    assert.equal(ring.seq, total, 'nothing waits for the reader');
    assert.ok(most > 0, 'the reader is behind');
    assert.ok(most < 256 * 1024, `${most} bytes wait in the agent for it`);
    reader.resume();
    const told = (): Exclude<KillStreamLine, { type: 'heartbeat' }>[] =>
      reader.lines().filter((line) => line.type !== 'heartbeat');
    await until('the newest entry', () => told().at(-1)?.seq === total);
    const lines = told();
    const gaps = lines.filter((line): line is GapEntry => line.type === 'gap' && line.source === 'stream');
    assert.equal(gaps.length, 1);
    const [gap] = gaps;
    assert.ok((gap?.lost ?? 0) > 1000, String(gap?.lost));
    assert.equal((gap?.lost ?? 0) + lines.length - 1, total, 'told and missed are all there were');
    const after = gap && lines[lines.indexOf(gap) + 1];
    assert.equal(after?.seq, (gap?.seq ?? 0) + 1);

    reader.close();
    ring.append([entry, entry]);
    const again = new SlowReader(`/v1/kills?since=${total}&follow=1`);
    await until('what came since', () => again.lines().some((line) => line.type === 'heartbeat'));
    assert.deepEqual(
      again.lines().map(({ seq }) => seq),
      [total + 1, total + 2, total + 2],
    );
    again.close();
  });

  it('keeps one line of samples at most for a reader that stops reading', async () => {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const reader = new SlowReader('/v1/memory?interval=200ms');
    const [served] = await accepted;
    reader.pause();
    const clock = new SlowReader(`/v1/memory?interval=200ms&containers=${'0'.repeat(64)}`);
    await until('the reader to be behind', () => served.writableLength > 0);
    const beats = clock.lines().length;
    await until('five more beats', () => clock.lines().length >= beats + 5);
    const line = JSON.stringify(READING).length * MANY.length * 3;
    assert.ok(served.writableLength > 0 && served.writableLength < line, String(served.writableLength));
    const waiting = served.writableLength;
    await until('another five', () => clock.lines().length >= beats + 10);
    assert.equal(served.writableLength, waiting, 'nothing is added while it does not read');
    reader.close();
    clock.close();
  }).timeout(20_000);
});
