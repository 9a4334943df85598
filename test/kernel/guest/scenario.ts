import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  ContainerSample,
  GapEntry,
  KillEntry,
  KillStreamLine,
  NodeInfo,
  SampleLine,
  StressPlan,
  StressRun,
} from '../../../src/protocol/agent/types.js';
import { type TestContainer, TestTree, until } from '../agent/cgroups.js';
import { type Lines, RunningAgent } from '../agent/running.js';
import { playSandbox } from './sandbox.js';
import { type Check, type CheckResult, MARK, WAIT_MS } from './titles.js';

/** Runs inside the guest, as its only program: real kills under cgroup v2, seen through the agent as it ships. */

const MIB = 1024 * 1024;
const LIMIT = 16 * MIB;
const JOIN = 'echo 0 > "$1/cgroup.procs"; shift; exec "$@"';

type StressMemory = NonNullable<StressPlan['memory']>;

function kills(lines: Lines<KillStreamLine>): KillEntry[] {
  return lines.seen.filter((line) => line.type === 'kill');
}

function killsOf(lines: Lines<KillStreamLine>, container: TestContainer): KillEntry[] {
  return kills(lines).filter((entry) => entry.pod?.containerId === container.id);
}

function commOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

/** Names and states of a process's children, the dead ones that it has not reaped as well. */
function childrenOf(parent: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readFileSync(`/proc/${name}/stat`, 'latin1'))
    .map((stat) => /^\d+ \((.*)\) (\S) (\d+) /s.exec(stat))
    .filter((match) => Number(match?.[3]) === parent)
    .map((match) => `${match?.[1]} ${match?.[2]}`);
}

function waitFor<T>(what: string, probe: () => T | null | undefined | false): Promise<T> {
  return until(what, probe, WAIT_MS);
}

async function check(title: Check, run: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  let error: string | null = null;
  try {
    await run();
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  const result: CheckResult = { check: title, error, ms: Math.round(performance.now() - startedAt) };
  process.stdout.write(`${MARK}${JSON.stringify(result)}\n`);
}

/** A process that eats beside two that sleep, all to die together. */
async function groupKill(container: TestContainer): Promise<void> {
  container.write('memory.oom.group', '1');
  container.run('sleep', '600');
  container.run('sleep', '600');
  await waitFor('the processes', () => container.pids().length === 2);
  await container.eatUntilKilled();
  await waitFor('the end of the group', () => container.pids().length === 0);
}

async function main(): Promise<void> {
  const tree = new TestTree();
  const flags = ['--cgroup-root', `/${tree.name}`, '--allow-stress', '--socket', '/run/podstress/agent.sock'];
  const agent = await RunningAgent.start(...flags);
  const stream = await agent.follow<KillStreamLine>('/v1/kills?follow=1');

  await check('knows cgroup v2', async () => {
    const node = (await agent.ask('/v1/node')).body as NodeInfo;
    assert.equal(node.cgroupVersion, 2);
    assert.deepEqual([node.capabilities.kernelLog, node.capabilities.killCounters], [true, true]);
    assert.equal(node.cgroupMode, 'unified');
  });

  await check('names a kill', async () => {
    const container = tree.container(LIMIT);
    const child = await container.eatUntilKilled();
    const [entry] = await waitFor(
      'the kill',
      () => killsOf(stream, container).length > 0 && killsOf(stream, container),
    );
    assert.deepEqual([entry?.victim?.pid, entry?.victim?.comm], [child.pid, 'tail']);
    assert.deepEqual(
      [entry?.level, entry?.limitBytes, entry?.taskMemcg],
      ['container', LIMIT, container.path],
    );
  });

  await check('tells a kill by the Pod limit apart', async () => {
    const container = tree.container(64 * MIB);
    container.limitPod(LIMIT);
    await container.eatUntilKilled();
    const [entry] = await waitFor(
      'the kill',
      () => killsOf(stream, container).length > 0 && killsOf(stream, container),
    );
    assert.deepEqual([entry?.level, entry?.taskMemcg], ['pod', container.path]);
  });

  await check('counts a group kill once for each process', async () => {
    const container = tree.container(LIMIT);
    await groupKill(container);
    await waitFor('three entries', () => killsOf(stream, container).length >= 3);
    assert.equal(container.killCount(), 4, 'the kernel counts the victim twice');
    assert.ok(killsOf(stream, container).every((entry) => entry.group && entry.evidence === 'full'));
    assert.deepEqual(
      new Set(killsOf(stream, container).map((entry) => entry.victim?.comm)),
      new Set(['tail', 'sleep']),
    );
  });

  await check('names every kill of a storm', async () => {
    const container = tree.container(LIMIT);
    await Promise.all([1, 2, 3].map(() => container.storm(7)));
    await waitFor('all kills', () => killsOf(stream, container).length >= 21);
    assert.equal(container.killCount(), 21);
  });

  await check('names every group kill of a storm', async () => {
    const container = tree.container(LIMIT);
    for (let round = 0; round < 4; round++) await groupKill(container);
    await waitFor('all kills', () => killsOf(stream, container).length >= 12);
    assert.equal(container.killCount(), 16);
    assert.equal(killsOf(stream, container).length, 12);
    const counted = kills(stream).filter((entry) => entry.evidence === 'counted');
    assert.deepEqual(counted, [], 'no counter was left unexplained');
  });

  await check('samples what the cgroup files say', async () => {
    const container = tree.container(64 * MIB);
    container.write('memory.oom.group', '1');
    container.limitPod(48 * MIB);
    container.run('sleep', '600');
    await waitFor('the process', () => container.pids().length > 0);
    const samples = await agent.follow<SampleLine>(`/v1/memory?interval=500ms&containers=${container.id}`);
    const sample = await waitFor<ContainerSample>('a sample', () =>
      samples.seen.flatMap((line) => line.containers).at(-1),
    );
    samples.close();
    assert.equal(sample.limitBytes, 64 * MIB);
    assert.equal(sample.workingSetBytes, Math.max(0, sample.usageBytes - sample.inactiveFileBytes));
    assert.ok(Math.abs(sample.usageBytes - container.usage()) < MIB);
    assert.deepEqual([sample.effectiveLimitBytes, sample.effectiveLimitLevel], [48 * MIB, 'pod']);
    const { shmemBytes, kernelBytes, peakBytes, limitHits, pressure } = sample;
    assert.deepEqual([shmemBytes, limitHits], [0, 0]);
    assert.ok((kernelBytes ?? 0) > 0 && (peakBytes ?? 0) >= sample.usageBytes);
    assert.ok(pressure !== null && pressure.someTotalUs >= pressure.fullTotalUs, JSON.stringify(pressure));
    const pod = samples.seen.at(-1)?.pods.at(-1);
    assert.deepEqual([pod?.identity.containerId, pod?.limitBytes], [null, 48 * MIB]);
    const node = (await agent.ask('/v1/node')).body as NodeInfo;
    assert.deepEqual([node.cgroupDriver, node.groupKill], ['cgroupfs', 'mixed']);
  });

  const stress = async (by: RunningAgent, container: TestContainer, plan: StressMemory): Promise<string> => {
    const id = `guest-${container.id.slice(0, 8)}`;
    const body: StressPlan = { id, containerId: container.id, memory: plan, durationMs: 120_000 };
    const answer = await by.ask('/v1/stress', { method: 'POST' }, body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return `/v1/stress/${id}`;
  };
  /** Waits while the run is running, and fails with its reason where it is not any more. */
  const arrives = async (by: RunningAgent, path: string, probe: () => boolean): Promise<void> => {
    const deadline = performance.now() + WAIT_MS;
    while (!probe()) {
      const run = (await by.ask(path)).body as StressRun;
      assert.equal(run.phase, 'running', run.reason ?? '');
      assert.ok(performance.now() < deadline, 'the memory does not arrive');
      await delay(20);
    }
  };
  /** A container with a PID 1 that reaps nobody, and its pid. */
  const idle = async (): Promise<[TestContainer, number]> => {
    const container = tree.container(192 * MIB);
    container.run('unshare', '--pid', '--fork', '--kill-child', 'sleep', '600');
    const pids = await waitFor('the processes', () => container.pids().length === 2 && container.pids());
    return [container, pids[1] ?? 0];
  };
  const end = async (by: RunningAgent, path: string): Promise<void> => {
    const run = (await by.ask(path, { method: 'DELETE' })).body as StressRun;
    assert.equal(run.phase, 'ended', run.reason ?? '');
  };

  await check('stresses 50 MiB and leaves nothing', async () => {
    const [container, init] = await idle();
    const before = container.usage();
    const path = await stress(agent, container, { bytes: 50 * MIB, workers: 4, oomScoreAdj: 300 });
    await arrives(agent, path, () => container.usage() - before > 48 * MIB);
    assert.ok(container.usage() - before < 75 * MIB, `${(container.usage() - before) / MIB} MiB`);
    const workers = container.pids().filter((pid) => commOf(pid) === 'stress-ng-vm');
    assert.equal(workers.length, 8);
    assert.ok(workers.every((pid) => readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8') === '300\n'));
    await end(agent, path);
    assert.equal(container.pids().length, 2);
    assert.deepEqual(childrenOf(init), []);
    assert.ok(container.usage() - before < 4 * MIB);
  });

  await check('grows in a line over a ramp', async () => {
    const [container] = await idle();
    const before = container.usage();
    const from = performance.now();
    const path = await stress(agent, container, { bytes: 128 * MIB, workers: 1, rampMs: 4000 });
    const levels = new Set<number>();
    await arrives(agent, path, () => {
      const added = (container.usage() - before) / MIB;
      const line = 128 * Math.min(1, (performance.now() - from) / 4000);
      assert.ok(added < line + 8 + 32, `${added} MiB where the line has ${line}`);
      levels.add(Math.round(added / 8));
      return added > 128 + 4;
    });
    assert.ok(levels.size >= 6, `${levels.size} levels`);
    await end(agent, path);
  });

  await check('stresses from a cgroup namespace of its own', async () => {
    const other = await RunningAgent.startIn(
      ['sh', '-c', JOIN, 'sh', tree.makeGroup('agent'), 'unshare', '--cgroup'],
      ...[
        '--cgroup-root',
        `/${tree.name}`,
        '--allow-stress',
        '--no-kmsg',
        '--socket',
        '/run/other/agent.sock',
      ],
    );
    assert.equal(readFileSync(`/proc/${other.child.pid}/cgroup`, 'utf8'), `0::/${tree.name}/agent\n`);
    const [container] = await idle();
    const before = container.usage();
    const path = await stress(other, container, { bytes: 16 * MIB, workers: 1 });
    await arrives(other, path, () => container.usage() - before > 16 * MIB);
    await end(other, path);
    assert.equal(container.pids().length, 2);
    await other.end();
  });

  await check('stresses a container that has cgroups of its own below', async () => {
    const [container] = await idle();
    const below = join('/sys/fs/cgroup', container.path, 'init.scope');
    mkdirSync(below);
    for (const pid of container.pids()) writeFileSync(join(below, 'cgroup.procs'), String(pid));
    container.write('cgroup.subtree_control', '+memory');
    const before = container.usage();
    const path = await stress(agent, container, { bytes: 16 * MIB, workers: 1 });
    await arrives(agent, path, () => container.usage() - before > 16 * MIB);
    await end(agent, path);
    assert.equal(readFileSync(join(below, 'cgroup.procs'), 'utf8').trim().split('\n').length, 2);
  });

  await check('ends a stress whose container dies with its group', async () => {
    const [container] = await idle();
    container.write('memory.oom.group', '1');
    const path = await stress(agent, container, { bytes: 256 * MIB, workers: 2 });
    await waitFor('the end of the group', () => container.pids().length === 0);
    let run: StressRun;
    do run = (await agent.ask(path)).body as StressRun;
    while (run.phase === 'running');
    assert.equal(run.phase, 'failed');
    assert.match(run.reason ?? '', /was killed .*: the container ended/);
  });

  await check('states what the kernel ring overwrote, and counts its kills', async () => {
    const container = tree.container(LIMIT);
    const told = kills(stream).length;
    agent.child.kill('SIGSTOP');
    await container.storm(5);
    for (let line = 0; line < 2500; line++) writeFileSync('/dev/kmsg', `noise ${line} ${'x'.repeat(100)}\n`);
    agent.child.kill('SIGCONT');
    const gap = await waitFor('the gap', () =>
      stream.seen.find((line): line is GapEntry => line.type === 'gap'),
    );
    assert.equal(gap.source, 'kernel');
    assert.ok(gap.lost > 500, String(gap.lost));
    await waitFor('the kills', () => killsOf(stream, container).length >= 5);
    assert.ok(killsOf(stream, container).every((entry) => entry.evidence === 'counted'));
    assert.equal(kills(stream).length, told + 5);
  });

  stream.close();
  await agent.end();
  await check('is a sandbox: a Pod, one StressChaos in it, and nothing left', playSandbox);
  process.exit();
}

main().catch((error: unknown) => {
  process.stdout.write(`the scenario ended early: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
