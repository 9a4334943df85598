import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CLI,
  descendants,
  endSpawned,
  remains,
  type SandboxProcess,
  spawnSandbox,
  until,
} from './support.js';

/** A port of /proc/net/tcp that something listens on. */
function listens(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return new RegExp(`: 0100007F:${hex} 00000000:0000 0A`).test(readFileSync('/proc/net/tcp', 'utf8'));
}

describe('the lifetime of a sandbox', function () {
  this.timeout(90_000);
  afterEach(endSpawned);

  const everything = (sandbox: SandboxProcess): number[] => descendants(sandbox.pid);
  const gone = (sandbox: SandboxProcess, pids: readonly number[]) =>
    until(
      `nothing is left of ${sandbox.pid}`,
      () => remains(sandbox, pids).length === 0 && !listens(Number(new URL(sandbox.server).port)),
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${remains(sandbox, pids).join(', ')}`);
    });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`${signal} ends it with exit code 0, and leaves nothing`, async () => {
      const sandbox = await spawnSandbox(['--demo']);
      assert.equal(statSync(sandbox.kubeconfig).mode & 0o777, 0o600);
      assert.ok(listens(Number(new URL(sandbox.server).port)));
      const pids = everything(sandbox);
      // A watchdog, three network holders, the agent, two servers with the shells that wait for them.
      assert.ok(pids.length >= 9, String(pids.length));
      assert.equal(remains(sandbox, pids).length, pids.length + 2);
      sandbox.child.kill(signal);
      const [code] = (await once(sandbox.child, 'exit')) as [number | null];
      assert.equal(code, 0, sandbox.stderr());
      assert.deepEqual(remains(sandbox, pids), []);
    });
  }

  it('kill -9 leaves nothing either', async () => {
    const sandbox = await spawnSandbox(['--demo']);
    const pids = everything(sandbox);
    sandbox.child.kill('SIGKILL');
    await once(sandbox.child, 'exit');
    await gone(sandbox, pids);
  });

  it('kill -9 of it and of its watchdog leaves no process of a Pod, and --clean clears up the rest', async () => {
    // Its own temp folder, which no other sandbox of this machine that starts meanwhile clears up.
    const env = { ...process.env, TMPDIR: mkdtempSync(join(tmpdir(), 'podstress-test-')) };
    try {
      const sandbox = await spawnSandbox(['--demo'], env);
      const pids = everything(sandbox);
      const watchdog = pids.find((pid) => commandLine(pid).includes('read -r _'));
      assert.ok(watchdog !== undefined);
      process.kill(watchdog, 'SIGKILL');
      sandbox.child.kill('SIGKILL');
      await once(sandbox.child, 'exit');
      await until('no process is left', () =>
        remains(sandbox, pids).every((what) => !what.startsWith('process')),
      );
      const [folder = ''] = sandbox.traces;
      assert.ok(existsSync(folder), 'its folder is still there');
      const clean = spawn(process.execPath, [CLI, 'sandbox', '--clean'], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      clean.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      const [code] = (await once(clean, 'close')) as [number | null];
      assert.equal(code, 0);
      assert.ok(said.includes(`removed ${folder}\n`), said);
      assert.deepEqual(remains(sandbox, pids), []);
    } finally {
      rmSync(env.TMPDIR, { recursive: true });
    }
  });

  it('two of them live side by side', async () => {
    const [one, two] = await Promise.all([spawnSandbox(), spawnSandbox()]);
    const both = [one, two].map((sandbox) => ({ sandbox, pids: everything(sandbox) }));
    for (const { sandbox, pids } of both) {
      sandbox.child.kill('SIGTERM');
      await once(sandbox.child, 'exit');
      assert.deepEqual(remains(sandbox, pids), []);
    }
  });

  it('says in one line what it lacks', async () => {
    const run = async (env: NodeJS.ProcessEnv, wrapper: readonly string[] = []) => {
      const [program = '', ...args] = [...wrapper, process.execPath, CLI, 'sandbox'];
      const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, lines: said.trim().split('\n') };
    };
    const bare = await run({ ...process.env, PATH: '/nonexistent' });
    assert.equal(bare.code, 2);
    assert.equal(bare.lines.length, 1);
    assert.match(
      bare.lines[0] ?? '',
      /needs sh, setpriv, unshare, nsenter, mount, chroot, ip, stress-ng: on Debian run apt-get install -y/,
    );
    const user = await run(process.env, ['setpriv', '--reuid', '65534', '--clear-groups', '--']);
    // Where the clone cannot be read by others there is nothing to run.
    if (user.lines.some((line) => /Cannot find module|permission denied/i.test(line))) return;
    assert.equal(user.code, 2);
    assert.deepEqual(user.lines.length, 1);
    assert.match(user.lines[0] ?? '', /needs root .* sudo/);
  });
});

function commandLine(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}
