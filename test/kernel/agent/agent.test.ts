import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stressorsOf } from '../../../src/core/experiment/stressors.js';
import type {
  KillEntry,
  KillStreamLine,
  NodeInfo,
  Problem,
  ProcessInfo,
  SampleLine,
  StressPlan,
  StressRun,
} from '../../../src/protocol/agent/types.js';
import { TestTree, until } from './cgroups.js';
import { type Lines, RunningAgent } from './running.js';

const MIB = 1024 * 1024;

function kills(lines: Lines<KillStreamLine>): KillEntry[] {
  return lines.seen.filter((line) => line.type === 'kill');
}

describe('the agent on a real kernel', function () {
  this.timeout(60_000);
  let tree: TestTree;
  let agent: RunningAgent;

  before(async () => {
    tree = new TestTree();
    agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`, '--allow-stress');
  });

  after(async () => {
    await agent?.end();
    await tree?.remove();
  });

  it('tells what node it is on and what it can do', async () => {
    const { status, body } = await agent.ask('/v1/node');
    const node = body as NodeInfo;
    assert.equal(status, 200);
    assert.equal(node.kernelRelease, readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim());
    assert.deepEqual(
      [node.capabilities.kernelLog, node.capabilities.killCounters, node.capabilities.stress],
      [true, true, true],
    );
    const container = tree.container(16 * MIB);
    const later = (await agent.ask('/v1/node')).body as NodeInfo;
    assert.deepEqual(
      [later.cgroupDriver, later.kernelLogRateLimit],
      ['cgroupfs', { intervalMs: 5000, burst: 10 }],
    );
    assert.equal(later.cgroupMode === 'unified', later.cgroupVersion === 2);
    assert.equal(later.groupKill, later.cgroupVersion === 2 ? 'off' : null);
    assert.ok(
      (later.memoryAvailableBytes ?? 0) > MIB && (later.memoryAvailableBytes ?? 0) < later.memoryTotalBytes,
    );
    await container.remove();
  });

  it('streams a real OOM kill with its victim and Pod', async () => {
    const container = tree.container(24 * MIB);
    const stream = await agent.follow<KillStreamLine>('/v1/kills?follow=1');
    const child = await container.eatUntilKilled();
    const kill = await until('the kill', () =>
      kills(stream).find((entry) => entry.victim?.pid === child.pid),
    );
    stream.close();
    assert.equal(kill.victim?.comm, 'tail');
    assert.equal(kill.victim?.oomScoreAdj, Number(readFileSync('/proc/self/oom_score_adj', 'utf8')));
    assert.ok((kill.victim?.anonRssBytes ?? 0) > 20 * MIB && (kill.victim?.anonRssBytes ?? 0) <= 24 * MIB);
    assert.deepEqual(kill.pod, {
      uid: container.podUid,
      qos: 'Burstable',
      containerId: container.id,
      runtime: null,
    });
    assert.equal(kill.taskMemcg, container.path);
    assert.ok(Math.abs(Date.now() - Date.parse(kill.time)) < 60_000);
  });

  it('resumes a stream after a sequence number', async () => {
    const container = tree.container(24 * MIB);
    await container.eatUntilKilled();
    const first =
      (await until('a kill', () => container.killCount() > 0)) &&
      (await agent.follow<KillStreamLine>('/v1/kills?follow=1'));
    const kill = await until('the kill', () =>
      kills(first).find((entry) => entry.pod?.containerId === container.id),
    );
    first.close();
    const { body } = await agent.ask(`/v1/kills?since=${kill.seq}`);
    assert.deepEqual(body, null);
    const again = (await agent.ask(`/v1/kills?since=${kill.seq - 1}`)).body as KillStreamLine[];
    assert.deepEqual(again, [kill]);
  });

  it('attributes bare kill lines by the counters: every kill of a storm is counted and named', async () => {
    const container = tree.container(16 * MIB);
    const stream = await agent.follow<KillStreamLine>('/v1/kills?follow=1');
    for (let round = 0; round < 15; round++) await Promise.all([1, 2].map(() => container.eatUntilKilled()));
    const own = (): KillEntry[] => kills(stream).filter((entry) => entry.pod?.containerId === container.id);
    await until('all kills', () => own().length >= container.killCount());
    stream.close();
    assert.equal(container.killCount(), 30);
    assert.equal(own().length, 30);
    assert.equal(new Set(own().map((entry) => entry.victim?.pid)).size, 30);
    assert.ok(
      own().some((entry) => entry.evidence === 'bare'),
      'the storm was rate limited',
    );
  });

  it('samples what the cgroup files say', async () => {
    const container = tree.container(64 * MIB);
    container.run('sleep', '60');
    await until('the process', () => container.pids().length > 0);
    const stream = await agent.follow<SampleLine>(`/v1/memory?interval=200ms&containers=${container.id}`);
    const sample = await until('a sample', () => stream.seen.flatMap((line) => line.containers).at(-1));
    stream.close();
    assert.deepEqual(sample.identity.containerId, container.id);
    assert.equal(sample.limitBytes, 64 * MIB);
    assert.equal(sample.oomKills, 0);
    assert.equal(sample.workingSetBytes, Math.max(0, sample.usageBytes - sample.inactiveFileBytes));
    assert.ok(Math.abs(sample.usageBytes - container.usage()) < MIB);
  });

  it('samples limits, hits, peak and tmpfs, for the container and for its Pod', async () => {
    const container = tree.container(16 * MIB);
    await container.eatUntilKilled();
    container.limitPod(12 * MIB);
    const stream = await agent.follow<SampleLine>(`/v1/memory?interval=200ms&containers=${container.id}`);
    const line = await until('a sample', () => stream.seen.find(({ containers }) => containers.length > 0));
    stream.close();
    const [sample] = line.containers;
    const [pod] = line.pods;
    assert.deepEqual([line.containers.length, line.pods.length], [1, 1]);
    assert.deepEqual(
      [sample?.limitBytes, sample?.effectiveLimitBytes, sample?.effectiveLimitLevel],
      [16 * MIB, 12 * MIB, 'pod'],
    );
    assert.ok((sample?.limitHits ?? 0) > 0, 'the kill was at the limit');
    assert.ok((sample?.peakBytes ?? 0) > 15 * MIB && (sample?.peakBytes ?? 0) <= 16 * MIB);
    for (const bytes of [sample?.kernelBytes, sample?.swapBytes, sample?.shmemBytes])
      assert.ok(typeof bytes === 'number' && bytes >= 0);
    assert.deepEqual(pod?.identity, { ...sample?.identity, containerId: null, runtime: null });
    assert.deepEqual([pod?.limitBytes, pod?.effectiveLimitBytes], [12 * MIB, 12 * MIB]);
    assert.deepEqual([pod?.oomKills, sample?.oomKills], [0, 1], 'each counts its own processes');
    assert.ok((pod?.peakBytes ?? 0) >= (sample?.peakBytes ?? 0));
  });

  it('stresses 50 MiB in all with four workers, at rest, and leaves nothing', async () => {
    const container = tree.container(200 * MIB);
    const app = container.run('sleep', '60');
    await until('the process', () => container.pids().length > 0);
    const before = container.usage();
    const plan: StressPlan = {
      id: 'fifty',
      containerId: container.id,
      memory: { bytes: 50 * MIB, workers: 4, oomScoreAdj: 300 },
      durationMs: 30_000,
    };
    const started = await agent.ask('/v1/stress', { method: 'POST' }, plan);
    assert.equal(started.status, 201, JSON.stringify(started.body));
    assert.equal(
      (await agent.ask('/v1/stress', { method: 'POST' }, plan)).status,
      200,
      'a repeated POST is harmless',
    );
    await until('the memory', () => container.usage() - before > 48 * MIB);
    const processes = (await agent.ask(`/v1/containers/${container.id}/processes`)).body as ProcessInfo[];
    const workers = processes.filter((process) => process.comm === 'stress-ng-vm');
    assert.equal(workers.length, 8, 'a parent and a child for each of four workers');
    assert.ok(workers.every((process) => process.oomScoreAdj === 300 && process.stressRun === 'fifty'));
    assert.equal(processes.find((process) => process.pid === app.pid)?.stressRun, null);
    assert.ok(workers.every((process) => (process.oomScore ?? 0) > 0));
    const held = stressorsOf(processes).reduce((sum, { bytes }) => sum + bytes, 0);
    assert.ok(held > 46 * MIB && held < 52 * MIB, `its stressors hold ${held / MIB} MiB`);
    const cpuBefore = cpuTicks(workers);
    const usage = container.usage() - before;
    assert.ok(usage > 48 * MIB && usage < 70 * MIB, `${usage / MIB} MiB`);
    const stopped = await agent.ask('/v1/stress/fifty', { method: 'DELETE' });
    assert.ok(cpuTicks(workers) - cpuBefore < 50, 'workers at rest');
    assert.equal((stopped.body as StressRun).phase, 'ended');
    assert.deepEqual(container.pids(), [app.pid]);
  });

  it('ends a stress when its time is over', async () => {
    const container = tree.container(100 * MIB);
    container.run('sleep', '60');
    await until('the process', () => container.pids().length === 1);
    const plan: StressPlan = {
      id: 'short',
      containerId: container.id,
      memory: { bytes: 8 * MIB, workers: 1 },
      durationMs: 1000,
    };
    await agent.ask('/v1/stress', { method: 'POST' }, plan);
    const show = async (): Promise<StressRun> => (await agent.ask('/v1/stress/short')).body as StressRun;
    let run = await show();
    while (run.phase === 'running') run = await show();
    assert.deepEqual([run.phase, run.reason], ['ended', 'its time was over']);
    assert.equal(container.pids().length, 1);
  });

  it('reports a run whose container died', async () => {
    const container = tree.container(100 * MIB);
    const pause = container.run('unshare', '--pid', '--fork', '--kill-child', 'sleep', '60');
    await until('the processes', () => container.pids().length === 2);
    const plan: StressPlan = {
      id: 'orphan',
      containerId: container.id,
      memory: { bytes: 8 * MIB, workers: 1 },
      durationMs: 30_000,
    };
    assert.equal((await agent.ask('/v1/stress', { method: 'POST' }, plan)).status, 201);
    await until('the workers', () => container.usage() > 8 * MIB);
    pause.kill('SIGKILL');
    let run: StressRun;
    do run = (await agent.ask('/v1/stress/orphan')).body as StressRun;
    while (run.phase === 'running');
    assert.equal(run.phase, 'failed');
    assert.match(run.reason ?? '', /container ended/);
    assert.deepEqual(container.pids(), []);
  });

  it('refuses what it cannot or must not stress', async () => {
    const container = tree.container(64 * MIB);
    const plan = {
      id: 'x',
      containerId: container.id,
      memory: { bytes: 8 * MIB, workers: 1 },
      durationMs: 1000,
    };
    const post = (body: unknown): Promise<{ status: number; contentType: string; body: unknown }> =>
      agent.ask('/v1/stress', { method: 'POST' }, body);
    const empty = await post(plan);
    assert.equal(empty.status, 409, 'a container without a process');
    assert.equal(empty.contentType, 'application/problem+json');
    assert.match((empty.body as Problem).detail, /no process/);
    assert.equal((await post({ ...plan, containerId: 'f'.repeat(64) })).status, 404);
    assert.equal((await post({ ...plan, containerId: '../../etc' })).status, 400);
    assert.equal((await post({ ...plan, id: 'a b' })).status, 400);
    assert.equal((await post({ ...plan, options: ['--exec'] })).status, 400);
    assert.equal((await post({ ...plan, memory: { bytes: 1, workers: 0 } })).status, 400);
    const huge = tree.container(2 ** 50);
    huge.run('sleep', '60');
    await until('the process', () => huge.pids().length > 0);
    const tooMuch = await post({ ...plan, containerId: huge.id, memory: { bytes: 2 ** 45, workers: 1 } });
    assert.equal(tooMuch.status, 422, 'more than the node has');
  });

  it('refuses web pages and foreign hosts', async () => {
    const origin = await agent.ask('/v1/node', { headers: { origin: 'http://localhost' } });
    assert.equal(origin.status, 403);
    assert.equal(origin.contentType, 'application/problem+json');
    assert.equal((await agent.ask('/v1/node', { headers: { host: 'evil.example' } })).status, 403);
    assert.equal(
      (await agent.ask('/v1/node', { headers: { host: '127.0.0.1.evil.example:10880' } })).status,
      403,
    );
    assert.equal((await agent.ask('/v1/node', { headers: { host: '127.0.0.1:54321' } })).status, 200);
  });

  it('answers bad requests with a problem', async () => {
    for (const [path, status] of [
      ['/v1/kills?since=-1', 400],
      ['/v1/kills?follow=maybe', 400],
      ['/v1/memory?interval=1ms', 400],
      ['/v1/memory?containers=..%2f..', 400],
      ['/v1/containers/..%2f../processes', 400],
      ['/v1/nothing', 404],
      ['/v1/stress/none', 404],
      ['/v1/%', 404],
    ] as const) {
      const answer = await agent.ask(path);
      assert.deepEqual([path, answer.status, answer.contentType], [path, status, 'application/problem+json']);
    }
    assert.equal((await agent.ask('/v1/node', { method: 'DELETE' })).status, 405);
  });
});

describe('an agent that only watches', function () {
  this.timeout(30_000);

  it('refuses to stress, listens privately on a socket and ends cleanly', async () => {
    const tree = new TestTree();
    const socket = join(tmpdir(), `${tree.name}.sock`);
    try {
      const agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`, '--socket', socket);
      assert.equal(statSync(socket).mode & 0o777, 0o600);
      const refused = await agent.ask('/v1/stress', { method: 'POST' }, {});
      assert.equal(refused.status, 403);
      assert.match((refused.body as Problem).detail, /--allow-stress/);
      assert.equal(await agent.end(), 0);
      assert.equal(statSync(socket, { throwIfNoEntry: false }), undefined);
    } finally {
      await tree.remove();
    }
  });

  it('takes its stress runs with it', async () => {
    const tree = new TestTree();
    try {
      const container = tree.container(100 * MIB);
      container.run('sleep', '60');
      await until('the process', () => container.pids().length === 1);
      const agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`, '--allow-stress');
      const plan: StressPlan = {
        id: 'x',
        containerId: container.id,
        memory: { bytes: 8 * MIB, workers: 1 },
        durationMs: 60_000,
      };
      await agent.ask('/v1/stress', { method: 'POST' }, plan);
      await until('the workers', () => container.pids().length > 3);
      assert.equal(await agent.end(), 0);
      assert.equal(container.pids().length, 1);
    } finally {
      await tree.remove();
    }
  });
});

/** The user and system time that processes have taken so far, in clock ticks (10 ms). */
function cpuTicks(processes: readonly ProcessInfo[]): number {
  let ticks = 0;
  for (const { pid } of processes) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It is gone.
    }
  }
  return ticks;
}
