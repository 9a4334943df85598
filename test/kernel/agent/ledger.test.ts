import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GapEntry, KillEntry, KillStreamLine } from '../../../src/protocol/agent/types.js';
import { type TestContainer, TestTree, until } from './cgroups.js';
import { type Lines, RunningAgent } from './running.js';
import { nodeKills } from './verdict.js';

const MIB = 1024 * 1024;
const LIMIT = 8 * MIB;

function kills(lines: Lines<KillStreamLine>): KillEntry[] {
  return lines.seen.filter((line) => line.type === 'kill');
}

function ofContainer(entries: readonly KillEntry[], container: TestContainer): KillEntry[] {
  return entries.filter((entry) => entry.pod?.containerId === container.id);
}

function assertNoneTwice(entries: readonly KillEntry[]): void {
  const keys = entries
    .filter((entry) => entry.victim)
    .map((entry) => `${entry.bootSeconds} ${entry.victim?.pid}`);
  assert.equal(new Set(keys).size, keys.length, 'no kill is told twice');
  assert.deepEqual(
    entries.map((entry) => entry.seq),
    [...entries.map((entry) => entry.seq)].sort((a, b) => a - b),
  );
}

describe('the kill ledger on a real kernel', function () {
  this.timeout(120_000);
  let tree: TestTree;
  let agent: RunningAgent | undefined;
  let folder: string;

  beforeEach(() => {
    tree = new TestTree();
    folder = mkdtempSync(join(tmpdir(), 'podstress-test-'));
  });

  afterEach(async () => {
    await agent?.end();
    agent = undefined;
    await tree.remove();
    rmSync(folder, { recursive: true });
  });

  it('lets no name forge or break an entry', async () => {
    const names = [
      'a b) (c',
      'x\ny z',
      ') total-vm:9kB,',
      'q,pid=1,uid=0',
      '<b>&"\'',
      'né你',
      '\u001b[31mred',
      '\\x0a',
      ' ',
    ];
    const container = tree.container(LIMIT);
    agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`);
    const stream = await agent.follow<KillStreamLine>('/v1/kills?follow=1');
    for (const name of names) {
      copyFileSync('/usr/bin/tail', join(folder, name));
      await container.storm(1, join(folder, name));
    }
    await until('all kills', () => kills(stream).length >= names.length);
    stream.close();
    assert.deepEqual(
      kills(stream).map((entry) => entry.victim?.comm),
      names,
    );
    assert.equal(ofContainer(kills(stream), container).length, names.length);
  });

  it('keeps the kernel’s own report of a kill, word for word', async () => {
    const container = tree.container(LIMIT);
    agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`);
    const stream = await agent.follow<KillStreamLine>('/v1/kills?follow=1');
    // The kernel prints ten full reports in five seconds for the whole machine: others may have used them up.
    const full = await until(
      'a kill with a full report',
      async () => {
        await container.storm(1);
        return kills(stream).find(({ evidence }) => evidence === 'full');
      },
      60_000,
    );
    stream.close();
    const { status, contentType, body } = await agent.ask(`/v1/kills/${full.seq}/report`);
    assert.deepEqual([status, contentType], [200, 'text/plain; charset=utf-8']);
    const lines = String(body).trimEnd().split('\n');
    assert.match(lines[0] ?? '', / invoked oom-killer: gfp_mask=/);
    assert.match(lines.at(-1) ?? '', new RegExp(`Killed process ${full.victim?.pid} \\(tail\\)`));
    assert.equal(lines.filter((line) => line.includes('invoked oom-killer')).length, 1);
    assert.ok(lines.some((line) => line.includes(`task_memcg=${container.path},task=tail`)));
    assert.equal((await agent.ask(`/v1/kills/${full.seq + 1000}/report`)).status, 404);
  });

  it('takes nothing for a kill that a process wrote into the kernel log', async () => {
    const container = tree.container(LIMIT);
    agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`);
    const stream = await agent.follow<KillStreamLine>('/v1/kills?follow=1');
    const forged =
      'Memory cgroup out of memory: Killed process 4242 (forged) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0';
    for (const prefix of ['', '<3>', '<0>']) writeFileSync('/dev/kmsg', `${prefix}${forged}\n`);
    await container.storm(1);
    await until('the kill', () => kills(stream).length > 0);
    stream.close();
    assert.deepEqual(
      kills(stream).map((entry) => entry.victim?.comm),
      ['tail'],
    );
  });

  it('goes on after kill -9 in the middle of a storm: nothing lost, nothing twice', async () => {
    const state = join(folder, 'state');
    const container = tree.container(LIMIT);
    const flags = ['--cgroup-root', `/${tree.name}`, '--state', state];
    agent = await RunningAgent.start(...flags);
    const first = await agent.follow<KillStreamLine>('/v1/kills?follow=1');
    const before = nodeKills();
    const storm = container.storm(150);
    await until('a part of the storm', () => kills(first).length >= 40);
    await agent.end('SIGKILL');
    assert.ok(container.killCount() < 150, 'the storm goes on');
    const since = kills(first).at(-1)?.seq ?? 0;
    await until('more kills with no agent', () => container.killCount() >= 90);
    agent = await RunningAgent.start(...flags);
    const second = await agent.follow<KillStreamLine>(`/v1/kills?since=${since}&follow=1`);
    await storm;
    await until('all kills', () => kills(first).length + kills(second).length >= container.killCount());
    second.close();
    const all = [...kills(first), ...kills(second)];
    assert.equal(all.length, 150);
    assert.equal(ofContainer(all, container).length, 150);
    if (nodeKills() - before === 150) assert.ok(all.every((entry) => entry.evidence !== 'counted'));
    assertNoneTwice(all);
    await agent.end();
    agent = await RunningAgent.start(...flags);
    const again = (await agent.ask('/v1/kills?since=0')).body as KillStreamLine[];
    assert.equal(
      again.filter((line) => line.type === 'kill').length,
      150,
      'a third agent tells the same again',
    );
  });

  it('counts what it cannot read', async () => {
    const container = tree.container(LIMIT);
    agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`, '--no-kmsg');
    const stream = await agent.follow<KillStreamLine>('/v1/kills?follow=1');
    await container.storm(12);
    await until('all kills', () => kills(stream).length >= 12);
    stream.close();
    assert.equal(ofContainer(kills(stream), container).length, 12);
    assert.ok(kills(stream).every((entry) => entry.evidence === 'counted' && entry.victim === null));
  });

  it('names the kills of a container that is gone at once', async () => {
    agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`);
    const stream = await agent.follow<KillStreamLine>('/v1/kills?follow=1');
    const seen: string[] = [];
    for (let round = 0; round < 15; round++) {
      const container = tree.container(LIMIT);
      seen.push(container.id);
      await container.eatUntilKilled();
      await until(
        'the entry',
        () => ofContainer(kills(stream), container).length === 1 || kills(stream).length > round,
      );
      await container.remove();
    }
    stream.close();
    assert.deepEqual(
      kills(stream).map((entry) => entry.pod?.containerId),
      seen,
    );
  });

  it('tells the levels of the limit that was hit apart', async () => {
    const container = tree.container(64 * MIB);
    const inPod = tree.container(64 * MIB);
    const inKubepods = tree.container(64 * MIB);
    agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`);
    const stream = await agent.follow<KillStreamLine>('/v1/kills?follow=1');
    const levelOf = async (victim: TestContainer): Promise<unknown> => {
      await victim.storm(1);
      const [entry] = await until('the kill', () => {
        const found = ofContainer(kills(stream), victim);
        return found.length > 0 && found;
      });
      return entry?.evidence === 'full' ? entry.level : 'bare';
    };
    container.limit(LIMIT);
    const levels = [await levelOf(container)];
    inPod.limitPod(LIMIT);
    levels.push(await levelOf(inPod));
    inKubepods.limitKubepods(LIMIT);
    levels.push(await levelOf(inKubepods));
    stream.close();
    const expected = ['container', 'pod', 'kubepods'];
    // The kernel prints ten reports in five seconds for the whole machine; a bare line names no limit.
    assert.ok(
      levels.every((level, index) => level === expected[index] || level === 'bare'),
      String(levels),
    );
  });

  it('tells a late reader what it missed, and lets it resume', async () => {
    const container = tree.container(LIMIT);
    agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`, '--history', '65536');
    const follower = await agent.follow<KillStreamLine>('/v1/kills?follow=1');
    await container.storm(150);
    // The kernel may take the storm's own shell as well.
    const all = (): number => container.killCount();
    await until('all kills', () => kills(follower).length >= all());
    assert.equal(kills(follower).length, all());
    follower.close();
    const late = (await agent.ask('/v1/kills?since=0')).body as KillStreamLine[];
    const gap = late.find((line): line is GapEntry => line.type === 'gap');
    const told = late.filter((line) => line.type === 'kill');
    assert.equal(gap?.source, 'stream');
    assert.equal((gap?.lost ?? 0) + told.length, all());
    assert.equal(told[0]?.seq, (gap?.seq ?? 0) + 1);
    const rest = (await agent.ask(`/v1/kills?since=${told[9]?.seq}`)).body as KillStreamLine[];
    assert.equal(rest.length, told.length - 10);
  });
});
