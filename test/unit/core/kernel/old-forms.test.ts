import assert from 'node:assert/strict';
import type { OomKill } from '../../../../src/core/kernel/oom-kill.js';
import { OomLogParser } from '../../../../src/core/kernel/parser.js';

const POD = '/kubepods/burstable/pod0f1e2d3c-1111-4222-8333-a1b2c3d4e5f6';
const C = `${POD}/${'a'.repeat(64)}`;

function killsOf(text: string, step = 0.0001): OomKill[] {
  const parser = new OomLogParser();
  const kills = text
    .trim()
    .split('\n')
    .flatMap((line, index) =>
      parser.push({
        seq: null,
        bootSeconds: 100 + index * step,
        time: null,
        fragment: false,
        text: line.trim(),
      }),
    );
  return [...kills, ...parser.flush()];
}

describe('kill reports of kernels without a recorded log', () => {
  it('2.6.32 el6: uid before the name, oom_adj in the table', () => {
    const [kill, ...others] = killsOf(`
      java invoked oom-killer: gfp_mask=0xd0, order=0, oom_adj=0, oom_score_adj=0
      java cpuset=/ mems_allowed=0
      Pid: 4321, comm: java Not tainted 2.6.32-642.el6.x86_64 #1
      Task in ${C} killed as a result of limit of ${POD}
      memory: usage 102400kB, limit 102400kB, failcnt 12
      [ pid ]   uid  tgid total_vm      rss cpu oom_adj oom_score_adj name
      [ 4321]   500  4321    30000    25000   1       0             0 java
      [ 4330]   500  4330      100       50   0     -17         -1000 sh -c x
      Memory cgroup out of memory: Kill process 4321 (java) score 1000 or sacrifice child
      Killed process 4330, UID 500, (sh) total-vm:400kB, anon-rss:100kB, file-rss:100kB`);
    assert.deepEqual(others, []);
    assert.equal(kill?.taskMemcg, C);
    assert.equal(kill?.oomMemcg, POD);
    assert.deepEqual(kill?.invoker, { pid: 4321, comm: 'java', oomScoreAdj: 0 });
    assert.deepEqual(kill?.victim, {
      pid: 4330,
      comm: 'sh',
      uid: 500,
      oomScoreAdj: -1000,
      totalVmBytes: 400 * 1024,
      anonRssBytes: 100 * 1024,
      fileRssBytes: 100 * 1024,
      shmemRssBytes: null,
      pgtablesBytes: null,
    });
    assert.deepEqual(
      kill?.tasks.map((task) => [task.comm, task.rssBytes, task.swapBytes, task.pgtablesBytes]),
      [
        ['java', 25_000 * 4096, null, null],
        ['sh -c x', 50 * 4096, null, null],
      ],
    );
  });

  it('RHEL 7: uid after the name', () => {
    const [kill] = killsOf(`
      Out of memory: Kill process 77 (mysqld) score 510 or sacrifice child
      Killed process 77 (mysqld), UID 27, total-vm:2048kB, anon-rss:1024kB, file-rss:8kB, shmem-rss:0kB`);
    assert.deepEqual(
      [kill?.victim.comm, kill?.victim.uid, kill?.constraint, kill?.report],
      ['mysqld', 27, 'global', 'bare'],
    );
  });

  it('5.2 and 5.3: one line, without uid', () => {
    const [kill] = killsOf(
      'Memory cgroup out of memory: Killed process 9 (a) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB',
    );
    assert.deepEqual([kill?.victim.pid, kill?.victim.uid, kill?.constraint], [9, null, 'memcg']);
  });

  it('cpuset and memory policy', () => {
    const summary = (constraint: string): string => `
      a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
      oom-kill:constraint=${constraint},nodemask=0,2,cpuset=x,mems_allowed=0-1,3,global_oom,task_memcg=${C},task=a,pid=9,uid=5
      Out of memory: Killed process 9 (a) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:5 pgtables:4kB oom_score_adj:3`;
    const [cpuset] = killsOf(summary('CONSTRAINT_CPUSET'));
    const [policy] = killsOf(summary('CONSTRAINT_MEMORY_POLICY'));
    assert.deepEqual([cpuset?.constraint, cpuset?.taskMemcg, cpuset?.oomMemcg], ['cpuset', C, null]);
    assert.equal(policy?.constraint, 'mempolicy');
  });

  it('64 KiB pages: told by the kill line against the table', () => {
    const [kill] = killsOf(`
      a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
      [  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
      [      9]     0     9      100       50    65536        2             3 a
      Memory cgroup out of memory: Killed process 9 (a) total-vm:6400kB, anon-rss:3200kB, file-rss:0kB, shmem-rss:0kB`);
    assert.deepEqual(kill?.tasks[0]?.rssBytes, 50 * 65_536);
    assert.deepEqual([kill?.tasks[0]?.swapBytes, kill?.victim.oomScoreAdj], [2 * 65_536, 3]);
  });
});

describe('what is no kill', () => {
  it('a candidate spared for its child, a report without a victim, a victim already exiting', () => {
    assert.deepEqual(
      killsOf(`
      Memory cgroup out of memory: Kill process 4321 (java) score 1000 or sacrifice child
      a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
      Out of memory and no killable processes...
      Memory cgroup out of memory: OOM victim 12 (x) is already exiting. Skip killing the task
      oom_reaper: reaped process 12 (x), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB`),
      [],
    );
  });

  it('a report that ended without a kill does not lend itself to the next bare line', () => {
    const [kill] = killsOf(`
      a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
      oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=${C},task_memcg=${C},task=a,pid=9,uid=5
      Memory cgroup out of memory: OOM victim 9 (a) is already exiting. Skip killing the task
      Memory cgroup out of memory: Killed process 10 (b) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB`);
    assert.deepEqual([kill?.report, kill?.taskMemcg], ['bare', null]);
  });
});

describe('group kills without a report', () => {
  const killed = (pid: number): string =>
    `Memory cgroup out of memory: Killed process ${pid} (p${pid}) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0`;
  const group = (path: string): string =>
    `Tasks in ${path} are going to be killed due to memory.oom.group set`;
  const other = `${POD}/${'b'.repeat(64)}`;

  it('counts the victim once and names all members', () => {
    const kills = killsOf([killed(1), group(C), killed(1), killed(2), killed(3)].join('\n'));
    assert.deepEqual(
      kills.map((kill) => [kill.victim.pid, kill.group, kill.groupMemcg]),
      [1, 2, 3].map((pid) => [pid, true, C]),
    );
  });

  it('keeps two groups in a row apart', () => {
    const lines = [killed(1), group(C), killed(1), killed(2), killed(5), group(other), killed(5), killed(6)];
    assert.deepEqual(
      killsOf(lines.join('\n')).map((kill) => [kill.victim.pid, kill.groupMemcg]),
      [
        [1, C],
        [2, C],
        [5, other],
        [6, other],
      ],
    );
  });

  it('does not take a later kill for a member', () => {
    const kills = killsOf([killed(1), group(C), killed(1), killed(2), killed(9)].join('\n'), 0.2);
    assert.deepEqual(kills.at(-1)?.groupMemcg, null);
  });
});

describe('hostile paths', () => {
  it('a sub-cgroup named like another report does not move the blame', () => {
    const evil = `${C}/x,task_memcg=/kubepods/burstable/pod99999999-9999-4999-8999-999999999999/${'e'.repeat(64)}`;
    const [kill] = killsOf(`
      a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
      oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=${evil},task_memcg=${evil},task=a,pid=9,uid=5
      Memory cgroup out of memory: Killed process 9 (a) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:5 pgtables:4kB oom_score_adj:3`);
    assert.deepEqual([kill?.oomMemcg, kill?.taskMemcg], [evil, evil]);
  });

  it('a name that looks like the end of a path', () => {
    const [kill] = killsOf(`
      a invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0
      oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=${C},task_memcg=${C},task=a,task=b,pid=9,uid=5
      Memory cgroup out of memory: Killed process 9 (a,task=b) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:5 pgtables:4kB oom_score_adj:3`);
    assert.deepEqual([kill?.taskMemcg, kill?.victim.comm], [C, 'a,task=b']);
  });
});
