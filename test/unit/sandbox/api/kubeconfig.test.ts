import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { writeKubeconfig } from '../../../../src/sandbox/api/kubeconfig.js';

describe('kubeconfig of the sandbox', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'podstress-test-kubeconfig-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const options = { server: 'https://127.0.0.1:1', token: 't', authority: 'PEM' };

  it('can be read by its owner only, and names one context', async () => {
    const path = join(folder, 'config');
    await writeKubeconfig(path, options);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const config = parse(readFileSync(path, 'utf8'));
    assert.equal(config['current-context'], 'podstress-sandbox');
    assert.deepEqual(config.clusters[0].cluster, {
      server: options.server,
      'certificate-authority-data': 'UEVN',
    });
  });

  it('replaces that of an earlier sandbox, whatever mode it had', async () => {
    const path = join(folder, 'config');
    await writeKubeconfig(path, options);
    writeFileSync(path, readFileSync(path), { mode: 0o644 });
    await writeKubeconfig(path, { ...options, token: 'new' });
    assert.equal(parse(readFileSync(path, 'utf8')).users[0].user.token, 'new');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['config']);
  });

  it('touches no other file', async () => {
    const path = join(folder, 'config');
    const others = [
      '',
      'text',
      'clusters: [{name: podstress-sandbox}, {name: mine}]\nusers: []\ncontexts: []\n',
    ];
    for (const other of others) {
      writeFileSync(path, other);
      await assert.rejects(writeKubeconfig(path, options), /exists and is not of an earlier sandbox/);
      assert.equal(readFileSync(path, 'utf8'), other);
    }
  });
});
