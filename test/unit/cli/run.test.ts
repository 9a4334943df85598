import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { RunOptions } from '../../../src/cli/run/options.js';
import { EXIT, exitCode, resultText } from '../../../src/cli/run/result.js';
import { readSubject } from '../../../src/cli/run/subject.js';
import { runCommand } from '../../../src/cli/run.js';
import {
  expectationsFrom,
  expectationText,
  parseExpectations,
} from '../../../src/core/experiment/expectations.js';
import { stress } from '../../../src/core/stresschaos/rules/example.js';
import { judged, record, storm } from '../lab/runs/sample.js';

const CLI = resolve('out/src/cli/main.js');

describe('podstress run, before any cluster', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'podstress-run-'));
    mkdirSync(join(folder, 'folder'));
    const second = stress().replace(/name: \S+/, 'name: other');
    for (const [name, text] of Object.entries({
      'good.yaml': stress(),
      'bad.yaml': stress({ memory: ['workers: 1', 'size: 50Mi'] }),
      'two.yaml': `${stress()}---\n${second}`,
      'endless.yaml': stress({ duration: null }),
      'none.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n',
      'expect.yaml': 'noKills: true\nkills: 0\n',
      'folder/good.yaml': stress(),
      kubeconfig: 'apiVersion: v1\nkind: Config\n',
    })) {
      writeFileSync(join(folder, name), text);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  function run(...args: string[]): { code: number | null; out: string; err: string } {
    const ended = spawnSync(process.execPath, [CLI, 'run', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, KUBECONFIG: join(folder, 'kubeconfig') },
    });
    return { code: ended.status, out: ended.stdout, err: ended.stderr };
  }

  const refused: readonly (readonly [string, string, Partial<RunOptions>, RegExp])[] = [
    ['a file that is not there', 'nowhere.yaml', {}, /cannot read .*nowhere\.yaml: ENOENT/],
    ['a folder', 'folder', {}, /folder is a folder: give one manifest/],
    ['a file without an experiment', 'none.yaml', {}, /holds no StressChaos that could be run/],
    ['a file with several', 'two.yaml', {}, /several experiments \(.*, other\): choose one by --name/],
    ['a name that is not in it', 'two.yaml', { name: 'third' }, /holds no StressChaos third/],
    ['a run without an end', 'endless.yaml', {}, /has no duration: give --for/],
    ['an unknown expectation', 'good.yaml', { expect: ['noOOM'] }, /--expect: “noOOM” is not known/],
    ['another namespace', 'good.yaml', { namespace: 'elsewhere' }, /--namespace says elsewhere/],
  ];
  for (const [what, file, options, message] of refused) {
    it(`refuses ${what}`, () =>
      assert.rejects(
        readSubject({ engine: 'auto', expect: [], report: [], ...options, manifest: join(folder, file) }),
        message,
      ));
  }

  it('refuses files of expectations with a mistake, and such as are not there', async () => {
    const read = (name: string) =>
      readSubject({
        manifest: join(folder, 'good.yaml'),
        engine: 'auto',
        expect: [join(folder, name)],
        report: [],
      });
    await assert.rejects(read('expect.yaml'), /expect\.yaml: “kills” is not known/);
    await assert.rejects(read('no.yaml'), /cannot read .*no\.yaml/);
  });

  it('reads one experiment of several, with what is expected of it', async () => {
    const manifest = join(folder, 'two.yaml');
    const options = {
      manifest,
      name: 'other',
      engine: 'auto',
      expect: ['noKills', 'ready'],
      report: [],
      for: 5000,
    } as const;
    const { object, expectations, lastsMs } = await readSubject(options);
    assert.equal(object.metadata.name, 'other');
    assert.deepEqual(expectations?.map(expectationText), ['noKills', 'ready']);
    assert.equal(lastsMs, 5000);
  });

  it('says where the mistakes stand, and ends with 2', function () {
    this.timeout(20_000);
    const { code, out, err } = run('bad.yaml', '--junit', 'deep/junit.xml');
    assert.match(err, /bad\.yaml:\d+:\d+ error MS\d+ /);
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.match(readFileSync(join(folder, 'deep/junit.xml'), 'utf8'), /errors="1".*MS\d+/s);
  });

  it('ends with 2 where an option is wrong, and where there is no cluster', function () {
    this.timeout(40_000);
    const wrong = run('good.yaml', '--report', 'run.pdf');
    assert.match(wrong.err, /must end in \.json, \.md or \.html/);
    assert.equal(wrong.code, 2);
    const nowhere = run('two.yaml', '--name', 'other');
    assert.match(nowhere.err, /no connection to the cluster: /);
    assert.equal(nowhere.code, 2);
  });
});

describe('the verdict of podstress run', () => {
  const EXPECTED = 'noKills,noRestarts';

  it('is its exit code', () => {
    const [first] = record().targets;
    const unwatched = record({ targets: first === undefined ? [] : [{ ...first, killsWatched: false }] });
    assert.equal(exitCode(record()), EXIT.met);
    assert.equal(exitCode(judged(record(), EXPECTED)), EXIT.met);
    assert.equal(exitCode(judged(storm(), EXPECTED)), EXIT.notMet);
    assert.equal(exitCode(storm()), EXIT.met, 'nothing was expected');
    assert.equal(exitCode(judged(unwatched, EXPECTED)), EXIT.couldNotRun);
    for (const end of ['failed', 'timeout', 'interrupted', 'connection-lost'] as const) {
      assert.equal(exitCode(judged(record({ end }), EXPECTED)), EXIT.couldNotRun, end);
    }
    assert.equal(exitCode(record({ injectedAfter: null })), EXIT.couldNotRun);
    const left = { clean: [], left: ['a/b/c'], unknown: [] };
    assert.equal(exitCode(judged(record({ left }), EXPECTED)), EXIT.couldNotRun);
  });

  it('is said with its evidence', () => {
    const text = resultText(judged(storm(), EXPECTED));
    assert.match(
      text,
      /^not met {9}noKills\n {4}\S+: 37 OOM kills\n {4}\S+: the OOM killer ended stress-ng-vm at \+6 s/,
    );
    assert.match(
      text,
      /\nExpectations not met: chaos-mesh\/mem-stress, working set at most 491 \/ 500 MiB \(98 %\), 37 OOM kills, 1 restart, took 1 min\n$/,
    );
  });
});

describe('the pipeline of the README', () => {
  const readme = readFileSync('README.md', 'utf8');
  const blocks = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');

  it('gives podstress run arguments that it takes, and expectations that it understands', async () => {
    const text = blocks.find((block) => block.includes('podstress.cjs run')) ?? '';
    const workflow = parse(text) as {
      readonly jobs: { readonly memory: { readonly steps: readonly { readonly run?: string }[] } };
    };
    const line = workflow.jobs.memory.steps.find(({ run }) => run?.includes('podstress.cjs run'))?.run ?? '';
    const args = line.split(' ').slice(3);
    const command = runCommand()
      .exitOverride()
      .action(() => {});
    await command.parseAsync(args, { from: 'user' });
    const { expect, report, junit } = command.opts<{ expect: string[]; report: string[]; junit: string }>();
    assert.equal(parseExpectations(expect.join()).length, 5);
    assert.deepEqual(report, ['memory/run.html', 'memory/run.md', 'memory/run.json']);
    assert.equal(junit, 'memory/junit.xml');
  });

  it('shows a file of expectations that is understood', () => {
    const text = blocks.find((block) => block.includes('# expect.yaml')) ?? '';
    assert.deepEqual(expectationsFrom(parse(text)).map(expectationText), [
      'noKills',
      'maxWorkingSet=400MiB',
      'shop-*/web: maxWorkingSet=60%',
      'shop-*/web: noProbeFailures',
    ]);
  });
});
