import { setTimeout as delay } from 'node:timers/promises';
import type { KillStreamLine } from '../../src/protocol/agent/types.js';
import type { Bench, BenchRow } from '../../tools/bench/row.js';
import { type TestContainer, TestTree, until } from '../kernel/agent/cgroups.js';
import { RunningAgent } from '../kernel/agent/running.js';
import { judge, stormAll } from '../kernel/agent/verdict.js';
import { BareLoop, type SeenLine } from './support/bare-loop.js';
import { clockOffset, monotonic } from './support/kernel-clock.js';
import { percentile } from './support/percentile.js';

const LIMIT = 16 * 1024 * 1024;
const SINGLE_KILLS = 100;
const SINGLE_PAUSE_MS = 30;
const STORM_KILLS = 200;
const STORMS = 3;

/** From the kernel's stamp of the kill line to the bytes on the client's socket, beside the bare loop's own time. */
async function latency(container: TestContainer, agent: RunningAgent, loop: BareLoop): Promise<BenchRow[]> {
  const offset = clockOffset();
  const ours: number[] = [];
  const stamps = new Set<number>();
  const stream = await agent.follow<KillStreamLine>('/v1/kills?follow=1', (line) => {
    if (line.type !== 'kill' || line.bootSeconds === null) return;
    stamps.add(line.bootSeconds);
    ours.push((monotonic() + offset - line.bootSeconds) * 1000);
  });
  for (let kill = 0; kill < SINGLE_KILLS; kill++) {
    await container.eatUntilKilled();
    await delay(SINGLE_PAUSE_MS);
  }
  await until('all kills', () => ours.length >= container.killCount());
  const lines = (): SeenLine[] =>
    loop.seen.filter((line) => line.text.includes('Killed process ') && stamps.has(line.bootSeconds));
  await until('the same lines in the bare loop', () => lines().length >= stamps.size);
  stream.close();
  const bare = lines().map((line) => (line.at + offset - line.bootSeconds) * 1000);
  const what = 'From the kernel’s kill line to the client’s socket';
  return [
    [0.5, 'p50', 5],
    [0.99, 'p99', 25],
  ].flatMap(([share, name, budget]) => {
    const row = { what: `${what}, ${name}`, unit: 'ms', ours: percentile(ours, Number(share)) };
    return [
      { ...row, reference: { name: 'the budget', value: Number(budget) }, goal: 1 },
      { ...row, reference: { name: 'a bare read loop', value: percentile(bare, Number(share)) }, goal: 4 },
    ];
  });
}

/**
 * How many of these kills cAdvisor's rule finds (utils/oomparser, re-stated): a report begins with `invoked oom-killer:`
 * and ends with the summary that names pid and cgroup; a kill line alone is nothing.
 */
function byCadvisorsRule(lines: readonly SeenLine[], containers: readonly TestContainer[]): number {
  let inReport = false;
  let found = 0;
  for (const { text } of [...lines].sort((a, b) => a.seq - b.seq)) {
    if (text.includes('invoked oom-killer:')) inReport = true;
    const path = /^oom-kill:constraint=.*,oom_memcg=.*,task_memcg=(.*),task=.*,pid=\d+,uid=\d+$/.exec(
      text,
    )?.[1];
    if (!inReport || path === undefined) continue;
    inReport = false;
    if (containers.some((container) => container.path === path)) found += 1;
  }
  return found;
}

/** Storms in several containers at once: what is told, and what is named. */
async function storms(
  containers: readonly TestContainer[],
  agent: RunningAgent,
  loop: BareLoop,
): Promise<BenchRow[]> {
  const stream = await agent.follow<KillStreamLine>('/v1/kills?follow=1');
  const kills = () =>
    stream.seen
      .filter((line) => line.type === 'kill')
      .filter(({ taskMemcg, candidates }) =>
        containers.some(
          ({ path, id }) => path === taskMemcg || candidates.some(({ containerId }) => containerId === id),
        ),
      );
  const truth = await stormAll(containers, STORM_KILLS);
  const counted = containers.reduce((sum, container) => sum + container.killCount(), 0);
  await until('all kills', () => kills().length >= counted);
  stream.close();
  const { entries, named, wrong } = judge(kills(), truth);
  if (wrong > 0 || entries !== counted)
    throw new Error(`${counted} kills, ${entries} entries, ${wrong} of them wrong`);
  const found = byCadvisorsRule(loop.seen, containers);
  const percent = (share: number): number => (share / counted) * 100;
  const reference = { name: 'cAdvisor’s rule: full reports only', value: percent(counted - found) };
  const what = `${counted} kills in ${STORMS} containers at once`;
  return [
    { what: `${what}: not told`, unit: '%', ours: percent(counted - entries), reference, goal: 0 },
    { what: `${what}: container not named`, unit: '%', ours: percent(counted - named), reference, goal: 0.1 },
  ];
}

/** The kill ledger on this machine's own kernel, with real kills. */
export const bench: Bench = async () => {
  const tree = new TestTree();
  const loop = new BareLoop();
  const agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`);
  try {
    const rows = await latency(tree.container(LIMIT), agent, loop);
    const containers = Array.from({ length: STORMS }, () => tree.container(LIMIT));
    return [...rows, ...(await storms(containers, agent, loop))];
  } finally {
    await agent.end();
    loop.end();
    await tree.remove();
  }
};
