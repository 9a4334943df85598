import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { connect } from '../../../src/lab/index.js';
import type { ContainerRef, ExecRequest, Lab } from '../../../src/lab/types.js';
import { createPod, mainStatus, NAMESPACE, startTestSandbox, until } from '../sandbox/support.js';

const TARGET: ContainerRef = { namespace: NAMESPACE, pod: 'talker', container: 'main' };

describe('a look into Pods through the lab', function () {
  this.timeout(60_000);
  let sandbox: Awaited<ReturnType<typeof startTestSandbox>>;
  let lab: Lab;
  const end = new AbortController();

  before(async () => {
    sandbox = await startTestSandbox();
    createPod(sandbox, 'talker', {
      command: ['sh', '-c', 'printf "gr\\303\\266\\303\\237er\\n"; echo two; exec sleep 1000'],
      limit: '64Mi',
    });
    createPod(sandbox, 'hungry', {
      command: ['sh', '-c', 'echo "so hungry"; exec tail /dev/zero'],
      limit: '16Mi',
    });
    await until('it runs', () => mainStatus(sandbox, 'talker')?.state?.running !== undefined);
    lab = connect({
      kubeconfigPath: sandbox.kubeconfigPath,
      env: process.env,
      log: { info: () => undefined, warn: () => undefined },
    });
    await until('the lab is live', () => lab.connection.get().phase === 'live');
  });
  after(async () => {
    end.abort();
    await lab?.dispose();
    await sandbox?.stop();
  });

  const read = async (target: ContainerRef, options: Parameters<Lab['logs']>[1]): Promise<string[]> => {
    const all: string[] = [];
    for await (const lines of lab.logs(target, options, end.signal)) all.push(...lines);
    return all;
  };

  /** Runs a command to its end, typing what the answers ask for. */
  const run = async (
    request: Pick<ExecRequest, 'command' | 'tty' | 'size'>,
    talk: (session: Awaited<ReturnType<Lab['exec']>>, said: () => string) => Promise<void> = async () =>
      undefined,
  ) => {
    let said = '';
    const onOutput: ExecRequest['onOutput'] = (_stream, bytes) => {
      said += bytes.toString();
      return undefined;
    };
    const session = await lab.exec(TARGET, { ...request, onOutput }, end.signal);
    await talk(session, () => said);
    return { end: await session.ended, said };
  };

  it('reads logs, follows them, and reads what an OOM-killed instance said', async () => {
    await until('it has spoken', async () => (await read(TARGET, {})).length === 2);
    assert.deepEqual(await read(TARGET, {}), ['größer', 'two']);
    assert.match((await read(TARGET, { tailLines: 1, timestamps: true }))[0] ?? '', /^2\S+Z two$/);
    await until(
      'it was killed',
      () => mainStatus(sandbox, 'hungry')?.lastState?.terminated?.reason === 'OOMKilled',
    );
    assert.deepEqual(await read({ ...TARGET, pod: 'hungry' }, { previous: true }), ['so hungry']);
    await assert.rejects(read(TARGET, { previous: true }), {
      name: 'LabError',
      kind: 'rejected',
      message: 'previous terminated container "main" in pod "talker" not found',
    });
    await assert.rejects(read({ ...TARGET, pod: 'nobody' }, {}), { name: 'LabError', kind: 'not-found' });
  });

  it('runs a command and takes its input', async () => {
    const result = await run({ command: ['sh', '-c', 'cat; exit 4'], tty: false }, async (session) => {
      session.write(Buffer.from('typed'));
      session.endInput();
    });
    assert.deepEqual(result, { end: { kind: 'exited', exitCode: 4 }, said: 'typed' });
    const missing = await run({ command: ['/no/such'], tty: false });
    assert.match(missing.end.kind === 'failed' ? missing.end.message : '', /stat \/no\/such: no such file/);
  });

  it('has a real terminal: its size, its control keys, its jobs, its exit code', async () => {
    const { end: how, said: all } = await run(
      {
        command: ['sh', '-c', 'PS1="$ "; export PS1; exec sh -i'],
        tty: true,
        size: { columns: 91, rows: 17 },
      },
      async (session, said) => {
        const type = async (text: string, answer: RegExp) => {
          session.write(Buffer.from(text));
          await until(`the terminal answers ${answer}`, () => answer.test(said()));
        };
        await until('it has its first size', async () => {
          session.write(Buffer.from('stty size\r'));
          return /17 91/.test(said());
        });
        session.resize({ columns: 123, rows: 45 });
        await until('it has its new size', async () => {
          session.write(Buffer.from('stty size\r'));
          return /45 123/.test(said());
        });
        await type('tty; echo "$TERM"\r', /\/dev\/pts\/\d+\r\nxterm\r\n/);
        await type('echo be""gin; sleep 500\r', /begin\r\n/);
        await type('\u0003', /\^C[\s\S]*\$ $/);
        await type('echo code $?\r', /code 130\r\n\$ $/);
        session.write(Buffer.from('exit 7\r'));
      },
    );
    assert.deepEqual(how, { kind: 'exited', exitCode: 7 }, all);
  });

  it('ends a shell with its signal, and everything in it', async () => {
    const own = new AbortController();
    let said = '';
    const session = await lab.exec(
      TARGET,
      {
        command: ['sh', '-c', 'echo "pid $$"; exec sleep 777'],
        tty: true,
        onOutput: (_stream, bytes) => {
          said += bytes.toString();
          return undefined;
        },
      },
      own.signal,
    );
    await until('it runs', () => /pid \d+/.test(said));
    own.abort();
    await assert.rejects(session.ended, { name: 'LabError', kind: 'not-connected' });
    await until('it is gone', async () => {
      const { said: left } = await run({
        command: ['sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'],
        tty: false,
      });
      return !left.includes('sleep 777');
    });
  });

  it('describes a Pod, its memory first, and gives its YAML', async () => {
    const text = await lab.describe({ namespace: NAMESPACE, pod: 'hungry' }, end.signal);
    assert.match(
      text,
      /^Memory:\n {2}Container.*\n {2}main +16Mi +16Mi .*OOMKilled, exit code 137 \(SIGKILL\)/m,
    );
    assert.match(
      text,
      /^ {2}Warning +BackOff .* kubelet +Back-off restarting failed container main in pod hungry/m,
    );
    const object = parse(await lab.yaml({ namespace: NAMESPACE, pod: 'talker' }, end.signal)) as {
      kind: string;
      metadata: Record<string, unknown>;
    };
    assert.equal(object.kind, 'Pod');
    assert.equal(object.metadata['name'], 'talker');
    assert.equal(object.metadata['managedFields'], undefined);
    await assert.rejects(lab.yaml({ namespace: NAMESPACE, pod: 'nobody' }, end.signal), {
      kind: 'not-found',
    });
  });
});
