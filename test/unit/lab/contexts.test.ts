import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { listContexts } from '../../../src/lab/index.js';

describe('the contexts one can choose from', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'podstress-contexts-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function file(name: string, config: object): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, JSON.stringify(config));
    return path;
  }

  it('are those of all files, by name, with what tells them apart; the first file says which is current', async () => {
    const first = await file('first', {
      'current-context': 'prod',
      contexts: [{ name: 'prod', context: { cluster: 'a', user: 'jane', namespace: 'shop' } }],
      clusters: [{ name: 'a', cluster: { server: 'https://a.example' } }],
    });
    const second = await file('second', {
      'current-context': 'dev',
      contexts: [
        { name: 'dev', context: { cluster: 'b', user: '' } },
        { name: 'lost', context: { cluster: 'nowhere', user: '' } },
      ],
      clusters: [{ name: 'b', cluster: { server: 'https://b.example', 'insecure-skip-tls-verify': true } }],
    });
    const missing = join(folder, 'missing');
    const list = await listContexts({
      path: null,
      env: { KUBECONFIG: [first, missing, second].join(delimiter) },
    });
    assert.deepEqual(list, {
      files: [first, missing, second],
      current: 'prod',
      contexts: [
        {
          name: 'dev',
          server: 'https://b.example',
          namespace: 'default',
          user: '',
          verifiesCertificate: false,
        },
        { name: 'lost', server: null, namespace: 'default', user: '', verifiesCertificate: true },
        {
          name: 'prod',
          server: 'https://a.example',
          namespace: 'shop',
          user: 'jane',
          verifiesCertificate: true,
        },
      ],
    });
  });

  it('say why they cannot be read', async () => {
    await assert.rejects(listContexts({ path: join(folder, 'none'), env: {} }), /none: no such file/);
  });
});
