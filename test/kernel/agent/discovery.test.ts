import assert from 'node:assert/strict';
import { existsSync, type watch as watchType } from 'node:fs';
import { join } from 'node:path';
import { CgroupTree } from '../../../src/agent/cgroup/tree.js';
import type { SampleLine } from '../../../src/protocol/agent/types.js';
import { MOUNT, type TestContainer, TestTree, until } from './cgroups.js';
import { type Lines, RunningAgent } from './running.js';

const MIB = 1024 * 1024;
const ROUNDS = 5;

/** Stands in for a machine whose inotify watches are used up. */
const noWatches: typeof watchType = () => {
  throw Object.assign(new Error('no watches left'), { code: 'ENOSPC' });
};

/** How long after `since` a line was made that `fits`, by the agent's clock, which is ours, ms. */
async function firstLine(
  stream: Lines<SampleLine>,
  since: number,
  fits: (line: SampleLine) => boolean,
): Promise<number> {
  const line = await until('the line', () =>
    stream.seen.find((each) => Date.parse(each.time) >= since && fits(each)),
  );
  return Date.parse(line.time) - since;
}

function tells(line: SampleLine, { id, podUid }: TestContainer): boolean {
  return (
    line.containers.some(({ identity }) => identity.containerId === id) &&
    line.pods.some(({ identity }) => identity.uid === podUid)
  );
}

describe('cgroups that come and go', function () {
  this.timeout(60_000);
  let tree: TestTree;

  beforeEach(() => {
    tree = new TestTree();
  });

  afterEach(() => tree.remove());

  it('are noticed within a second by those who watch', async () => {
    const agent = await RunningAgent.start('--cgroup-root', `/${tree.name}`);
    try {
      const stream = await agent.follow<SampleLine>('/v1/memory?interval=200ms');
      await until('a line', () => stream.seen.length > 0);
      const came: number[] = [];
      const went: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const container = tree.container(64 * MIB);
        came.push(await firstLine(stream, Date.now(), (line) => tells(line, container)));
        await container.remove();
        went.push(await firstLine(stream, Date.now(), (line) => !tells(line, container)));
      }
      stream.close();
      // The best of a few: on a busy machine the agent itself may have to wait for its turn.
      assert.ok(Math.min(...came) <= 1000 && Math.min(...went) <= 1000, JSON.stringify({ came, went }));
    } finally {
      await agent.end();
    }
  });

  for (const [how, watchDirectory] of [
    ['by inotify', undefined],
    ['by looking where inotify is exhausted', noWatches],
  ] as const) {
    it(`are told as the file system has them, ${how}`, async () => {
      const cgroups = new CgroupTree(MOUNT, `/${tree.name}`, watchDirectory);
      const known = (): Set<string> =>
        new Set(cgroups.scan(how === 'by inotify' ? 60_000 : 0).map(({ path }) => path));
      try {
        assert.deepEqual(known(), new Set([`/${tree.name}`]));
        const first = tree.container(64 * MIB);
        const second = tree.container(64 * MIB, first.podUid);
        await until('both', () => known().has(first.path) && known().has(second.path));
        const found = cgroups.scan(60_000);
        assert.equal(found.find(({ path }) => path === first.path)?.container, true);
        assert.deepEqual(
          found.filter(({ pod }) => pod).map(({ identity }) => [identity?.uid, identity?.containerId]),
          [[first.podUid, null]],
        );
        assert.equal(cgroups.scan(60_000), found, 'the same list as long as nothing changed');
        await first.remove();
        const third = tree.container(64 * MIB, first.podUid);
        // One came and one went: the link count of their Pod is what it was.
        await until('the exchange', () => known().has(third.path) && !known().has(first.path));
        assert.ok(known().has(second.path));
        await second.remove();
        await until('the end', () => !known().has(second.path));
      } finally {
        cgroups.close();
      }
    });
  }

  it('is another cgroup when it comes again under the same name', async () => {
    const cgroups = new CgroupTree(MOUNT, `/${tree.name}`, noWatches);
    try {
      const container = tree.container(64 * MIB);
      const before = cgroups.scan(0).find(({ path }) => path === container.path);
      await container.remove();
      container.make();
      assert.ok(existsSync(join(MOUNT, container.path)));
      const after = cgroups.scan(0).find(({ path }) => path === container.path);
      assert.ok(before && after && before !== after);
    } finally {
      cgroups.close();
    }
  });
});
