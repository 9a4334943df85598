import assert from 'node:assert/strict';
import { type Claim, shareOut, shareOutBytes } from '../../../../src/core/experiment/share-out.js';
import { type ContainerProcess, stressorsOf } from '../../../../src/core/experiment/stressors.js';

const MIB = 1024 ** 2;
const KIB = 1024;

function process(parts: Partial<ContainerProcess> & { pid: number; comm: string }): ContainerProcess {
  return { containerPid: parts.pid, rssBytes: 0, swapBytes: 0, stressRun: null, ...parts };
}

const node = process({ pid: 1, comm: 'node', rssBytes: 40 * MIB, anonBytes: 30 * MIB });

/** What stress-ng 0.15 with --vm 4 --vm-bytes 52428800b looks like in /proc. */
const STRESS_NG = [
  process({ pid: 10, comm: 'stress-ng', rssBytes: 10_240 * KIB, anonBytes: 1148 * KIB }),
  ...[11, 12, 13, 14].map((pid) =>
    process({ pid, comm: 'stress-ng-vm', rssBytes: 2856 * KIB, anonBytes: 1152 * KIB }),
  ),
  ...[15, 16, 17, 18].map((pid) =>
    process({ pid, comm: 'stress-ng-vm', rssBytes: 14_792 * KIB, anonBytes: 13_952 * KIB }),
  ),
];

/** Its own 4 MB each, and the size in two halves. */
const MEM_STRESS = [
  process({ pid: 20, comm: 'memStress', rssBytes: 4 * MIB, anonBytes: 2 * MIB }),
  process({ pid: 21, comm: 'memStress', rssBytes: 29 * MIB, anonBytes: 27 * MIB }),
  process({ pid: 22, comm: 'memStress', rssBytes: 29 * MIB, anonBytes: 27 * MIB }),
];

function held(processes: readonly ContainerProcess[]): number {
  return stressorsOf(processes).reduce((sum, { bytes }) => sum + bytes, 0) / MIB;
}

describe('stressors of a container', () => {
  it('hold what they were told to take, without what they need for themselves', () => {
    assert.equal(Math.round(held([node, ...STRESS_NG]) * 10) / 10, 50);
    assert.equal(held([node, ...MEM_STRESS]), 50);
  });

  it('are measured by their RSS where an agent tells nothing better', () => {
    const without = MEM_STRESS.map(({ anonBytes: _, ...rest }) => rest);
    assert.equal(held(without), 50);
  });

  it('hold what was swapped out, too', () => {
    const [server, worker] = MEM_STRESS;
    assert.ok(server && worker);
    assert.equal(held([server, { ...worker, anonBytes: 7 * MIB, swapBytes: 20 * MIB }]), 25);
  });

  it('of which one is seen alone holds nothing, unless it is more than any program needs', () => {
    assert.equal(held([process({ pid: 5, comm: 'memStress', anonBytes: 4 * MIB })]), 0);
    assert.equal(held([process({ pid: 5, comm: 'memStress', anonBytes: 56 * MIB })]), 50);
  });

  const NAMES: readonly (readonly [string, Partial<ContainerProcess>, boolean])[] = [
    ['memStress', {}, true],
    ['stress-ng', {}, true],
    ['stress-ng-vm', {}, true],
    ['stress-ng-cpu', {}, true],
    ['sh', { stressRun: 'run' }, true],
    ['node', {}, false],
    ['memStressX', {}, false],
    ['xmemStress', {}, false],
    ['MEMSTRESS', {}, false],
    ['stress', {}, false],
    ['my stress-ng', {}, false],
    ['\u202estress-ng', {}, false],
    ['$(stress-ng)', {}, false],
    ['<b>stress-ng', {}, false],
    ['', {}, false],
  ];
  for (const [comm, parts, expected] of NAMES) {
    it(`${JSON.stringify(comm)} ${JSON.stringify(parts)}: ${expected}`, () => {
      assert.equal(stressorsOf([node, process({ pid: 7, comm, ...parts })]).length === 1, expected);
    });
  }

  it('have no telling names in a container whose own program is one', () => {
    const own = process({ pid: 1, comm: 'stress-ng' });
    assert.deepEqual(stressorsOf([own, ...MEM_STRESS]), []);
    const ours = process({ pid: 9, comm: 'stress-ng', stressRun: 'run' });
    assert.deepEqual(
      stressorsOf([own, ours]).map(({ pid }) => pid),
      [9],
    );
  });
});

describe('several experiments on one container', () => {
  const claim = (id: string, mib: number | null, kind: Claim['kind'] = 'memory'): Claim => ({
    id,
    kind,
    expectedBytes: mib === null ? null : mib * MIB,
    ownsRun: (run) => run.startsWith(`${id}.`),
  });
  const shares = (processes: readonly ContainerProcess[], claims: readonly Claim[]): unknown[] =>
    shareOut(stressorsOf(processes), claims).map(({ pids, bytes }) => [pids.length, Math.round(bytes / MIB)]);
  const run = (name: string): ContainerProcess[] => MEM_STRESS.map((one) => ({ ...one, stressRun: name }));

  it('one has it all', () => assert.deepEqual(shares(MEM_STRESS, [claim('a', 50)]), [[3, 50]]));

  it('no byte is given twice: the oldest first, what is over to the last', () => {
    assert.deepEqual(shares(MEM_STRESS, [claim('a', 30), claim('b', 30)]), [
      [3, 30],
      [3, 20],
    ]);
    assert.deepEqual(shares(MEM_STRESS, [claim('a', 10), claim('b', 10)]), [
      [3, 10],
      [3, 40],
    ]);
  });

  it('runs tell whose they are', () => {
    assert.deepEqual(shares(run('b.1'), [claim('a', 50), claim('b', 50)]), [
      [0, 0],
      [3, 50],
    ]);
    const both = [...run('a.1'), ...MEM_STRESS.map((one) => ({ ...one, pid: one.pid + 50 }))];
    assert.deepEqual(shares(both, [claim('a', 50), claim('b', 50)]), [
      [3, 50],
      [3, 50],
    ]);
  });

  it('a run that none of them owns is shared out like the rest', () => {
    assert.deepEqual(shares(run('else.1'), [claim('a', 50)]), [[3, 50]]);
  });

  it('CPU and memory are told apart by their names', () => {
    const cpu = [
      process({ pid: 30, comm: 'stress-ng', anonBytes: MIB }),
      process({ pid: 31, comm: 'stress-ng-cpu', anonBytes: MIB }),
    ];
    assert.deepEqual(shares(cpu, [claim('m', 50), claim('c', null, 'cpu')]), [
      [0, 0],
      [2, 0],
    ]);
    assert.deepEqual(shares([...MEM_STRESS, ...cpu], [claim('m', 50), claim('c', null, 'cpu')])[0], [4, 53]);
  });

  it('an expectation that nobody knows takes what is left', () => {
    assert.deepEqual(
      [...shareOutBytes(80 * MIB, [claim('a', 50), claim('b', null), claim('c', null, 'cpu')])],
      [
        ['a', 50 * MIB],
        ['b', 30 * MIB],
      ],
    );
  });
});
