import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrayAt, isObject, type Json, type JsonObject, objectAt } from '../../../../src/sandbox/api/json.js';
import { cgroupsV1 } from '../../../../src/sandbox/kubelet/cgroup/v1.js';
import { cgroupsV2 } from '../../../../src/sandbox/kubelet/cgroup/v2.js';
import { machineUsage, ticksOf } from '../../../../src/sandbox/kubelet/stats/proc.js';
import { type RunningPod, StatsSampler } from '../../../../src/sandbox/kubelet/stats/sampler.js';
import { summaryOf } from '../../../../src/sandbox/kubelet/stats/summary.js';
import type { Usage } from '../../../../src/sandbox/kubelet/stats/usage.js';
import { recordedJson } from '../support/recordings.js';

function usage(cpuNanoseconds: number, workingSetBytes: number, limitBytes: number | null = null): Usage {
  const memory = {
    usageBytes: workingSetBytes + 10,
    workingSetBytes,
    inactiveFileBytes: 10,
    rssBytes: 5,
    cacheBytes: 5,
  };
  return { memory, limitBytes, pageFaults: 7, majorPageFaults: 1, cpuNanoseconds };
}

const START = Date.parse('2026-11-20T18:45:00Z');

/** A sampler over usages that a test sets, and a clock that it moves. */
class Rig {
  time = START;
  readonly usages = new Map<string, Usage>([['kubepods', usage(0, 100)]]);
  pods: RunningPod[] = [];
  reads = 0;
  readonly sampler = new StatsSampler({
    nodeName: 'node1',
    startTime: START - 1000,
    cgroups: {
      usage: (path) => {
        this.reads += 1;
        return this.usages.get(path) ?? null;
      },
    },
    allPods: 'kubepods',
    machineUsage: () => usage(5, 500, 1000),
    runningPods: () => this.pods,
    now: () => this.time,
  });

  run(name: string): void {
    const containers = [{ name: 'c', startTime: START, cgroup: `${name}/c` }];
    this.pods.push({
      name,
      namespace: 'apishapes',
      uid: `uid-${name}`,
      startTime: START,
      cgroup: name,
      containers,
    });
    this.usages.set(name, usage(0, 50, 60));
    this.usages.set(`${name}/c`, usage(0, 40, 60));
  }
}

describe("the kubelet's numbers", () => {
  it('are read every ten seconds, as a kubelet does, and say when', () => {
    const rig = new Rig();
    rig.run('p1');
    const first = rig.sampler.latest().pods[0]?.containers[0]?.reading;
    assert.equal(first?.usageNanoCores, null);
    const { reads } = rig;
    rig.usages.set('p1/c', usage(2_000_000_000, 44, 60));
    rig.time += 9_999;
    const same = rig.sampler.latest().pods[0]?.containers[0]?.reading;
    assert.equal(same, first);
    assert.equal(rig.reads, reads);
    rig.time += 1;
    const next = rig.sampler.latest().pods[0]?.containers[0]?.reading;
    assert.equal(next?.time, START + 10_000);
    assert.equal(next?.usage.memory.workingSetBytes, 44);
    assert.equal(next?.usageNanoCores, 200_000_000);
  });

  it('CPU time never goes back when processes end', () => {
    const rig = new Rig();
    rig.run('p1');
    rig.usages.set('p1/c', usage(5_000, 40));
    rig.sampler.latest();
    rig.usages.set('p1/c', usage(1_000, 40));
    rig.time += 10_000;
    const reading = rig.sampler.latest().pods[0]?.containers[0]?.reading;
    assert.equal(reading?.usage.cpuNanoseconds, 5_000);
    assert.equal(reading?.usageNanoCores, 0);
  });

  it('a container or a Pod whose cgroup is gone is left out, and forgotten', () => {
    const rig = new Rig();
    rig.run('p1');
    rig.run('p2');
    rig.sampler.latest();
    rig.usages.delete('p1/c');
    rig.usages.delete('p2');
    rig.time += 10_000;
    const { pods } = rig.sampler.latest();
    assert.deepEqual(
      pods.map((pod) => [pod.name, pod.containers.length]),
      [['p1', 0]],
    );
  });

  it('the summary has the shape of the recorded one', () => {
    const rig = new Rig();
    rig.run('p1');
    rig.sampler.latest();
    rig.time += 10_000;
    const made = summaryOf(rig.sampler.latest());
    const real = recordedJson('node-stats-summary');
    const [madePod, realPod] = [made, real].map((one) => arrayAt(one, 'pods')[0]);
    assertWithin(objectAt(made, 'node'), objectAt(real, 'node'), 'node');
    assertWithin(madePod, realPod, 'pods[0]');
    for (const where of [made['node'], madePod, arrayAt(madePod, 'containers')[0]]) {
      for (const part of ['cpu', 'memory']) {
        const { psi: _pressure, ...wanted } = objectAt(realPod, part) ?? {};
        assert.deepEqual(Object.keys(objectAt(where, part) ?? {}), Object.keys(wanted));
      }
    }
  });

  it('what is available is what the limit leaves; without a limit nothing is said', () => {
    const rig = new Rig();
    rig.run('p1');
    rig.usages.set('p1/c', usage(0, 40, null));
    const pod = arrayAt(summaryOf(rig.sampler.latest()), 'pods')[0];
    assert.equal(objectAt(pod, 'memory')?.['availableBytes'], 10);
    assert.equal(objectAt(arrayAt(pod, 'containers')[0], 'memory')?.['availableBytes'], undefined);
  });
});

describe("a cgroup's usage", () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'podstress-test-usage-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  it('v1: the totals of memory.stat, CPU time of the processes', () => {
    put('c/memory.usage_in_bytes', '1000\n');
    put(
      'c/memory.stat',
      'cache 1\npgfault 3\npgmajfault 2\ntotal_inactive_file 300\ntotal_rss 600\ntotal_cache 400\n',
    );
    put('c/memory.limit_in_bytes', '9223372036854771712\n');
    put('c/cgroup.procs', `${process.pid}\n`);
    const found = cgroupsV1(folder).usage('c');
    assert.equal(found?.memory.workingSetBytes, 700);
    assert.equal(found?.memory.rssBytes, 600);
    assert.equal(found?.limitBytes, null);
    assert.deepEqual([found?.pageFaults, found?.majorPageFaults], [3, 2]);
    assert.ok((found?.cpuNanoseconds ?? 0) > 0);
    assert.equal(cgroupsV1(folder).usage('gone'), null);
  });

  it('v2: memory.current and cpu.stat', () => {
    put('c/memory.current', '1000\n');
    put('c/memory.stat', 'anon 600\nfile 400\ninactive_file 300\npgfault 3\npgmajfault 2\n');
    put('c/memory.max', '5000\n');
    put('c/cpu.stat', 'usage_usec 17\nuser_usec 10\n');
    const found = cgroupsV2(folder).usage('c');
    assert.equal(found?.memory.workingSetBytes, 700);
    assert.equal(found?.limitBytes, 5000);
    assert.equal(found?.cpuNanoseconds, 17_000);
  });

  it('a process may be named like anything', () => {
    assert.equal(ticksOf('7 (a) R 1 (b) S 1 7 7 0 -1 4194560 9 9 9 9 10 20 3 4 20 0 1 0'), 37);
    assert.equal(ticksOf(''), 0);
  });

  it('the machine: what is not free, and all CPU time but idle and iowait', () => {
    const found = machineUsage({
      meminfo: 'MemTotal: 1000 kB\nMemFree: 400 kB\nCached: 50 kB\nInactive(file): 100 kB\nAnonPages: 9 kB\n',
      stat: 'cpu  1 2 3 1000 2000 4 5 6 7 8\ncpu0 1 1 1 1\n',
      vmstat: 'pgfault 11\npgmajfault 1\n',
    });
    assert.equal(found.memory.workingSetBytes, 500 * 1024);
    assert.equal(found.limitBytes, 1000 * 1024);
    assert.equal(found.cpuNanoseconds, 21 * 10_000_000);
  });
});

/** Every key that was made is a recorded one, with a value of the same type. */
function assertWithin(made: Json | undefined, real: Json | undefined, path: string): void {
  if (Array.isArray(made)) {
    assert.ok(Array.isArray(real), path);
    for (const one of made) assertWithin(one, real[0], `${path}[]`);
  } else if (isObject(made)) {
    assert.ok(isObject(real), path);
    for (const [key, child] of Object.entries(made as JsonObject))
      assertWithin(child, real[key], `${path}.${key}`);
  } else assert.equal(typeof made, typeof real, path);
}
