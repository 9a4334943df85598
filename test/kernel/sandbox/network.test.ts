import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { ensureNamespace } from '../../../src/sandbox/api/namespaces.js';
import type { RunningSandbox } from '../../../src/sandbox/sandbox.js';
import { createPod, mainStatus, NAMESPACE, startTestSandbox, until } from './support.js';

const IMAGE = 'paulbouwer/hello-kubernetes:1.10';

/** One port of a Pod as @kubernetes/client-node forwards it: two channels, the first two bytes of each the port. */
class Forward {
  readonly client: WebSocket;
  readonly data: Buffer[] = [];
  readonly errors: Buffer[] = [];
  readonly closed: Promise<void>;

  constructor(sandbox: RunningSandbox, pod: string, port: number) {
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/${pod}/portforward?ports=${port}`;
    this.client = new WebSocket(
      `${sandbox.server.replace('https', 'wss')}${path}`,
      ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
      {
        ca: sandbox.authority,
        headers: { Authorization: `Bearer ${sandbox.token}` },
      },
    );
    this.client.on('message', (message: Buffer) => {
      (message[0] === 0 ? this.data : this.errors).push(message.subarray(1));
    });
    this.closed = new Promise((resolve, reject) => {
      this.client.on('close', () => resolve());
      this.client.on('error', reject);
    });
  }

  async opened(): Promise<void> {
    await new Promise((resolve) => this.client.once('open', resolve));
  }

  send(text: string): void {
    this.client.send(Buffer.concat([Buffer.of(0), Buffer.from(text)]));
  }

  text(): string {
    return Buffer.concat(this.data).subarray(2).toString();
  }

  error(): string {
    return Buffer.concat(this.errors).subarray(2).toString();
  }
}

describe("the network of the sandbox's Pods", function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;

  before(async () => {
    sandbox = await startTestSandbox();
    ensureNamespace(sandbox.registry, NAMESPACE);
    for (const name of ['one', 'two']) {
      const readinessProbe = { httpGet: { port: 'http' }, periodSeconds: 1 };
      const ports = [{ name: 'http', containerPort: 8080 }];
      createPod(sandbox, name, { container: { image: IMAGE, ports, readinessProbe } });
    }
    for (const name of ['one', 'two'])
      await until(`${name} is ready`, () => mainStatus(sandbox, name)?.ready);
  });
  after(() => sandbox.stop());

  it('lets both listen on 8080, each reached through its own forward', async () => {
    for (const name of ['one', 'two']) {
      const forward = new Forward(sandbox, name, 8080);
      await forward.opened();
      assert.equal(forward.client.protocol, 'v4.channel.k8s.io');
      forward.send('GET / HTTP/1.0\r\n\r\n');
      await forward.closed;
      assert.match(forward.text(), /^HTTP\/1\.1 200 OK/);
      assert.match(forward.text(), new RegExp(`<p>pod: ${name}</p>`));
      assert.deepEqual([forward.data[0], forward.errors[0]], [Buffer.of(0x90, 0x1f), Buffer.of(0x90, 0x1f)]);
      assert.equal(forward.error(), '');
    }
  });

  it('says on the error channel that nothing listens', async () => {
    const forward = new Forward(sandbox, 'one', 9999);
    await forward.closed;
    assert.match(forward.error(), /error forwarding port 9999 to pod .*ECONNREFUSED 127\.0\.0\.1:9999/);
    assert.equal(forward.text(), '');
  });

  it('carries megabytes both ways without loss', async () => {
    const script = 'const s=require("net").createServer({allowHalfOpen:true},c=>c.pipe(c));s.listen(7)';
    createPod(sandbox, 'echo', {
      command: [process.execPath, '-e', script],
      container: { readinessProbe: { tcpSocket: { port: 7 }, periodSeconds: 1 } },
    });
    await until('the echo is ready', () => mainStatus(sandbox, 'echo')?.ready);
    const forward = new Forward(sandbox, 'echo', 7);
    await forward.opened();
    const sent = Buffer.alloc(4 * 1024 * 1024);
    for (let i = 0; i < sent.length; i += 4) sent.writeUInt32LE(i, i);
    for (let at = 0; at < sent.length; at += 65_536) {
      forward.client.send(Buffer.concat([Buffer.of(0), sent.subarray(at, at + 65_536)]));
    }
    const received = (): Buffer => Buffer.concat(forward.data).subarray(2);
    await until('all came back', () => received().length >= sent.length);
    assert.ok(received().equals(sent));
    forward.client.close();
    await forward.closed;
  });

  it('fails a probe whose server does not answer as it should', async () => {
    const readinessProbe = { httpGet: { port: 8080, path: '/missing' }, periodSeconds: 1 };
    createPod(sandbox, 'unready', { container: { image: IMAGE, readinessProbe } });
    const failed = (): boolean =>
      sandbox.registry
        .list(sandbox.registry.definition('events'), NAMESPACE)
        .some(
          (event) => event['message'] === 'Readiness probe failed: HTTP probe failed with statuscode: 404',
        );
    await until('the probe has failed', failed);
    assert.equal(mainStatus(sandbox, 'unready')?.ready, false);
    assert.equal(mainStatus(sandbox, 'unready')?.restartCount, 0);
  });
});
