import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import type { JsonFinding } from '../../../src/cli/lint-report.js';
import { stress } from '../../../src/core/stresschaos/rules/example.js';

const RUNNER = `
  import { Command } from 'commander';
  import { lintCommand } from '${resolve('out/src/cli/lint.js')}';
  await new Command('podstress').addCommand(lintCommand()).parseAsync(process.argv.slice(1), { from: 'user' });
`;
const BAD = stress({ memory: ['workers: 1', 'size: 50Mi', 'oomScoreAdj: 500'] });
const WARNING = stress({ duration: null });

describe('podstress lint', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'podstress-lint-'));
    mkdirSync(join(folder, 'deep', '.git'), { recursive: true });
    writeFileSync(join(folder, 'good.yaml'), stress());
    writeFileSync(join(folder, 'warning.yaml'), WARNING);
    writeFileSync(join(folder, 'deep', 'bad.yml'), BAD);
    writeFileSync(join(folder, 'deep', '.git', 'hidden.yaml'), BAD);
    writeFileSync(join(folder, 'deep', 'notes.txt'), BAD);
  });
  after(() => rmSync(folder, { recursive: true }));

  function lint(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}) {
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', RUNNER, '--', 'lint', ...args], {
      encoding: 'utf8',
      input,
      env: { ...process.env, LC_ALL: 'C', NO_COLOR: '1', ...env },
    });
    return { code: run.status, out: run.stdout, err: run.stderr };
  }

  it('says where and what, in JSON', () => {
    const { code, out, err } = lint(['--format', 'json', '-'], BAD);
    assert.equal(err, '');
    assert.equal(code, 1);
    const place = { line: 14, column: 13, endLine: 14, endColumn: 17 };
    assert.deepEqual(JSON.parse(out) as JsonFinding[], [
      {
        file: '-',
        ...place,
        severity: 'error',
        code: 'MS011',
        message: '"50Mi" is rejected by Chaos Mesh 2.6 and later: write the unit with its B, as in MiB.',
        fix: [{ ...place, newText: '50MiB' }],
      },
    ]);
  });

  it('walks folders for *.yaml and *.yml, hidden ones aside', () => {
    const { code, out } = lint(['--format', 'json', folder]);
    const found = JSON.parse(out) as JsonFinding[];
    assert.deepEqual(
      found.map((each) => [each.file, each.code]),
      [
        [join(folder, 'deep', 'bad.yml'), 'MS011'],
        [join(folder, 'warning.yaml'), 'MS026'],
      ],
    );
    assert.equal(code, 1);
  });

  it('exits 0 without errors, 1 with more warnings than allowed, 2 on usage and unreadable files', () => {
    const warning = join(folder, 'warning.yaml');
    assert.equal(lint([join(folder, 'good.yaml')]).code, 0);
    assert.equal(lint([warning]).code, 0);
    assert.equal(lint(['--max-warnings', '1', warning]).code, 0);
    assert.equal(lint(['--max-warnings', '0', warning]).code, 1);
    const missing = lint(['--format', 'json', join(folder, 'missing.yaml'), join(folder, 'deep', 'bad.yml')]);
    assert.equal(missing.code, 2);
    assert.match(missing.err, /missing\.yaml/);
    assert.equal((JSON.parse(missing.out) as unknown[]).length, 1, 'the others are linted all the same');
    for (const usage of [
      [],
      ['--format', 'xml', warning],
      ['--max-warnings', '-1', warning],
      ['--chaos-mesh', 'new', warning],
      ['--nonsense', warning],
    ]) {
      assert.equal(lint(usage).code, 2, usage.join(' '));
    }
    assert.equal(lint(['--help']).code, 0);
  });

  it('checks by the rules of the version asked for', () => {
    assert.equal(lint(['--chaos-mesh', '2.5', '-'], BAD).code, 0);
    assert.equal(lint(['--chaos-mesh', 'v2.6.1', '-'], BAD).code, 1);
  });

  it('mends files in place, byte order mark and line ends kept', () => {
    const path = join(folder, 'mend.yaml');
    writeFileSync(path, `\uFEFF${BAD.replaceAll('\n', '\r\n')}`);
    const { code, out } = lint(['--fix', path]);
    assert.equal(code, 0);
    assert.match(out, /No findings/);
    assert.equal(
      readFileSync(path, 'utf8'),
      `\uFEFF${BAD.replace('50Mi', '50MiB').replaceAll('\n', '\r\n')}`,
    );
    const piped = lint(['--fix', '-'], BAD);
    assert.equal(piped.out, BAD.replace('50Mi', '50MiB'));
    rmSync(path);
  });

  it('writes GitHub workflow commands, escaped', () => {
    const nasty = join(folder, 'a,b:c%.yaml');
    writeFileSync(nasty, BAD);
    const { out } = lint(['--format', 'github', nasty]);
    const file = nasty.replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');
    assert.equal(
      out,
      `::error file=${file},line=14,endLine=14,col=13,endColumn=17,title=MS011::"50Mi" is rejected by Chaos Mesh 2.6 and later: write the unit with its B, as in MiB.\n`,
    );
    rmSync(nasty);
  });

  it('writes SARIF that its schema accepts', () => {
    const { out } = lint(['--format', 'sarif', folder]);
    const log = JSON.parse(out) as { runs: { results: { ruleId: string; level: string }[] }[] };
    // The schema is draft-04 in name only: nothing in it differs from draft-07 but how it calls itself.
    const {
      $schema: _draft,
      id: _id,
      ...schema
    } = JSON.parse(readFileSync('test/fixtures/sarif/sarif-schema-2.1.0.json', 'utf8')) as Record<
      string,
      unknown
    >;
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    assert.ok(validate(log), JSON.stringify(validate.errors?.slice(0, 3)));
    assert.deepEqual(
      log.runs[0]?.results.map((result) => [result.ruleId, result.level]),
      [
        ['MS011', 'error'],
        ['MS026', 'warning'],
      ],
    );
    assert.ok(!validate({ ...log, runs: [{}] }), 'the schema itself can refuse');
  });

  it('speaks the language of the terminal, and lets no control character of a manifest through', () => {
    assert.match(lint(['-'], BAD, { LC_ALL: 'fr_FR.UTF-8' }).out, /refusé/);
    const { out } = lint(['-'], stress({ mode: '"\\u001b[31mred"' }));
    assert.ok(!out.includes('\u001b'), JSON.stringify(out));
  });

  it('does not follow a linked folder in circles', () => {
    const loop = join(folder, 'loop');
    symlinkSync(folder, loop);
    assert.equal((JSON.parse(lint(['--format', 'json', folder]).out) as unknown[]).length, 2);
    rmSync(loop);
  });

  it('calls nothing sound where nothing could be read', () => {
    const { code, out, err } = lint(['/no/such/manifest.yaml']);
    assert.equal(code, 2);
    assert.match(err, /cannot read \/no\/such\/manifest\.yaml/);
    assert.equal(out, '');
  });

  it('reports what it cannot read below a folder', () => {
    const dangling = join(folder, 'dangling.yaml');
    symlinkSync(join(folder, 'nowhere'), dangling);
    const { code, err } = lint([folder]);
    assert.equal(code, 2);
    assert.match(err, /cannot read .*dangling\.yaml/);
    rmSync(dangling);
  });
}).timeout(30_000);
