import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterLab } from '../../../src/lab/lab.js';
import type { ConnectionState, PodView } from '../../../src/lab/types.js';
import { kubeconfigText, until } from '../cluster/server.js';
import { type Fault, MiniApi } from './mini-api.js';
import { when } from './world.js';

const shown = (pods: readonly PodView[]): string =>
  pods.map((pod) => `${pod.key}=${pod.containers[0]?.restartCount}`).join(' ');

describe('lab under faults', function () {
  this.timeout(30_000);
  let api: MiniApi;
  let folder: string;
  let lab: ClusterLab | null = null;
  beforeEach(async () => {
    api = await MiniApi.start();
    folder = await mkdtemp(join(tmpdir(), 'podstress-faults-'));
  });
  afterEach(async () => {
    await lab?.dispose();
    await api.server.close();
    await rm(folder, { recursive: true });
  });

  async function connect(
    namespaces: readonly string[] = [],
    kubeconfig = api.kubeconfig,
  ): Promise<ClusterLab> {
    const kubeconfigPath = join(folder, 'config');
    await writeFile(kubeconfigPath, kubeconfig);
    const quiet = { info: () => undefined, warn: () => undefined };
    lab = new ClusterLab(
      { kubeconfigPath, env: {}, namespaces, log: quiet },
      { heartbeat: { intervalMs: 50, timeoutMs: 300 }, backoff: { baseMs: 5, capMs: 50 }, kubeconfigMs: 20 },
    );
    return lab;
  }

  const faults: readonly [Fault, ConnectionState['phase'] | null][] = [
    ['half-open', 'stale'],
    ['cut', 'stale'],
    ['status-500', 'stale'],
    ['status-401', 'failed'],
    ['status-429', 'stale'],
    ['truncated-json', null],
    ['watch-410', null],
    ['watch-ends-at-once', null],
  ];
  for (const [fault, phase] of faults) {
    it(`ends with the server's truth after ${fault}${phase === null ? '' : `, being ${phase} meanwhile`}`, async () => {
      for (const name of ['a', 'b', 'c']) {
        api.put('x', name);
      }
      const connected = await connect();
      await when(connected.pods, (pods) => shown(pods) === api.truth, 'all is shown');
      await when(connected.connection, (state) => state.phase === 'live', 'live');
      const lists = api.lists;
      api.break(fault);
      api.put('x', 'a');
      api.remove('x', 'b');
      api.put('y', 'new');
      if (phase !== null) {
        const state = await when(connected.connection, (one) => one.phase === phase, phase);
        assert.ok(state.phase !== 'failed' || state.failure === 'unauthorized');
        assert.ok(connected.pods.get().length >= 3, 'what was known is still there');
      } else {
        await until(() => api.server.requests.length > 8, 'the fault was met again and again');
      }
      api.break('none');
      await when(connected.pods, (pods) => shown(pods) === api.truth, `the truth is shown: ${api.truth}`);
      await when(connected.connection, (one) => one.phase === 'live', 'live again');
      api.put('x', 'after');
      await when(connected.pods, (pods) => shown(pods) === api.truth, 'it goes on');
      if (fault === 'half-open' || fault === 'cut' || fault === 'status-401') {
        assert.equal(api.lists, lists, 'the watch went on where it was');
      }
    });
  }

  it("ends with the server's truth where the clocks are hours apart, and asks for one login only", async () => {
    const apart = 5 * 3_600_000;
    api.clockBehindMs = apart;
    const apiVersion = 'client.authentication.k8s.io/v1';
    const expirationTimestamp = new Date(Date.now() - apart + 900_000).toISOString();
    const status = { token: 'sesame', expirationTimestamp };
    const command = join(folder, 'login');
    const print = `echo '${JSON.stringify({ apiVersion, kind: 'ExecCredential', status })}'`;
    await writeFile(command, `#!/bin/sh\necho run >> ${folder}/runs\n${print}\n`, { mode: 0o700 });
    api.put('x', 'a');
    const connected = await connect([], kubeconfigText(api.server, { exec: { apiVersion, command } }));
    await when(connected.connection, (one) => one.phase === 'live', 'live');
    api.put('x', 'b');
    api.break('cut');
    api.remove('x', 'a');
    api.break('none');
    await when(connected.pods, (pods) => shown(pods) === api.truth, `the truth is shown: ${api.truth}`);
    await until(() => api.server.requests.length > 8, 'it asks on');
    assert.equal(await readFile(join(folder, 'runs'), 'utf8'), 'run\n');
  });

  it("shows the context's namespace to a user who may not read all", async () => {
    api.put('here', 'mine');
    api.put('there', 'other');
    api.allowed = ['here'];
    const connected = await connect();
    const pods = await when(connected.pods, (all) => all.length > 0, 'something is shown');
    assert.equal(shown(pods), 'here/mine=0');
    await when(connected.connection, (state) => state.phase === 'live', 'live');
    api.put('here', 'mine');
    await when(connected.pods, (all) => shown(all) === 'here/mine=1', 'changes are seen');
  });

  it('shows the namespaces of the settings to that user as well, and says which are refused', async () => {
    for (const namespace of ['here', 'shop', 'bank']) {
      api.put(namespace, 'pod');
    }
    api.allowed = ['here', 'shop'];
    const connected = await connect(['shop', 'bank', 'here']);
    await when(connected.pods, (all) => shown(all) === 'here/pod=0 shop/pod=0', 'what may be read is shown');
    const scope = { namespaces: ['here', 'shop'], refused: ['bank'] };
    await when(
      connected.connection,
      (one) => one.phase === 'live' && JSON.stringify(one.scope) === JSON.stringify(scope),
      'it is live, and says what it lacks',
    );
    api.allowed = ['here', 'shop', 'bank'];
    await when(
      connected.connection,
      (one) => one.phase === 'live' && one.scope?.refused.length === 0,
      'rights that come later count',
    );
  });

  it('is stale, not failed, where the server dies between the list and the first watch', async () => {
    api.put('x', 'a');
    api.faultAtWatch = 'cut';
    const connected = await connect();
    const state = await when(
      connected.connection,
      (one) => one.phase === 'stale' || one.phase === 'failed',
      'the death is noticed',
    );
    assert.equal(state.phase, 'stale');
    assert.equal(shown(connected.pods.get()), 'x/a=0');
    api.break('none');
    await when(connected.connection, (one) => one.phase === 'live', 'live');
  });

  it('says where it leads and as whom, in every phase', async () => {
    const access = {
      server: api.server.url,
      namespace: 'here',
      user: 'test',
      file: join(folder, 'config'),
      verifiesCertificate: true,
    };
    const connected = await connect();
    for (const [fault, phase] of [
      ['none', 'live'],
      ['cut', 'stale'],
      ['status-401', 'failed'],
    ] as const) {
      api.break(fault);
      const state = await when(connected.connection, (one) => one.phase === phase, phase);
      assert.deepEqual(state.access, access, phase);
    }
  });

  it('says so where not even that may be read, and comes to life when it may', async () => {
    api.put('here', 'mine');
    api.allowed = [];
    const connected = await connect();
    const state = await when(connected.connection, (one) => one.phase === 'failed', 'refused');
    assert.ok(state.phase === 'failed');
    assert.equal(state.failure, 'forbidden');
    assert.match(state.detail, /cannot list resource "pods"/);
    api.allowed = ['here'];
    await when(connected.connection, (one) => one.phase === 'live', 'live');
    await when(connected.pods, (all) => shown(all) === 'here/mine=0', 'it is shown');
  });

  it('says why at once where the server is not there from the start, and goes live when it comes', async () => {
    api.break('cut');
    api.put('x', 'a');
    const connected = await connect();
    const state = await when(connected.connection, (one) => one.phase === 'failed', 'unreachable');
    assert.ok(state.phase === 'failed' && state.failure === 'unreachable');
    api.break('none');
    await when(connected.connection, (one) => one.phase === 'live', 'live');
    await when(connected.pods, (all) => shown(all) === api.truth, 'it is shown');
  });

  it('follows the kubeconfig: another cluster, a file that is gone for a while, a broken one', async () => {
    const other = await MiniApi.start();
    try {
      api.put('x', 'first');
      other.put('x', 'second');
      const connected = await connect();
      await when(connected.pods, (all) => shown(all) === 'x/first=0', 'the first cluster is shown');
      const path = join(folder, 'config');
      await rm(path);
      await writeFile(path, 'users: [');
      api.put('x', 'first');
      await when(connected.pods, (all) => shown(all) === 'x/first=1', 'the connection goes on');
      await writeFile(path, other.kubeconfig);
      await when(connected.pods, (all) => shown(all) === 'x/second=0', 'the second cluster is shown');
      const state = await when(connected.connection, (one) => one.phase === 'live', 'live');
      assert.ok(state.phase === 'live' && state.server === other.server.url);
    } finally {
      await lab?.dispose();
      await other.server.close();
    }
  });

  it('connects once a kubeconfig appears', async () => {
    const kubeconfigPath = join(folder, 'later');
    const quiet = { info: () => undefined, warn: () => undefined };
    lab = new ClusterLab({ kubeconfigPath, env: {}, log: quiet }, { kubeconfigMs: 20 });
    const state = await when(lab.connection, (one) => one.phase === 'failed', 'there is none');
    assert.ok(state.phase === 'failed' && state.failure === 'no-kubeconfig');
    await writeFile(kubeconfigPath, api.kubeconfig);
    await when(lab.connection, (one) => one.phase === 'live', 'live');
  });
});
