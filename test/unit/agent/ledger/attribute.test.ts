import assert from 'node:assert/strict';
import { type BareKill, type Hints, match } from '../../../../src/agent/ledger/attribute.js';
import type { OomKill } from '../../../../src/core/kernel/oom-kill.js';

const MIB = 1024 * 1024;

function bare(pid: number, extra: Partial<OomKill> = {}, times = 1): BareKill {
  const victim = {
    pid,
    comm: 'x',
    uid: 0,
    oomScoreAdj: 0,
    totalVmBytes: 9000,
    anonRssBytes: 64 * MIB,
    fileRssBytes: 0,
    shmemRssBytes: 64 * MIB,
    pgtablesBytes: 0,
  };
  const kill: OomKill = {
    seq: pid,
    bootSeconds: pid,
    time: null,
    constraint: 'memcg',
    report: 'bare',
    group: false,
    victim,
    invoker: null,
    oomMemcg: null,
    taskMemcg: null,
    groupMemcg: null,
    limitBytes: null,
    usageBytes: null,
    tasks: [],
    ...extra,
  };
  return { kill, times };
}

function hints(seen: Record<number, string> = {}, limits: Record<string, number> = {}): Hints {
  return {
    lastSeen: (pid) => seen[pid] ?? null,
    limit: (path) => limits[path] ?? null,
    counts: (path) => path !== '/gone',
  };
}

const open = (counts: Record<string, number>): Map<string, number> => new Map(Object.entries(counts));

function outcome(kills: BareKill[], counts: Record<string, number>, given: Hints): unknown {
  const { sure, unsure, left } = match(kills, open(counts), given);
  return {
    sure: Object.fromEntries(sure.map(({ item, path }) => [item.kill.victim.pid, path])),
    unsure: Object.fromEntries(unsure.map(({ item, candidates }) => [item.kill.victim.pid, candidates])),
    left: Object.fromEntries(left),
  };
}

describe('matching bare kills with counters', () => {
  it('gives them to the only cgroup that counted', () => {
    assert.deepEqual(outcome([bare(1), bare(2)], { '/a': 2 }, hints()), {
      sure: { 1: '/a', 2: '/a' },
      unsure: {},
      left: {},
    });
  });

  it('leaves what more was counted', () => {
    assert.deepEqual(outcome([bare(1)], { '/a': 3 }, hints()), {
      sure: { 1: '/a' },
      unsure: {},
      left: { '/a': 2 },
    });
  });

  it('never guesses between two', () => {
    assert.deepEqual(outcome([bare(1), bare(2)], { '/a': 1, '/b': 1 }, hints()), {
      sure: {},
      unsure: { 1: ['/a', '/b'], 2: ['/a', '/b'] },
      left: { '/a': 1, '/b': 1 },
    });
  });

  it('knows a process that was seen before, and so the other one', () => {
    assert.deepEqual(outcome([bare(1), bare(2)], { '/a': 1, '/b': 1 }, hints({ 2: '/a' })), {
      sure: { 1: '/b', 2: '/a' },
      unsure: {},
      left: {},
    });
  });

  it('does not believe where a process was seen against the counters', () => {
    assert.deepEqual(outcome([bare(1)], { '/a': 1 }, hints({ 1: '/elsewhere' })), {
      sure: { 1: '/a' },
      unsure: {},
      left: {},
    });
  });

  it('rules out a cgroup that the victim would not have fitted into', () => {
    assert.deepEqual(outcome([bare(1)], { '/a': 1, '/b': 1 }, hints({}, { '/a': 32 * MIB })), {
      sure: { 1: '/b' },
      unsure: {},
      left: { '/a': 1 },
    });
  });

  it('does not count shared memory, which another may have been charged for', () => {
    assert.deepEqual(outcome([bare(1)], { '/a': 1 }, hints({}, { '/a': 64 * MIB })), {
      sure: { 1: '/a' },
      unsure: {},
      left: {},
    });
  });

  it('believes the counter where the victim fits nowhere', () => {
    assert.deepEqual(outcome([bare(1)], { '/a': 1 }, hints({}, { '/a': MIB })), {
      sure: { 1: '/a' },
      unsure: {},
      left: {},
    });
  });

  it('keeps a group kill below its cgroup, and counts its victim twice', () => {
    const group = bare(1, { group: true, groupMemcg: '/pod/a' }, 2);
    assert.deepEqual(outcome([group], { '/pod/a/x': 2, '/b': 1 }, hints()), {
      sure: { 1: '/pod/a/x' },
      unsure: {},
      left: { '/b': 1 },
    });
  });

  it('is not sure of one candidate where fewer were counted than killed', () => {
    assert.deepEqual(outcome([bare(1), bare(2)], { '/a': 1 }, hints()), {
      sure: {},
      unsure: { 1: ['/a'], 2: ['/a'] },
      left: { '/a': 1 },
    });
  });

  it('knows no cgroup where none counted', () => {
    assert.deepEqual(outcome([bare(1)], {}, hints({ 1: '/a' })), { sure: {}, unsure: { 1: [] }, left: {} });
  });
});
