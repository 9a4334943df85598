import assert from 'node:assert/strict';
import type { KillEntry, KillStreamLine } from '../../../src/protocol/agent/types.js';
import { TestTree, until } from './cgroups.js';
import { type Lines, RunningAgent } from './running.js';
import { judge, onlyOf, stormAll } from './verdict.js';

const LIMIT = 16 * 1024 * 1024;

function kills(lines: Lines<KillStreamLine>): KillEntry[] {
  return lines.seen.filter((line) => line.type === 'kill');
}

function assertNoneTwice(entries: readonly KillEntry[]): void {
  const keys = entries.flatMap(({ victim, bootSeconds }) => (victim ? [`${bootSeconds} ${victim.pid}`] : []));
  assert.equal(new Set(keys).size, keys.length, 'no kill is told twice');
}

describe('storms of real OOM kills', function () {
  this.timeout(240_000);
  let tree: TestTree;
  let elsewhere: TestTree;
  let agent: RunningAgent | undefined;
  let stream: Lines<KillStreamLine>;

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
    const truth = await stormAll([container], 1000, 4);
    await until('all kills', () => kills(stream).length >= container.killCount());
    assert.ok(container.killCount() >= 1000);
    const { entries, named, wrong, counted } = judge(kills(stream), truth);
    assert.deepEqual([entries, named], [container.killCount(), container.killCount()]);
    assert.deepEqual([wrong, counted], [0, 0]);
    assertNoneTwice(kills(stream));
  });

  it('counts each of 600 in three containers at once, and names none wrong', async () => {
    const containers = [1, 2, 3].map(() => tree.container(LIMIT));
    const truth = await stormAll(containers, 200);
    const counters = (): number => containers.reduce((sum, container) => sum + container.killCount(), 0);
    await until('all kills', () => kills(stream).length >= counters());
    assert.ok(counters() >= 600);
    const { entries, named, wrong, counted } = judge(kills(stream), truth);
    process.stdout.write(`      ambiguous: ${entries - named} of ${entries}\n`);
    assert.deepEqual([entries, wrong, counted], [counters(), 0, 0]);
    for (const container of containers)
      assert.ok(onlyOf(kills(stream), container).length <= container.killCount());
    assertNoneTwice(kills(stream));
  });

  it('tells nothing of a storm outside of its scope, and all of the one within', async () => {
    const container = tree.container(LIMIT);
    const truth = await stormAll([container, elsewhere.container(LIMIT)], 100);
    await until('all kills', () => kills(stream).length >= container.killCount());
    const { entries, named, wrong } = judge(kills(stream), truth);
    assert.deepEqual([entries, named, wrong], [container.killCount(), container.killCount(), 0]);
    assertNoneTwice(kills(stream));
  });
});
