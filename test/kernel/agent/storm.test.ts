import assert from 'node:assert/strict';
import type { KillEntry, KillStreamLine } from '../../../src/protocol/agent/types.js';
import { TestTree, until } from './cgroups.js';
import { type Lines, processorSeconds, RunningAgent } from './running.js';
import { judge, nodeKills, onlyOf, stormAll, type Verdict } from './verdict.js';

const LIMIT = 16 * 1024 * 1024;

function kills(lines: Lines<KillStreamLine>): KillEntry[] {
  return lines.seen.filter((line) => line.type === 'kill');
}

function assertNoneTwice(entries: readonly KillEntry[]): void {
  const keys = entries.flatMap(({ victim, bootSeconds }) => (victim ? [`${bootSeconds} ${victim.pid}`] : []));
  assert.equal(new Set(keys).size, keys.length, 'no kill is told twice');
}

/**
 * Whatever else is killed on this machine meanwhile: as many entries as the counters say, and none of them wrong or
 * twice. That each is named as well holds where nothing else was killed, as the kernel names hardly any victim in a
 * storm and another's kill may be any of ours.
 */
function assertTold(entries: readonly KillEntry[], verdict: Verdict, kills: number, alone: boolean): void {
  assert.deepEqual([verdict.entries, verdict.wrong], [kills, 0]);
  assertNoneTwice(entries);
  if (alone) assert.deepEqual([verdict.named, verdict.counted], [kills, 0]);
  else
    process.stdout.write(`      not alone: ${verdict.named} of ${kills} named, ${verdict.counted} counted\n`);
}

describe('storms of real OOM kills', function () {
  this.timeout(240_000);
  let tree: TestTree;
  let elsewhere: TestTree;
  let agent: RunningAgent | undefined;
  let stream: Lines<KillStreamLine>;

  /** What the agent has used of the processors. */
  const cpuSeconds = (): number => processorSeconds(agent?.child.pid ?? 0);

  beforeEach(async () => {
    tree = new TestTree();
    elsewhere = new TestTree();
    agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`);
    stream = await agent.follow<KillStreamLine>('/v1/kills?follow=1');
  });

  afterEach(async () => {
    stream.close();
    await agent?.end();
    agent = undefined;
    await tree.remove();
    await elsewhere.remove();
  });

  it('counts and names each of 1,000 in one container', async () => {
    const container = tree.container(LIMIT);
    const before = nodeKills();
    const cpuBefore = cpuSeconds();
    const startedAt = performance.now();
    const truth = await stormAll([container], 1000, 4);
    const seconds = (performance.now() - startedAt) / 1000;
    await until('all kills', () => kills(stream).length >= container.killCount());
    const spent = cpuSeconds() - cpuBefore;
    assert.ok(container.killCount() >= 1000);
    const alone = nodeKills() - before === container.killCount();
    process.stdout.write(
      `      ${spent.toFixed(2)} s of CPU for ${container.killCount()} kills in ${seconds.toFixed(1)} s\n`,
    );
    assertTold(kills(stream), judge(kills(stream), truth), container.killCount(), alone);
  });

  it('counts each of 600 in three containers at once, and names none wrong', async () => {
    const containers = [1, 2, 3].map(() => tree.container(LIMIT));
    const before = nodeKills();
    const truth = await stormAll(containers, 200);
    const counters = (): number => containers.reduce((sum, container) => sum + container.killCount(), 0);
    await until('all kills', () => kills(stream).length >= counters());
    assert.ok(counters() >= 600);
    const { entries, named, wrong, counted } = judge(kills(stream), truth);
    process.stdout.write(`      ambiguous: ${entries - named} of ${entries}\n`);
    assert.deepEqual([entries, wrong], [counters(), 0]);
    if (nodeKills() - before === counters()) assert.equal(counted, 0);
    for (const container of containers)
      assert.ok(onlyOf(kills(stream), container).length <= container.killCount());
    assertNoneTwice(kills(stream));
  });

  it('tells nothing of a storm outside of its scope, and all of the one within', async () => {
    const container = tree.container(LIMIT);
    const other = elsewhere.container(LIMIT);
    const truth = await stormAll([container, other], 100);
    await until('all kills', () => kills(stream).length >= container.killCount());
    const verdict = judge(kills(stream), truth);
    // Where a line may be the other's as well, the kill is told by its counter: its container is sure all the same.
    assertTold(kills(stream), verdict, container.killCount(), false);
    assert.equal(verdict.named, container.killCount());
  });
});
