import assert from 'node:assert/strict';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { TestTree, until } from './cgroups.js';
import { RunningAgent } from './running.js';
import { nodeKills } from './verdict.js';

const MIB = 1024 * 1024;

function get(port: number, path: string): Promise<{ status: number; contentType: string; text: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          text,
        });
      });
    })
      .on('error', reject)
      .end();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** OpenMetrics: each family has its type and help, counters and only they end in _total, sizes and times name their unit. */
function assertConventions(page: string): void {
  const types = new Map(
    [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  );
  const helps = new Set([...page.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name));
  const names = [...page.matchAll(/^(podstress_[a-z_]+)(?:\{[^}]*\})? \S+$/gm)].map(([, name = '']) => name);
  assert.ok(names.length > 5);
  for (const name of names) {
    const family = name.replace(/_total$/, '');
    assert.ok(helps.has(family), `${name} has a help`);
    assert.equal(types.get(family), name.endsWith('_total') ? 'counter' : 'gauge', name);
    assert.match(name, /_(bytes|seconds_total|kills_total|gaps_total|lost_total)$/);
  }
}

describe('the metrics listener', function () {
  this.timeout(30_000);

  it('serves kills, working set and limit by container, and nothing else', async () => {
    const tree = new TestTree();
    const port = await freePort();
    const agent = await RunningAgent.start(
      '--cgroup-root',
      `/${tree.name}`,
      '--metrics-listen',
      `127.0.0.1:${port}`,
    );
    try {
      const container = tree.container(16 * MIB);
      const before = nodeKills();
      await container.eatUntilKilled();
      const labels = `pod_uid="${container.podUid}",container_id="${container.id}"`;
      let page = await get(port, '/metrics');
      const deadline = performance.now() + 10_000;
      while (!page.text.includes(`podstress_oom_kills_total{${labels}`) && performance.now() < deadline)
        page = await get(port, '/metrics');
      const evidence = nodeKills() - before === 1 ? '(full|bare)' : '(full|bare|counted)';
      assert.match(page.contentType, /^application\/openmetrics-text/);
      assert.match(
        page.text,
        new RegExp(`^podstress_oom_kills_total\\{${labels},evidence="${evidence}"\\} 1$`, 'm'),
      );
      assert.match(
        page.text,
        new RegExp(`^podstress_container_memory_limit_bytes\\{${labels}\\} ${16 * MIB}$`, 'm'),
      );
      assert.match(
        page.text,
        new RegExp(`^podstress_container_memory_working_set_bytes\\{${labels}\\} \\d+$`, 'm'),
      );
      for (const own of ['process_cpu_seconds_total', 'process_resident_memory_bytes'])
        assert.match(page.text, new RegExp(`^${own} \\d`, 'm'));
      assert.ok(Number(/^podstress_sampling_seconds_total (\S+)$/m.exec(page.text)?.[1]) > 0);
      for (const gaps of ['podstress_kernel_gaps_total', 'podstress_kernel_records_lost_total'])
        assert.match(page.text, new RegExp(`^${gaps} \\d+$`, 'm'));
      assertConventions(page.text);
      assert.ok(page.text.endsWith('# EOF\n'));
      for (const path of ['/v1/node', '/v1/kills', '/healthz', '/'])
        assert.equal((await get(port, path)).status, 404);
    } finally {
      await agent.end();
      await until('the agent to be gone', () => agent.child.exitCode !== null);
      await tree.remove();
    }
  });
});
