import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningSandbox } from '../../../src/sandbox/sandbox.js';
import { bundle } from '../../../tools/build/bundle.js';
import { ROOT } from '../../../tools/root.js';
import { startTestSandbox, until } from './support.js';

/** The bundle that ships: what is loaded piece by piece would lie below what the containers have at /tmp. */
const BUNDLE = join(ROOT, 'dist/agent.cjs');
const DEPLOY = fileURLToPath(new URL('../../../../deploy/', import.meta.url));

describe('the agent installed in the sandbox by the real kubectl, as deploy/ describes it', function () {
  this.timeout(120_000);
  let sandbox: RunningSandbox & { readonly logged: string[] };
  let home = '';

  before(async function () {
    // Optional: neither Debian nor npm has it.
    if (spawnSync('kubectl', ['version', '--client']).status !== 0) this.skip();
    await bundle();
    home = mkdtempSync(join(tmpdir(), 'podstress-test-kubectl-'));
    const denials = [{ verb: 'create', resource: 'namespaces', namespace: null }];
    sandbox = await startTestSandbox({ agent: BUNDLE, agentPod: false, denials });
  });
  after(async () => {
    await sandbox?.stop();
    if (home !== '') rmSync(home, { recursive: true });
  });

  const kubectl = (...args: string[]): Promise<{ code: number | null; out: string; err: string }> =>
    new Promise((resolve, reject) => {
      const env = { PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: sandbox.kubeconfigPath };
      const child = spawn('kubectl', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        err += chunk.toString();
      });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, out, err }));
    });
  const ok = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await kubectl(...args);
    const events = (): string =>
      JSON.stringify(
        sandbox.registry.list(sandbox.registry.definition('events')).map((one) => one['message']),
      );
    assert.equal(
      code,
      0,
      `kubectl ${args.join(' ')}: ${err}\n${sandbox.logged.join('\n')}\n${code === 0 ? '' : events()}`,
    );
    return out;
  };

  it('says what one may do', async () => {
    assert.equal(await ok('auth', 'can-i', 'patch', 'daemonsets.apps', '-n', 'podstress'), 'yes\n');
    const denied = await kubectl('auth', 'can-i', 'create', 'namespaces');
    assert.equal(denied.code, 1);
    assert.match(denied.out, /^no/);
  });

  for (const overlay of ['base', 'overlays/kmsg', 'overlays/stress']) {
    it(`runs with ${overlay} and is ready by its own exec probe`, async () => {
      const applied = await ok('apply', '--server-side', '-k', join(DEPLOY, overlay));
      assert.match(applied, /^namespace\/podstress serverside-applied$/m);
      assert.match(applied, /^daemonset\.apps\/podstress-agent serverside-applied$/m);
      await ok('rollout', 'status', 'ds/podstress-agent', '-n', 'podstress', '--timeout=60s');
      const shown = await ok('get', 'ds', '-A');
      assert.match(
        shown,
        /^NAMESPACE +NAME +DESIRED +CURRENT +READY +UP-TO-DATE +AVAILABLE +NODE SELECTOR +AGE$/m,
      );
      assert.match(shown, /^podstress +podstress-agent +1 +1 +1 +1 +1 +kubernetes\.io\/os=linux +\d/m);
    });
  }

  it('runs as the user that its manifest names, with a root of its own', async () => {
    await ok('apply', '--server-side', '--force-conflicts', '-k', join(DEPLOY, 'base'));
    await ok('rollout', 'status', 'ds/podstress-agent', '-n', 'podstress', '--timeout=60s');
    const root = sandbox.cgroupRoot ?? '';
    const status = (field: string): string[] =>
      agentPids(root).map(
        (pid) => spawnSync('grep', [`^${field}:`, `/proc/${pid}/status`], { encoding: 'utf8' }).stdout,
      );
    assert.ok(status('Uid').length > 0);
    for (const line of status('Uid')) assert.match(line, /^Uid:\s+65534\s+65534/);
    for (const line of status('CapEff')) assert.match(line, /^CapEff:\s+0+$/m);
    for (const line of status('NoNewPrivs')) assert.match(line, /1$/m);
    assert.equal(existsSync('/host'), false);
    assert.equal(existsSync('/app'), false);
  });

  it('is taken away whole', async () => {
    await ok('delete', '-k', join(DEPLOY, 'overlays/stress'));
    assert.equal((await kubectl('get', 'ns', 'podstress')).code, 1);
    await until('its processes are gone', () => agentPids(sandbox.cgroupRoot ?? '').length === 0);
    const folder = dirname(sandbox.kubeconfigPath);
    await until('its folders are gone', () =>
      ['roots', 'volumes'].every(
        (name) => !existsSync(join(folder, name)) || readdirSync(join(folder, name)).length === 0,
      ),
    );
  });
});

/** Host pids in the containers below a cgroup. */
function agentPids(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /pod[-0-9a-f]{36}\/[0-9a-f]{64}\/cgroup\.procs$/.test(path))
    .flatMap((path) => spawnSync('cat', [join(root, path)], { encoding: 'utf8' }).stdout.split('\n'))
    .filter((pid) => pid !== '');
}
