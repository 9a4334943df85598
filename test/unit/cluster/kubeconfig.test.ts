import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ClusterError, type ClusterErrorKind } from '../../../src/cluster/errors.js';
import { accessFor, kubeconfigFiles, loadKubeconfig } from '../../../src/cluster/kubeconfig/load.js';

function config(parts: {
  current?: string;
  clusters?: Record<string, object>;
  users?: Record<string, object>;
  contexts?: Record<string, object>;
}): string {
  const list = (key: string, of: Record<string, object> = {}): object[] =>
    Object.entries(of).map(([name, value]) => ({ name, [key]: value }));
  return JSON.stringify({
    ...(parts.current !== undefined && { 'current-context': parts.current }),
    clusters: list('cluster', parts.clusters),
    users: list('user', parts.users),
    contexts: list('context', parts.contexts),
  });
}

function failsWith(kind: ClusterErrorKind, text: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ClusterError, String(error));
    assert.equal(error.kind, kind);
    assert.match(error.message, text);
    return true;
  };
}

describe('cluster kubeconfig', function () {
  this.timeout(20_000);
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'podstress-kubeconfig-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function file(name: string, text: string): Promise<string> {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  }

  it('looks where kubectl looks', () => {
    const env = { HOME: '/home/a', KUBECONFIG: ['/x', '', '/y', '/x'].join(delimiter) };
    assert.deepEqual(kubeconfigFiles({ path: '/z', env }), { paths: ['/z'], mustExist: true });
    assert.deepEqual(kubeconfigFiles({ path: '~/z', env }).paths, ['/home/a/z']);
    assert.deepEqual(kubeconfigFiles({ path: null, env }), { paths: ['/x', '/y'], mustExist: false });
    assert.deepEqual(kubeconfigFiles({ path: null, env: { HOME: '/home/a' } }).paths, [
      '/home/a/.kube/config',
    ]);
    assert.deepEqual(kubeconfigFiles({ path: '', env: { HOME: '/h', KUBECONFIG: '' } }).paths, [
      '/h/.kube/config',
    ]);
  });

  it('lets the first file win, name by name and whole, the current context too', async () => {
    const first = await file(
      'first',
      config({
        current: 'one',
        clusters: { shared: { server: 'https://first' } },
        contexts: { one: { cluster: 'shared', user: 'red' } },
        users: { red: { token: 'first' } },
      }),
    );
    const second = await file(
      'second',
      config({
        current: 'two',
        clusters: {
          shared: { server: 'https://second', 'proxy-url': 'http://p' },
          own: { server: 'https://own' },
        },
        contexts: { one: { cluster: 'own' }, two: { cluster: 'own', user: 'red', namespace: 'n' } },
        users: { red: { token: 'second', username: 'u' } },
      }),
    );
    const env = { KUBECONFIG: [join(folder, 'missing'), first, second].join(delimiter) };
    const merged = await loadKubeconfig({ path: null, env });
    assert.equal(merged.currentContext, 'one');
    assert.equal(merged.clusters.get('shared')?.server, 'https://first');
    assert.equal(merged.clusters.get('shared')?.proxyUrl, null);
    assert.equal(merged.clusters.get('own')?.server, 'https://own');
    assert.deepEqual(merged.users.get('red')?.raw, { token: 'first' });
    const one = { cluster: 'shared', user: 'red', namespace: null, file: first };
    assert.deepEqual(merged.contexts.get('one'), one);
    const two = accessFor(merged, 'two', env);
    assert.equal(two.namespace, 'n');
    assert.equal(accessFor(merged, null, env).namespace, 'default');
  });

  it('takes the current context of a later file where the first sets none', async () => {
    const first = await file('first', '');
    const second = await file('second', '# nothing but a comment\n');
    const third = await file('third', config({ current: 'c' }));
    const env = { KUBECONFIG: [first, second, third].join(delimiter) };
    assert.equal((await loadKubeconfig({ path: null, env })).currentContext, 'c');
  });

  it('makes relative paths absolute against the folder of their own file', async () => {
    const path = await file(
      'config',
      config({
        clusters: { c: { server: 'https://c', 'certificate-authority': 'ca.pem' } },
        users: {
          files: { 'client-certificate': 'a.pem', 'client-key': '/abs/b.pem', tokenFile: 'sub/token' },
          relative: { exec: { command: './bin/plugin' } },
          onPath: { exec: { command: 'aws' } },
        },
      }),
    );
    const loaded = await loadKubeconfig({ path, env: {} });
    assert.equal(loaded.clusters.get('c')?.certificateAuthority, join(folder, 'ca.pem'));
    assert.deepEqual(loaded.users.get('files')?.raw, {
      'client-certificate': join(folder, 'a.pem'),
      'client-key': '/abs/b.pem',
      tokenFile: join(folder, 'sub/token'),
    });
    assert.deepEqual(loaded.users.get('relative')?.raw, { exec: { command: join(folder, 'bin/plugin') } });
    assert.deepEqual(loaded.users.get('onPath')?.raw, { exec: { command: 'aws' } });
  });

  it('reads YAML with comments, anchors and unknown fields', async () => {
    const path = await file(
      'config',
      [
        'apiVersion: v1',
        'kind: Config',
        'preferences: {}',
        'current-context: dev # the usual one',
        'clusters:',
        '- name: dev',
        '  cluster: &dev {server: "https://dev:6443/k8s/clusters/c-1/"}',
        '- name: again',
        '  cluster: *dev',
        'contexts:',
        '- {name: dev, context: {cluster: again, user: ""}}',
      ].join('\n'),
    );
    const loaded = await loadKubeconfig({ path, env: {} });
    const access = accessFor(loaded, null, {});
    assert.equal(access.cluster.server, 'https://dev:6443/k8s/clusters/c-1');
    assert.deepEqual(access.user.raw, {});
  });

  const broken: readonly [string, string, RegExp][] = [
    ['a name that stands twice', 'users: [{name: a}, {name: a}]', /users: the name "a" stands twice/],
    [
      'a number as a token',
      'users: [{name: a, user: {token: 123}}]',
      /users\[0\] "a": "token" must be a string/,
    ],
    ['a list instead of a mapping', '- a', /is not a kubeconfig/],
    ['broken YAML', 'a: [', /config: /],
  ];
  for (const [what, text, message] of broken) {
    it(`refuses ${what}, naming the place`, async () => {
      const path = await file('config', text);
      await assert.rejects(loadKubeconfig({ path, env: {} }), failsWith('invalid-kubeconfig', message));
    });
  }

  it('refuses an alias bomb', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level += 1) {
      const aliases = Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ');
      lines.push(`a${level}: &a${level} [${aliases}]`);
    }
    const path = await file('config', lines.join('\n'));
    await assert.rejects(loadKubeconfig({ path, env: {} }), failsWith('invalid-kubeconfig', /alias/i));
  });

  it('says what is missing', async () => {
    const path = join(folder, 'none');
    await assert.rejects(loadKubeconfig({ path, env: {} }), failsWith('no-kubeconfig', /no such file/));
    const env = { KUBECONFIG: path };
    await assert.rejects(
      loadKubeconfig({ path: null, env }),
      failsWith('no-kubeconfig', /no kubeconfig found/),
    );

    const text = config({
      clusters: { c: { server: 'ftp://c' } },
      users: { gke: { 'auth-provider': { name: 'gcp' } } },
      contexts: {
        lost: { cluster: 'nowhere', user: '' },
        odd: { cluster: 'c', user: '' },
        nobody: { cluster: 'ok', user: 'nobody' },
      },
    });
    const loaded = await loadKubeconfig({ path: await file('config', text), env: {} });
    assert.throws(() => accessFor(loaded, null, {}), failsWith('no-context', /no current-context/));
    assert.throws(() => accessFor(loaded, 'x', {}), failsWith('no-context', /no context "x"/));
    assert.throws(() => accessFor(loaded, 'lost', {}), failsWith('invalid-kubeconfig', /"nowhere"/));
    assert.throws(() => accessFor(loaded, 'odd', {}), failsWith('invalid-kubeconfig', /no valid "server"/));
  });

  it('refuses removed auth-providers with advice instead of running what they name', async () => {
    const text = config({
      current: 'x',
      clusters: { c: { server: 'https://c' } },
      users: { gke: { 'auth-provider': { name: 'gcp', config: { 'cmd-path': '/bin/true' } } } },
      contexts: { x: { cluster: 'c', user: 'gke' } },
    });
    const loaded = await loadKubeconfig({ path: await file('config', text), env: {} });
    assert.throws(
      () => accessFor(loaded, null, {}),
      failsWith('invalid-kubeconfig', /gke-gcloud-auth-plugin/),
    );
  });
});
