import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeRunRecord } from '../../../src/lab/runs/decode.js';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { bundle } from '../../../tools/build/bundle.js';
import { ROOT } from '../../../tools/root.js';
import { pidsBelow, until } from '../sandbox/support.js';

const built = (path: string): string => fileURLToPath(new URL(`../../../src/${path}`, import.meta.url));
/** What ships: the command with the parts that it loads when it runs. */
const CLI = join(ROOT, 'dist/podstress.cjs');

function manifest(name: string, size: string, duration: string): string {
  return `apiVersion: chaos-mesh.org/v1alpha1
kind: StressChaos
metadata:
  name: ${name}
  namespace: hello-kubernetes
spec:
  mode: all
  selector:
    namespaces: [hello-kubernetes]
  stressors:
    memory:
      workers: 2
      size: ${size}
  duration: ${duration}
`;
}

describe('podstress run against the sandbox', function () {
  this.timeout(120_000);
  let sandbox: RunningSandbox;
  let folder: string;
  const started: ChildProcess[] = [];

  before(async () => {
    await bundle();
    folder = mkdtempSync(join(tmpdir(), 'podstress-test-run-'));
    sandbox = await startSandbox({
      log: () => undefined,
      programs: built('sandbox/programs/main.js'),
      agent: join(ROOT, 'dist/agent.cjs'),
      demo: true,
    });
  });
  afterEach(async () => {
    for (const child of started.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exit;
    }
  });
  after(async () => {
    await sandbox?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  /** Writes the manifest and starts the command on it. */
  function start(text: string, args: readonly string[]) {
    const file = join(folder, 'manifest.yaml');
    writeFileSync(file, text);
    const child = spawn(
      process.execPath,
      [CLI, 'run', file, '--kubeconfig', sandbox.kubeconfigPath, ...args],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    started.push(child);
    const told = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      told.out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      told.err += chunk.toString();
    });
    const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, told, exit };
  }

  async function run(text: string, args: readonly string[]) {
    const { told, exit } = start(text, args);
    return { code: await exit, ...told };
  }

  function objects(): number {
    const { registry } = sandbox;
    return registry.list(registry.definition('stresschaos', 'chaos-mesh.org'), 'hello-kubernetes').length;
  }

  function stressors(): readonly string[] {
    return pidsBelow(sandbox.cgroupRoot ?? '')
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
        } catch {
          return '';
        }
      })
      .filter((comm) => comm.includes('stress'));
  }

  function nothingIsLeft(): void {
    assert.equal(objects(), 0);
    assert.deepEqual(stressors(), []);
  }

  it('ends with 0 where the expectations are met, and writes every report', async () => {
    const report = (suffix: string): string => join(folder, `met.${suffix}`);
    const { code, out, err } = await run(manifest('fits', '50MiB', '1h'), [
      ...[
        '--expect',
        'noKills,noRestarts,maxWorkingSet=400MiB,minArrived=90%,noProbeFailures,ready',
        '--for',
        '6s',
      ],
      ...['--report', report('json'), '--report', report('md'), '--report', report('html')],
      ...['--junit', report('xml')],
    ]);
    assert.equal(code, 0, `${out}\n${err}`);
    assert.match(out, /^met {13}noKills$/m);
    assert.match(out, /^Expectations met: hello-kubernetes\/fits, working set at most /m);
    const record = decodeRunRecord(readFileSync(report('json'), 'utf8'));
    assert.equal(record.end, 'stopped');
    assert.equal(record.targets.length, 2);
    for (const { peak, forecast, series, killsWatched, node } of record.targets) {
      assert.ok((peak?.bytes ?? 0) > (forecast?.workingSetBytes ?? 0) + 40 * 2 ** 20, JSON.stringify(peak));
      assert.ok(series.times.length >= 6 && killsWatched && node === sandbox.nodeName);
    }
    assert.deepEqual(record.left?.clean.length, 2);
    assert.match(readFileSync(report('md'), 'utf8'), /✅ Expectations met/);
    assert.match(readFileSync(report('html'), 'utf8'), /<svg class="chart"/);
    assert.match(readFileSync(report('xml'), 'utf8'), /tests="6" failures="0" errors="0"/);
    nothingIsLeft();
  });

  it('ends with 1 and the kill as evidence where the stress passes the limit', async () => {
    const json = join(folder, 'storm.json');
    const args = ['--expect', 'noKills', '--for', '8s', '--report', json, '--max-targets', '5'];
    const { code, out, err } = await run(manifest('storm', '3000MiB', '1h'), args);
    assert.equal(code, 1, `${out}\n${err}`);
    assert.match(out, /^not met {9}noKills$/m);
    assert.match(out, /hello-kubernetes\/\S+\/hello-kubernetes: \d+ OOM kills?$/m);
    assert.match(
      out,
      /the OOM killer ended stress-ng\S* at \+\S+ s \(pid \d+, \S+ MiB anonymous memory, oom_score_adj 1000/,
    );
    assert.match(err, /\d+ OOM kills?/);
    const record = decodeRunRecord(readFileSync(json, 'utf8'));
    assert.ok(record.targets.every(({ forecast }) => forecast?.outcome === 'exceeds'));
    assert.ok(record.kills.some(({ victim }) => victim?.startsWith('stress-ng') === true));
    nothingIsLeft();
  });

  it('runs through the node agents as well', async () => {
    const json = join(folder, 'agent.json');
    const { code, out, err } = await run(manifest('by-agents', '50MiB', '1h'), [
      ...['--engine', 'agent', '--expect', 'noKills,minArrived=90%,maxWorkingSet=400MiB', '--for', '5s'],
      ...['--report', json],
    ]);
    assert.equal(code, 0, `${out}\n${err}`);
    assert.match(err, /through the node agents/);
    const record = decodeRunRecord(readFileSync(json, 'utf8'));
    assert.equal(record.engine, 'agent');
    assert.equal(record.targets.length, 2);
    nothingIsLeft();
  });

  it('ends with 2 where it could not run, and says why', async () => {
    const junit = join(folder, 'failed.xml');
    const wrong = await run(manifest('wrong', '50Mi', '1h'), ['--expect', 'noKills', '--junit', junit]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /manifest\.yaml:13:13 error MS\d+ /);
    assert.match(readFileSync(junit, 'utf8'), /errors="1".*could-not-run/s);
    const unknown = await run(manifest('fits', '50MiB', '1m'), ['--expect', 'noOOM']);
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /“noOOM” is not known/);
    const protectedOne = await run(
      manifest('fits', '50MiB', '1m').replaceAll('hello-kubernetes', 'kube-system'),
      [],
    );
    assert.equal(protectedOne.code, 2);
    assert.match(protectedOne.err, /the namespace kube-system is protected .*\n.*--yes/);
    const many = await run(manifest('fits', '50MiB', '1m'), ['--max-targets', '1']);
    assert.equal(many.code, 2);
    assert.match(many.err, /2 Pods at once, and 1 are allowed/);
    const elsewhere = await run(manifest('fits', '50MiB', '1m'), ['--context', 'nowhere']);
    assert.equal(elsewhere.code, 2);
    assert.match(elsewhere.err, /no connection to the cluster: /);
    nothingIsLeft();
  });

  it('stops and cleans up at Ctrl-C, and ends with 2', async () => {
    const { child, told, exit } = start(manifest('broken-off', '50MiB', '1h'), ['--expect', 'noKills']);
    await until('it runs', () => told.err.includes('running in 2 containers'), 60_000);
    assert.ok(stressors().length > 0);
    child.kill('SIGINT');
    assert.equal(await exit, 2, told.err);
    assert.match(told.err, /stopping what was injected; once more leaves at once/);
    assert.match(told.err, /hello-kubernetes\/broken-off is gone; nothing is left in 2 containers/);
    nothingIsLeft();
  });

  it('gives up after its time, stops and cleans up, and ends with 2', async () => {
    const { code, err } = await run(manifest('too-long', '50MiB', '1h'), ['--timeout', '15s']);
    assert.equal(code, 2, err);
    nothingIsLeft();
  });
});
