import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Problem, ProcessInfo, StressPlan, StressRun } from '../../../src/protocol/agent/types.js';
import { type TestContainer, TestTree, until } from './cgroups.js';
import { type Answer, RunningAgent } from './running.js';

const MIB = 1024 * 1024;

/** The host's pid of the container's PID 1: a `sleep` that reaps nobody. */
async function startIdleInit(container: TestContainer): Promise<number> {
  container.run('unshare', '--pid', '--fork', '--kill-child', 'sleep', '600');
  return until('the init', () => {
    const found = container.pids().find((pid) => /^NSpid:.*\s1$/m.test(statusOf(pid)));
    return found !== undefined && readFileSync(`/proc/${found}/comm`, 'utf8') === 'sleep\n' && found;
  });
}

function statusOf(pid: number): string {
  return textOf(`/proc/${pid}/status`);
}

/** Empty where it is gone. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** Names and states of the living and the dead processes of the session that a process led. */
function remainsOf({ pid }: StressRun): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => /^\d+ \((.*)\) (\S) \d+ \d+ (\d+)/s.exec(textOf(`/proc/${name}/stat`)))
    .filter((match) => Number(match?.[3]) === pid)
    .map((match) => `${match?.[1]} ${match?.[2]}`);
}

describe('stress in a container', function () {
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

  const start = async (plan: StressPlan): Promise<StressRun> => {
    const answer = await agent.ask('/v1/stress', { method: 'POST' }, plan);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body as StressRun;
  };
  const stop = async (id: string): Promise<StressRun> => {
    const answer = await agent.ask(`/v1/stress/${id}`, { method: 'DELETE' });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body as StressRun;
  };

  it('leaves no zombie in a container whose PID 1 reaps nobody', async () => {
    const container = tree.container(200 * MIB);
    const init = await startIdleInit(container);
    for (let round = 0; round < 5; round++) {
      const id = `reaped-${round}`;
      await start({
        id,
        containerId: container.id,
        memory: { bytes: 16 * MIB, workers: 4 },
        cpu: { workers: 2, load: 10 },
        durationMs: 30_000,
      });
      // Stopped while it starts, too.
      if (round > 1) await until('the memory', () => container.usage() > 16 * MIB);
      const run = await stop(id);
      assert.deepEqual([run.phase, run.reason], ['ended', 'stopped by request']);
      assert.deepEqual(remainsOf(run), []);
      assert.deepEqual(container.pids().at(-1), init);
    }
  });

  it('leaves no zombie there when the kernel ends the first of its processes', async () => {
    const container = tree.container(200 * MIB);
    await startIdleInit(container);
    await start({
      id: 'killed-first',
      containerId: container.id,
      memory: { bytes: 16 * MIB, workers: 4 },
      durationMs: 30_000,
    });
    await until('the memory', () => container.usage() > 16 * MIB);
    const first = container.pids().find((pid) => /^Name:\s+stress-ng$/m.test(statusOf(pid)));
    assert.ok(first !== undefined);
    process.kill(first, 'SIGKILL');
    let run: StressRun;
    do run = (await agent.ask('/v1/stress/killed-first')).body as StressRun;
    while (run.phase === 'running');
    assert.equal(run.phase, 'failed');
    assert.match(run.reason ?? '', /was killed/);
    assert.deepEqual(remainsOf(run), []);
  });

  it('grows in a line over the ramp, to the size and no further', async () => {
    const container = tree.container(400 * MIB);
    await startIdleInit(container);
    const before = container.usage();
    const bytes = 256 * MIB;
    const rampMs = 4000;
    const from = performance.now();
    await start({
      id: 'ramp',
      containerId: container.id,
      memory: { bytes, workers: 4, rampMs },
      durationMs: 30_000,
    });
    const levels = new Set<number>();
    const grown = await until('the size', () => {
      const usage = container.usage() - before;
      // A late start is allowed, an early one is not: a step ahead of the line, and what 16 workers have of their own.
      const line = (bytes * Math.min(1, (performance.now() - from) / rampMs)) / MIB;
      assert.ok(usage / MIB < line + 16 + 20, `${usage / MIB} MiB where the line has ${line}`);
      levels.add(Math.round(usage / (16 * MIB)));
      return usage >= bytes && usage;
    });
    assert.ok(performance.now() - from >= rampMs, 'not before its time');
    assert.ok(levels.size >= 8, `${levels.size} levels`);
    assert.ok(grown < bytes + 20 * MIB);
    const run = await stop('ramp');
    assert.deepEqual(remainsOf(run), []);
  });

  it("runs in the container's PID namespace, twice where it is asked twice", async () => {
    const container = tree.container(200 * MIB);
    const init = await startIdleInit(container);
    const plan = { containerId: container.id, memory: { bytes: 8 * MIB, workers: 1 }, durationMs: 30_000 };
    await start({ ...plan, id: 'first' });
    await until('the first', () => container.usage() > 8 * MIB);
    await start({ ...plan, id: 'second', options: ['--vm-method zero-one', '--vm-populate'] });
    await until('the second', () => container.usage() > 16 * MIB);
    const processes = (await agent.ask(`/v1/containers/${container.id}/processes`)).body as ProcessInfo[];
    for (const { pid, containerPid, stressRun } of processes) {
      if (stressRun === null) continue;
      // Where it is counted from the host, there is the container's namespace, and in it the run's own.
      const [, inContainer, ...own] = /^NSpid:\s(.*)$/m.exec(statusOf(pid))?.[1]?.split('\t') ?? [];
      assert.equal(containerPid, Number(inContainer));
      assert.ok(own.length <= 1);
    }
    assert.deepEqual(
      processes.find((process) => process.pid === init),
      processes.find((process) => process.containerPid === 1),
    );
    const lines = processes.filter((process) => process.stressRun === 'second').map((it) => it.commandLine);
    assert.ok(lines.some((line) => line.join(' ').endsWith('--vm-method zero-one --vm-populate')));
    await Promise.all([stop('first'), stop('second')]);
    assert.equal(container.pids().at(-1), init);
  });

  it('refuses options that it does not know, and names them', async () => {
    const container = tree.container(64 * MIB);
    container.run('sleep', '600');
    await until('the process', () => container.pids().length > 0);
    const plan = {
      id: 'o',
      containerId: container.id,
      memory: { bytes: 8 * MIB, workers: 1 },
      durationMs: 1000,
    };
    const answer = await agent.ask('/v1/stress', { method: 'POST' }, { ...plan, options: ['--exec', '4'] });
    assert.deepEqual([answer.status, answer.contentType], [400, 'application/problem+json']);
    assert.match((answer.body as Problem).detail, /"--exec" is not among the flags/);
    assert.equal(container.pids().length, 1);
  });

  it('tells why a stressor failed', async () => {
    const container = tree.container(64 * MIB);
    container.run('sleep', '600');
    await until('the process', () => container.pids().length > 0);
    await start({
      id: 'wrong',
      containerId: container.id,
      memory: { bytes: 8 * MIB, workers: 1 },
      cpu: { workers: 1, load: 1 },
      durationMs: 30_000,
      options: ['--cpu-method', 'none'],
    });
    let run: StressRun;
    do run = (await agent.ask('/v1/stress/wrong')).body as StressRun;
    while (run.phase === 'running');
    assert.equal(run.phase, 'failed');
    assert.match(run.reason ?? '', /stress-ng ended with exit code 1: .*cpu-method/s);
    assert.deepEqual(container.pids().length, 1, 'its memory ended as well');
  });

  it("refuses the agent's own Pod", async () => {
    const other = await RunningAgent.start('--cgroup-root', `/${tree.name}`, '--allow-stress');
    const podUid = randomUUID();
    const own = tree.container(512 * MIB, podUid);
    const neighbour = tree.container(64 * MIB, podUid);
    try {
      own.write('cgroup.procs', String(other.child.pid));
      neighbour.run('sleep', '600');
      await until('the process', () => neighbour.pids().length > 0);
      for (const { id } of [own, neighbour]) {
        const plan = { id: 'own', containerId: id, memory: { bytes: 8 * MIB, workers: 1 }, durationMs: 1000 };
        const answer = await other.ask('/v1/stress', { method: 'POST' }, plan);
        assert.equal(answer.status, 422);
        assert.match((answer.body as Problem).detail, /agent's own Pod/);
      }
    } finally {
      await other.end();
    }
  });

  it('ends with the agent, however that ends, and leaves nothing in a container whose PID 1 reaps nobody', async () => {
    const other = await RunningAgent.start('--cgroup-root', `/${tree.name}`, '--allow-stress');
    const container = tree.container(200 * MIB);
    const init = await startIdleInit(container);
    const plan: StressPlan = {
      id: 'left',
      containerId: container.id,
      memory: { bytes: 64 * MIB, workers: 2, rampMs: 60_000 },
      cpu: { workers: 1, load: 1 },
      durationMs: 600_000,
    };
    const run = (await other.ask('/v1/stress', { method: 'POST' }, plan)).body as StressRun;
    await until('the workers', () => container.usage() > 4 * MIB);
    assert.ok(container.pids().length > 5);
    await other.end('SIGKILL');
    await until('the end', () => container.pids().at(-1) === init && container.pids().length <= 2);
    // The host's init takes note of what its parent left.
    await until('that nobody is left', () => remainsOf(run).every((line) => /^nsenter Z$/.test(line)));
  });

  it('ends with its lease unless the same plan comes again, and keeps the note of who started it', async () => {
    const container = tree.container(64 * MIB);
    await startIdleInit(container);
    const plan: StressPlan = {
      id: 'leased',
      containerId: container.id,
      memory: { bytes: 8 * MIB, workers: 1 },
      durationMs: 600_000,
      leaseMs: 3000,
      note: 'who and why',
    };
    const from = performance.now();
    const run = await start(plan);
    assert.deepEqual([run.plan.note, run.cause], ['who and why', null]);
    for (let renewals = 0; renewals < 5; renewals++) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const again = await agent.ask('/v1/stress', { method: 'POST' }, plan);
      assert.deepEqual([again.status, (again.body as StressRun).phase], [200, 'running']);
    }
    assert.ok(performance.now() - from > 5000, 'it outlived its first lease');
    let ended: StressRun;
    do ended = (await agent.ask('/v1/stress/leased')).body as StressRun;
    while (ended.phase === 'running');
    assert.deepEqual([ended.phase, ended.cause], ['ended', 'lease']);
    assert.match(ended.reason ?? '', /lease was not renewed/);
    assert.deepEqual(remainsOf(run), []);
    for (const odd of [{ leaseMs: 10 }, { leaseMs: '3s' }, { note: 7 }, { note: 'x'.repeat(8193) }]) {
      const answer = await agent.ask('/v1/stress', { method: 'POST' }, { ...plan, id: 'odd', ...odd });
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
    }
  });
});

describe('stress with memStress (a stand-in that writes down its command line and sleeps)', function () {
  this.timeout(60_000);
  let tree: TestTree;
  let agent: RunningAgent;
  let folder: string;

  before(async () => {
    tree = new TestTree();
    folder = mkdtempSync(join(tmpdir(), 'podstress-test-'));
    writeFileSync(join(folder, 'memStress'), `#!/bin/sh\necho "$@" > ${folder}/said\nexec sleep 600\n`, {
      mode: 0o755,
    });
    const path = process.env['PATH'] ?? '';
    process.env['PATH'] = `${folder}:${path}`;
    agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`, '--allow-stress');
    process.env['PATH'] = path;
  });

  after(async () => {
    await agent?.end();
    await tree?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const post = (plan: StressPlan): Promise<Answer> => agent.ask('/v1/stress', { method: 'POST' }, plan);

  it('takes its flags, and ends with its time, which memStress has no flag for', async () => {
    const container = tree.container(64 * MIB);
    const init = await startIdleInit(container);
    const memory = { bytes: 50 * MIB, workers: 4, rampMs: 90_000, oomScoreAdj: 300 };
    await post({ id: 'm', containerId: container.id, memory, durationMs: 1500 });
    const said = await until(
      'the stressor',
      () => textOf(join(folder, 'said')).endsWith('\n') && textOf(join(folder, 'said')),
    );
    assert.equal(said, `--workers 4 --size ${50 * MIB}B --time 90000ms\n`);
    let run: StressRun;
    do run = (await agent.ask('/v1/stress/m')).body as StressRun;
    while (run.phase === 'running');
    assert.deepEqual([run.phase, run.reason], ['ended', 'its time was over']);
    assert.deepEqual(remainsOf(run), []);
    assert.equal(container.pids().at(-1), init);
  });

  it('keeps a share of the node free, counting what a running ramp has still to take', async () => {
    const available = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(textOf('/proc/meminfo'))?.[1]) * 1024;
    const container = tree.container(2 ** 50);
    await startIdleInit(container);
    const plan = {
      containerId: container.id,
      memory: { bytes: Math.floor(available * 0.6), workers: 1, rampMs: 3_600_000 },
      durationMs: 30_000,
    };
    assert.equal((await post({ ...plan, id: 'one' })).status, 201);
    const refused = await post({ ...plan, id: 'two' });
    assert.equal(refused.status, 422, 'the first has taken nothing yet');
    assert.match((refused.body as Problem).detail, /too little memory for it: .* at most \d+ MiB now/);
    await agent.ask('/v1/stress/one', { method: 'DELETE' });
    assert.equal((await post({ ...plan, id: 'two' })).status, 201);
    await agent.ask('/v1/stress/two', { method: 'DELETE' });
  });
});
