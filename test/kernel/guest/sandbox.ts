import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import type { Pod, StressChaos } from '../../../src/core/kubernetes/objects.js';
import { WAIT_MS } from './titles.js';

/** The sandbox as it ships, on cgroup v2, by its API alone. */

const MIB = 1024 * 1024;
const PODS = '/api/v1/namespaces/default/pods';
const EXPERIMENTS = '/apis/chaos-mesh.org/v1alpha1/namespaces/default/stresschaos';
const MOUNT = '/sys/fs/cgroup';

interface Api {
  get<T>(path: string): Promise<T | null>;
  create(path: string, object: unknown): Promise<void>;
  remove(path: string): Promise<void>;
}

async function waitFor<T>(what: string, probe: () => Promise<T | false>): Promise<T> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const found = await probe();
    if (found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited ${WAIT_MS} ms for ${what}`);
    await delay(100);
  }
}

/** What kubectl would read of the kubeconfig. */
function apiOf(kubeconfig: string): Api {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as {
    clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
    users: [{ user: { token: string } }];
  };
  const { cluster } = clusters[0];
  const options = {
    ca: Buffer.from(cluster['certificate-authority-data'], 'base64'),
    headers: { authorization: `Bearer ${users[0].user.token}`, 'content-type': 'application/json' },
  };
  const ask = (method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const asked = request(`${cluster.server}${path}`, { method, ...options }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      asked.on('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const done = async (method: string, path: string, body?: unknown): Promise<void> => {
    const { status, text } = await ask(method, path, body);
    assert.ok(status < 300, `${method} ${path}: ${status} ${text}`);
  };
  return {
    async get<T>(path: string) {
      const { status, text } = await ask('GET', path);
      if (status === 404) return null;
      assert.equal(status, 200, text);
      return JSON.parse(text) as T;
    },
    create: (path, object) => done('POST', path, object),
    remove: (path) => done('DELETE', path),
  };
}

interface Sandbox {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** Its standard output and error so far. */
  readonly output: { out: string; err: string };
}

function start(): Sandbox {
  const child = spawn(process.execPath, ['/app/podstress.cjs', 'sandbox', '--output', 'json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => {
    output.out += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    output.err += data.toString();
  });
  return { child, ended: new Promise((resolve) => child.once('exit', resolve)), output };
}

/** The kubeconfig that it says once it is ready. */
async function ready({ child, output }: Sandbox): Promise<string> {
  const line = await waitFor('the sandbox', async () => {
    assert.equal(child.exitCode, null);
    return output.out.endsWith('\n') && output.out;
  });
  return (JSON.parse(line) as { kubeconfig: string }).kubeconfig;
}

const POD = {
  metadata: { name: 'app', labels: { app: 'guest' } },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'main',
        image: 'none',
        command: ['/usr/bin/sleep', '600'],
        resources: { limits: { memory: '200Mi' } },
      },
    ],
  },
};

const EXPERIMENT = {
  apiVersion: 'chaos-mesh.org/v1alpha1',
  kind: 'StressChaos',
  metadata: { name: 'fifty' },
  spec: {
    mode: 'all',
    selector: { labelSelectors: { app: 'guest' } },
    stressors: { memory: { workers: 4, size: '50MiB' } },
    duration: '10m',
  },
};

/** The directory of a Pod's only container. */
function cgroupOf({ metadata, status }: Pod): string {
  const root = readdirSync(MOUNT).find((name) => name.startsWith('podstress-sandbox-')) ?? '';
  const id = status?.containerStatuses?.[0]?.containerID?.replace('containerd://', '') ?? '';
  return join(MOUNT, root, 'kubepods/burstable', `pod${metadata.uid}`, id);
}

/** Starts a Pod, stresses it, ends the stress, and ends the sandbox. */
export async function playSandbox(): Promise<void> {
  const sandbox = start();
  let kubeconfig = '';
  try {
    kubeconfig = await ready(sandbox);
    await experiment(apiOf(kubeconfig));
  } catch (error) {
    const text = error instanceof Error ? error.stack : String(error);
    throw new Error(`${text}\nthe sandbox said: ${sandbox.output.err}`);
  } finally {
    sandbox.child.kill('SIGTERM');
    await sandbox.ended;
  }
  assert.equal(sandbox.child.exitCode, 0, sandbox.output.err);
  const left = readdirSync(MOUNT).filter((name) => name.startsWith('podstress-sandbox-'));
  assert.deepEqual(left, []);
  assert.ok(!existsSync(kubeconfig));
}

async function experiment(api: Api): Promise<void> {
  await api.create(PODS, { apiVersion: 'v1', kind: 'Pod', ...POD });
  const pod = await waitFor('the Pod', async () => {
    const found = await api.get<Pod>(`${PODS}/app`);
    return found?.status?.containerStatuses?.[0]?.state?.running !== undefined && found;
  });
  const cgroup = cgroupOf(pod);
  const read = (file: string): string => readFileSync(join(cgroup, file), 'utf8');
  const usage = (): number => Number(read('memory.current'));
  const names = (): string[] => read('cgroup.procs').split('\n').filter(Boolean).map(commOf);
  assert.equal(read('memory.oom.group'), '1\n', 'as the kubelet has it on cgroup v2');
  const before = usage();

  await api.create(EXPERIMENTS, EXPERIMENT);
  await waitFor('the injection', async () => {
    const conditions = (await api.get<StressChaos>(`${EXPERIMENTS}/fifty`))?.status?.conditions ?? [];
    return conditions.some((one) => one.type === 'AllInjected' && one.status === 'True');
  });
  await waitFor('the memory', async () => usage() - before > 48 * MIB);
  assert.ok(usage() - before < 75 * MIB, `${(usage() - before) / MIB} MiB`);
  assert.equal(names().filter((name) => name === 'stress-ng-vm').length, 8, names().join(' '));

  await api.remove(`${EXPERIMENTS}/fifty`);
  await waitFor('the end', async () => (await api.get(`${EXPERIMENTS}/fifty`)) === null);
  assert.deepEqual(names(), ['sleep']);
  assert.ok(usage() - before < 4 * MIB);
  const after = await api.get<Pod>(`${PODS}/app`);
  assert.equal(after?.status?.containerStatuses?.[0]?.restartCount, 0);
}

/** Empty where it has ended. */
function commOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
