import assert from 'node:assert/strict';
import { numbersOf } from '../../../../src/extension/panel/numbers.js';
import { processesOf } from '../../../../src/extension/panel/processes.js';
import type { ContainerView } from '../../../../src/lab/types.js';
import type { ProcessInfo } from '../../../../src/protocol/agent/types.js';
import { MIB, podView } from '../support/views.js';

const KEY = 'hello-kubernetes/a/hello-kubernetes';
const AT = Date.UTC(2026, 10, 20, 20, 0, 0);

function container(parts: Parameters<typeof podView>[0] = { name: 'a' }): ContainerView {
  return podView(parts).containers[0] ?? assert.fail('no container');
}

function process(pid: number, comm: string, rssMib: number, oomScoreAdj: number): ProcessInfo {
  return {
    pid,
    containerPid: pid - 4000,
    comm,
    commandLine: [comm, '<b>'],
    uid: 0,
    rssBytes: rssMib * MIB,
    swapBytes: 0,
    pageTableBytes: 0,
    oomScoreAdj,
    oomScore: 1,
    stressRun: null,
  };
}

const list = (...processes: readonly ProcessInfo[]) => ({ processes, readAt: AT, detail: null });

describe('the processes of a container', () => {
  it('are ranked by the kernel’s badness for the limit that runs out', () => {
    const processes = list(
      process(4001, 'npm', 60, 988),
      process(4002, 'stress-ng-vm', 13, 1000),
      process(4003, 'server', 120, 0),
      process(4004, 'guard', 300, -1000),
    );
    const { rows, limitBytes } = processesOf(KEY, container(), null, processes);
    assert.equal(limitBytes, 500 * MIB);
    assert.deepEqual(
      rows.map(({ comm, rank }) => [comm, rank]),
      [
        ['npm', 1],
        ['stress-ng-vm', 2],
        ['server', 3],
        ['guard', null],
      ],
    );
    assert.equal(rows[0]?.percentOfLimit, 12);
    assert.deepEqual(
      rows.map(({ isStress }) => isStress),
      [false, true, false, false],
    );
  });

  it('without a limit are ranked for the node, where that is known', () => {
    const unlimited = container({ name: 'a', limit: null });
    const processes = list(process(4001, 'small', 1, 500), process(4002, 'large', 4000, 0));
    const unknown = processesOf(KEY, unlimited, null, processes);
    assert.deepEqual([unknown.limitBytes, unknown.rows[0]?.rank], [null, null]);
  });

  it('that could not be read say why', () => {
    const { rows, problem } = processesOf(KEY, container(), null, {
      processes: [],
      readAt: AT,
      detail: 'no agent',
    });
    assert.deepEqual([rows, problem], [[], 'no agent']);
  });
});

describe('the numbers that disagree', () => {
  const outside = {
    node: { memoryTotalBytes: 16_000 * MIB, memoryAvailableBytes: 9_000 * MIB, readAt: AT },
    top: { workingSetBytes: 37 * MIB, measuredAt: AT - 30_000 },
  };

  it('each have their value, their file and their age', () => {
    const { numbers } = numbersOf(KEY, container(), 2, outside);
    const by = new Map(numbers.map((number) => [number.kind, number]));
    assert.equal(by.get('freeTotal')?.bytes, 16_000 * MIB);
    assert.equal(by.get('kubectlTop')?.at, new Date(AT - 30_000).toISOString());
    assert.deepEqual([by.get('usage')?.bytes, by.get('usage')?.source], [42 * MIB, 'memory.current']);
    assert.equal(by.get('workingSet')?.bytes, 38 * MIB);
    assert.equal(by.get('limit')?.source, 'memory.max');
    const v1 = numbersOf(KEY, container(), 1, outside).numbers.find(({ kind }) => kind === 'rss');
    assert.equal(v1?.source, 'memory.stat: total_rss');
  });

  it('are null where nobody tells, and name the source that is there', () => {
    const byMetrics = container({ name: 'a', source: 'metrics' });
    const { numbers } = numbersOf(KEY, byMetrics, null, { node: null, top: null });
    const by = new Map(numbers.map((number) => [number.kind, number]));
    assert.equal(by.get('rss')?.bytes, null);
    assert.deepEqual([by.get('workingSet')?.bytes, by.get('workingSet')?.source], [38 * MIB, 'metrics']);
    assert.deepEqual(
      [by.get('limit')?.bytes, by.get('limit')?.source],
      [500 * MIB, 'spec.containers[].resources.limits.memory'],
    );
  });
});
