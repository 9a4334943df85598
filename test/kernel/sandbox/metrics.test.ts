import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { quantityBytes } from '../../../src/core/units/quantity.js';
import { arrayAt, type Json, type JsonObject, numberAt, stringAt } from '../../../src/sandbox/api/json.js';
import type { RunningSandbox } from '../../../src/sandbox/sandbox.js';
import { containerCgroup, createPod, NAMESPACE, startTestSandbox, until } from './support.js';

const HELD = 40 * 1024 * 1024;

/** Holds 40 MiB, then keeps one CPU busy for half of the time. */
const HOLD = `
const held = Buffer.alloc(${HELD}, 1);
setInterval(() => { const end = Date.now() + 100; while (Date.now() < end) held[0] += 1; }, 200);
`;

describe('the numbers of the kubelet and of metrics-server', function () {
  this.timeout(60_000);
  let sandbox: RunningSandbox;

  before(async () => {
    sandbox = await startTestSandbox({ statsTiming: { housekeepingMs: 400, resolutionMs: 500 } });
    createPod(sandbox, 'holder', { command: [process.execPath, '-e', HOLD], limit: '200Mi' });
  });
  after(() => sandbox?.stop());

  const get = (path: string): Promise<JsonObject> =>
    new Promise((resolve, reject) => {
      const headers = { Authorization: `Bearer ${sandbox.token}` };
      const options = { ca: sandbox.authority, servername: 'localhost', agent: false, headers };
      const asked = request(`${sandbox.server}${path}`, options, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        answer.on('end', () => resolve(JSON.parse(text) as JsonObject));
      });
      asked.on('error', reject);
      asked.end();
    });
  const container = async (): Promise<Json | undefined> => {
    const summary = await get(`/api/v1/nodes/${sandbox.nodeName}/proxy/stats/summary`);
    const pod = arrayAt(summary, 'pods').find((one) => stringAt(one, 'podRef', 'name') === 'holder');
    return arrayAt(pod, 'containers')[0];
  };

  it("are those of the Pod's real cgroup", async () => {
    const found = await until('the memory is held', async () => {
      const one = await container();
      return (numberAt(one, 'memory', 'workingSetBytes') ?? 0) > HELD ? one : undefined;
    });
    const directory = containerCgroup(sandbox, 'holder');
    const file = ['memory.usage_in_bytes', 'memory.current'].find((name) => {
      try {
        return readFileSync(join(directory, name), 'utf8') !== '';
      } catch {
        return false;
      }
    });
    const now = Number(readFileSync(join(directory, file ?? ''), 'utf8'));
    const said = numberAt(found, 'memory', 'usageBytes') ?? 0;
    assert.ok(Math.abs(said - now) < 16 * 1024 * 1024, `${said} said, ${now} now`);
    const limit =
      (numberAt(found, 'memory', 'availableBytes') ?? 0) +
      (numberAt(found, 'memory', 'workingSetBytes') ?? 0);
    assert.equal(limit, 200 * 1024 * 1024);
  });

  it('show the CPU that it burns', async () => {
    await until('about half a core is seen', async () => {
      const cores = (numberAt(await container(), 'cpu', 'usageNanoCores') ?? 0) / 1e9;
      return cores > 0.2 && cores < 0.9;
    });
  });

  it('reach metrics.k8s.io with the next scrape', async () => {
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${NAMESPACE}/pods/holder`;
    await until('metrics-server has seen it', async () => {
      const usage = arrayAt(await get(path), 'containers')[0];
      return (quantityBytes(stringAt(usage, 'usage', 'memory')) ?? 0) > HELD;
    });
    const nodes = await get('/apis/metrics.k8s.io/v1beta1/nodes');
    assert.equal(stringAt(arrayAt(nodes, 'items')[0], 'metadata', 'name'), sandbox.nodeName);
  });
});
