import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunningSandbox } from '../../../src/sandbox/sandbox.js';
import { Kubectl } from './kubectl.js';
import {
  containerCgroup,
  createPod,
  deletePod,
  mainStatus,
  NAMESPACE,
  pidsBelow,
  readPod,
  startTestSandbox,
  until,
} from './support.js';

const TALKER = 'echo out; echo err >&2; printf unfinished; exec sleep 1000';

describe('logs of and commands in containers, with the real kubectl', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox & { readonly logged: string[] };
  let kubectl: Kubectl;

  before(async function () {
    if (!Kubectl.isThere()) this.skip();
    sandbox = await startTestSandbox();
    kubectl = new Kubectl(sandbox.kubeconfigPath);
    createPod(sandbox, 'talker', { command: ['sh', '-c', TALKER] });
    createPod(sandbox, 'duo', {
      command: ['sh', '-c', 'echo first; exec sleep 1000'],
      spec: {
        containers: [
          { name: 'a', image: 'none', command: ['sleep', '1000'] },
          { name: 'b', image: 'none', command: ['sh', '-c', 'echo from b; exec sleep 1000'] },
        ],
      },
    });
    await running('talker');
    await running('duo');
  });
  after(async () => {
    await sandbox?.stop();
    kubectl?.dispose();
  });

  const running = (name: string) =>
    until(`${name} runs`, () => mainStatus(sandbox, name)?.state?.running !== undefined);
  const logs = (...args: string[]) => kubectl.ok(['logs', '-n', NAMESPACE, ...args]);
  const exec = (args: readonly string[], input?: string) =>
    kubectl.run(['exec', '-n', NAMESPACE, ...args], input);

  it('shows what a container wrote to both of its streams, with the bounds of the options', async () => {
    await until('it has spoken', async () => (await logs('talker')).includes('err'));
    assert.deepEqual((await logs('talker')).split('\n').sort(), ['', 'err', 'out']);
    assert.equal((await logs('talker', '--tail=1')).split('\n').length, 2);
    assert.equal(await logs('talker', '--tail=0'), '');
    assert.equal((await logs('talker', '--limit-bytes=2')).length, 2);
    assert.match(
      await logs('talker', '--timestamps', '--tail=1'),
      /^\d{4}-\d\d-\d\dT[\d:.]{18}Z (out|err)\n$/,
    );
    assert.match(await logs('talker', '--since=1h'), /out/);
    assert.equal(await logs('talker', '--since-time=2099-01-01T00:00:00Z'), '');
    assert.equal(await logs('duo', '-c', 'b'), 'from b\n');
  });

  it('follows until the container ends, and keeps what the instance before said', async () => {
    const fifo = join(dirname(sandbox.kubeconfigPath), 'words');
    spawnSync('mkfifo', [fifo]);
    createPod(sandbox, 'mortal', {
      command: ['sh', '-c', `echo begin; read line < ${fifo}; echo "$line"; printf end; exit 3`],
    });
    try {
      await running('mortal');
      const child = kubectl.spawn(['logs', '-n', NAMESPACE, '-f', 'mortal']);
      let out = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
      const closed = new Promise((resolve) => child.once('close', resolve));
      await until('it follows', () => out === 'begin\n');
      writeFileSync(fifo, 'last words\n');
      assert.equal(await closed, 0);
      assert.equal(out, 'begin\nlast words\nend');
      await until('it runs again', () => mainStatus(sandbox, 'mortal')?.restartCount === 1);
      assert.equal(await logs('mortal', '--previous'), 'begin\nlast words\nend');
    } finally {
      deletePod(sandbox, 'mortal', 0);
    }
  });

  it("says in the API server's words why there is no log", async () => {
    const refused = async (...args: string[]) => {
      const { code, err } = await kubectl.run(['logs', '-n', NAMESPACE, ...args]);
      assert.notEqual(code, 0);
      return err;
    };
    assert.match(
      await refused('talker', '--previous'),
      /previous terminated container "main" in pod "talker" not found/,
    );
    assert.match(await refused('talker', '-c', 'zz'), /container zz is not valid for pod talker/);
    createPod(sandbox, 'imageless', {});
    await until(
      'its image is missed',
      () => mainStatus(sandbox, 'imageless')?.state?.waiting?.reason === 'ErrImageNeverPull',
    );
    assert.match(
      await refused('imageless'),
      /container "main" in pod "imageless" is waiting to start: ErrImageNeverPull/,
    );
  });

  it('removes the logs of a Pod that is gone', async () => {
    createPod(sandbox, 'passing', { command: ['echo', 'hello'], spec: { restartPolicy: 'Never' } });
    await until('it has ended', () => mainStatus(sandbox, 'passing')?.state?.terminated !== undefined);
    const uid = readPod(sandbox, 'passing')?.metadata.uid;
    const folder = join(dirname(sandbox.kubeconfigPath), 'logs', `pod${uid}`);
    assert.deepEqual(readdirSync(join(folder, 'main')), ['0.log']);
    deletePod(sandbox, 'passing', 0);
    await until('its logs are gone', () => !existsSync(folder));
  });

  it('runs a command in the container: its namespaces, its cgroup, its output, its exit code', async () => {
    const both = await exec(['talker', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3']);
    assert.equal(both.out, 'out\n');
    assert.match(both.err, /^err\ncommand terminated with exit code 3\n$/);
    assert.equal(both.code, 3);
    const hostname = await exec(['talker', '--', 'sh', '-c', 'echo "$HOSTNAME"; cat /proc/1/cmdline']);
    assert.equal(hostname.out, 'talker\nsleep\u00001000\u0000');
    const cgroup = (await exec(['talker', '--', 'cat', '/proc/self/cgroup'])).out;
    const id = containerCgroup(sandbox, 'talker').split('/').at(-1) ?? '?';
    assert.ok(cgroup.includes(id), cgroup);
  });

  it('hands stdin on, to its end', async () => {
    const { out, code } = await exec(
      ['-i', 'talker', '--', 'sh', '-c', 'wc -c; echo done'],
      'x'.repeat(300_000),
    );
    assert.equal(out, '300000\ndone\n');
    assert.equal(code, 0);
  });

  it('says why a command did not run', async () => {
    const missing = await exec(['talker', '--', 'no-such-program']);
    assert.match(missing.err, /exec: "no-such-program": executable file not found in \$PATH/);
    const choice = await exec(['duo', '-c', 'zz', '--', 'true']);
    assert.match(choice.err, /container zz is not valid for pod duo|container not found/);
    createPod(sandbox, 'over', { command: ['true'], spec: { restartPolicy: 'Never' } });
    await until('it is over', () => readPod(sandbox, 'over')?.status?.phase === 'Succeeded');
    assert.notEqual((await exec(['over', '--', 'true'])).code, 0);
  });

  it('leaves nothing running when the client goes away', async () => {
    const before = pidsBelow(containerCgroup(sandbox, 'talker')).length;
    const child = kubectl.spawn(['exec', '-n', NAMESPACE, 'talker', '--', 'sleep', '999']);
    await until('it runs', () => pidsBelow(containerCgroup(sandbox, 'talker')).length > before);
    child.kill('SIGKILL');
    await until('it has ended', () => pidsBelow(containerCgroup(sandbox, 'talker')).length === before);
    assert.ok(existsSync(containerCgroup(sandbox, 'talker')));
  });

  it('describes a Pod with its events', async () => {
    const text = await kubectl.ok(['describe', 'pod', 'talker', '-n', NAMESPACE]);
    for (const part of [
      /^Name: +talker$/m,
      /^Namespace: +tests$/m,
      /^Node: +\S+\/\S+$/m,
      /^Status: +Running$/m,
      /^QoS Class: +BestEffort$/m,
      / State: +Running\n +Started: /,
      /^Events:\n +Type +Reason +Age +From +Message\n/m,
      / Normal +Scheduled +\S+ +default-scheduler +Successfully assigned tests\/talker to /,
      / Normal +Started +\S+ +kubelet +Container started/,
    ]) {
      assert.match(text, part);
    }
  });
});
