import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { OomJson } from '../../../src/cli/oom-json.js';

const START =
  "import { oomCommand } from './out/src/cli/oom.js'; await oomCommand().parseAsync(process.argv.slice(1), { from: 'user' });";
const LOG = 'test/fixtures/kernel-logs/7.2.13-v2.kmsg';

function oom(args: string[], input = ''): { code: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', START, '--', ...args], {
    input,
    encoding: 'utf8',
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

describe('podstress oom', () => {
  it('prints one JSON object a kill, with every documented field', () => {
    const { code, out } = oom(['--format', 'json', LOG]);
    const kills = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as OomJson);
    assert.equal(code, 0);
    assert.equal(kills.length, 72);
    const [first] = kills;
    assert.deepEqual(Object.keys(first ?? {}), [
      'time',
      'bootSeconds',
      'kind',
      'report',
      'group',
      'victim',
      'invoker',
      'oomMemcg',
      'taskMemcg',
      'limitBytes',
      'usageBytes',
      'pod',
      'tasks',
    ]);
    assert.deepEqual(Object.keys(first?.victim ?? {}), [
      'pid',
      'comm',
      'uid',
      'oomScoreAdj',
      'totalVmBytes',
      'anonRssBytes',
      'fileRssBytes',
      'shmemRssBytes',
      'pgtablesBytes',
    ]);
    assert.deepEqual(Object.keys(first?.tasks[0] ?? {}), [
      'pid',
      'tgid',
      'uid',
      'comm',
      'rssBytes',
      'pgtablesBytes',
      'swapBytes',
      'oomScoreAdj',
    ]);
    assert.deepEqual(first?.invoker, { pid: 119, comm: 'java', oomScoreAdj: 985 });
    assert.deepEqual(first?.pod, {
      uid: '0f1e2d3c-1111-4222-8333-a1b2c3d4e5f6',
      containerId: 'a'.repeat(64),
      qos: 'Burstable',
      runtime: null,
    });
    assert.deepEqual([first?.limitBytes, first?.usageBytes], [33_554_432, 33_554_432]);
  });

  it('reads standard input', () => {
    const { out } = oom(['--format', 'json', '-'], readFileSync(LOG, 'utf8'));
    assert.equal(out.trimEnd().split('\n').length, 72);
  });

  it('prints nothing and ends well where nobody was killed', () => {
    assert.deepEqual(oom(['-'], '[    1.000000] Linux version 6.1\n'), { code: 0, out: '', err: '' });
  });

  it('shows a hostile name without obeying it', () => {
    const { out } = oom([LOG]);
    assert.ok(out.includes('killed \\x1b[31m\\x07z (pid'));
    assert.ok(!out.includes('\u001b'));
  });

  it('says what is wrong with a file it cannot read', () => {
    const { code, err } = oom(['/no/such/log']);
    assert.equal(code, 1);
    assert.match(err, /cannot read \/no\/such\/log/);
  });
});
