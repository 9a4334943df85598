import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { StressChaos } from '../../../src/core/kubernetes/objects.js';
import { kubectlApply, shellWord } from '../../../src/extension/present/kubectl.js';
import { experimentView } from './support/views.js';

/** What a shell, or who reads it, must never take for anything but a name. */
const HOSTILE = [
  "'; touch pwned; '",
  '$(touch pwned)',
  '`touch pwned`',
  '$\u007bIFS}x',
  '"; touch pwned; "',
  '\\',
  "\\'",
  '!touch',
  'EOF',
  '| touch pwned',
  '> pwned',
  '~root',
  '*',
  '#x',
  '-x',
  'arn:aws:eks:eu-west-1:1:cluster/prod',
  'gke_p_eu-1_c',
  'käse 日本',
];

describe('the kubectl command', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'podstress-kubectl-'));
    const fake = `#!/bin/sh
for one in "$@"; do printf '%s\\0' "$one"; done > "$OUT/args"
cat > "$OUT/input"
`;
    writeFileSync(join(folder, 'kubectl'), fake);
    chmodSync(join(folder, 'kubectl'), 0o755);
  });
  after(() => rmSync(folder, { recursive: true }));

  /** What kubectl gets when a shell runs the command. */
  function run(shell: readonly string[], command: string): { args: string[]; objects: unknown[] } {
    const [program = '', ...options] = shell;
    const env = { PATH: `${folder}${delimiter}${process.env['PATH']}`, OUT: folder, HOME: folder };
    execFileSync(program, options, { cwd: folder, env, input: command, stdio: ['pipe', 'ignore', 'ignore'] });
    const args = readFileSync(join(folder, 'args'), 'utf8').split('\0').slice(0, -1);
    const objects = parseAllDocuments(readFileSync(join(folder, 'input'), 'utf8')).map(
      (document) => document.toJS() as unknown,
    );
    return { args, objects };
  }

  function hostile(name: string): StressChaos {
    const { object } = experimentView();
    return {
      ...object,
      metadata: { name, namespace: name },
      spec: {
        ...object.spec,
        selector: { labelSelectors: { [name]: name }, namespaces: [name] },
        containerNames: ['a', 'EOF', 'EOF_1', name],
      },
    };
  }

  for (const shell of [['sh'], ['bash'], ['bash', '--norc', '-i']]) {
    it(`hands ${shell.join(' ')} every name as it is`, function () {
      this.timeout(30_000);
      for (const name of HOSTILE) {
        const objects = [hostile(name), hostile(name)];
        const command = kubectlApply(objects, name, `/home/${name}/config`);
        const seen = run(shell, command ?? assert.fail(name));
        assert.deepEqual(seen.args, [
          '--kubeconfig',
          `/home/${name}/config`,
          '--context',
          name,
          'apply',
          '-f',
          '-',
        ]);
        assert.deepEqual(
          seen.objects,
          objects.map(({ apiVersion, kind, metadata, spec }) => ({ apiVersion, kind, metadata, spec })),
          name,
        );
        assert.throws(() => readFileSync(join(folder, 'pwned')), /ENOENT/, name);
      }
    });
  }

  it('is not offered where a name holds what a terminal would take for keys', () => {
    const { object } = experimentView();
    for (const name of ['a\nb', 'a\u001b[201~b', 'a\u0000', 'a\u202eb', 'a\u2028b', 'a\u0085']) {
      assert.equal(kubectlApply([object], name, null), null, JSON.stringify(name));
      assert.equal(kubectlApply([object], 'ok', name), null, JSON.stringify(name));
    }
  });

  it('reads well where names are tame', () => {
    const command = kubectlApply([experimentView().object], 'kind-dev', null);
    assert.match(command ?? '', /^kubectl --context kind-dev apply -f - <<'EOF'\napiVersion: /);
    assert.match(command ?? '', /\nEOF\n$/);
  });

  it('quotes a word only where it must', () => {
    assert.equal(shellWord('a/b_c-1.x:y@z'), 'a/b_c-1.x:y@z');
    assert.equal(shellWord(''), "''");
    assert.equal(shellWord("it's"), "'it'\\''s'");
  });
});
