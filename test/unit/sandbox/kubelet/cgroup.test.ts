import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCgroupHost } from '../../../../src/sandbox/kubelet/cgroup/host.js';
import { cgroupsV1 } from '../../../../src/sandbox/kubelet/cgroup/v1.js';
import { cgroupsV2 } from '../../../../src/sandbox/kubelet/cgroup/v2.js';
import { isAlive, ownerOf, runName, startTicksOf, thisProcess } from '../../../../src/sandbox/owner.js';
import { findProgram } from '../../../../src/sandbox/preflight.js';

describe('cgroups of the sandbox', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'podstress-test-cgroup-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const get = (path: string): string => readFileSync(join(folder, path), 'utf8');

  it('v1: limit in its file, kills from memory.oom_control', () => {
    const cgroups = cgroupsV1(folder);
    cgroups.create('pod', { memoryBytes: 1000, container: false });
    assert.equal(get('pod/memory.limit_in_bytes'), '1000');
    assert.equal(cgroups.oomKills('pod'), null);
    put('pod/memory.oom_control', 'oom_kill_disable 0\nunder_oom 0\noom_kill 7\n');
    assert.equal(cgroups.oomKills('pod'), 7);
    assert.equal(cgroups.procsFile('pod'), join(folder, 'pod/cgroup.procs'));
    assert.deepEqual(cgroups.processes('pod'), []);
    put('pod/cgroup.procs', '12\n0\n34\n');
    assert.deepEqual(cgroups.processes('pod'), [12, 34]);
  });

  it('v2: delegates memory downwards, kills a container as a whole', () => {
    const root = join(folder, 'mine');
    put('cgroup.subtree_control', 'cpu memory\n');
    const cgroups = cgroupsV2(root);
    cgroups.create('', { memoryBytes: null, container: false });
    put('mine/cgroup.subtree_control', '\n');
    cgroups.create('pod', { memoryBytes: 5000, container: false });
    assert.equal(get('mine/cgroup.subtree_control'), '+memory');
    assert.equal(get('mine/pod/memory.max'), '5000');
    put('mine/pod/cgroup.subtree_control', '\n');
    put('mine/pod/c/memory.oom.group', '0\n');
    cgroups.create('pod/c', { memoryBytes: 4000, container: true });
    assert.equal(get('mine/pod/c/memory.oom.group'), '1');
    put('mine/pod/c/memory.events', 'oom 3\noom_kill 2\noom_group_kill 1\n');
    assert.equal(cgroups.oomKills('pod/c'), 2);
    put('mine/pod/c/memory.events.local', 'oom_kill 1\n');
    assert.equal(cgroups.oomKills('pod/c'), 1);
  });

  it('finds the memory controller of either version', () => {
    const v1 =
      'cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\ncgroup /sys/fs/my\\040memory cgroup rw,memory 0 0\n';
    assert.deepEqual(findCgroupHost(v1), { version: 1, mount: '/sys/fs/my memory' });
    put('cgroup.controllers', 'cpuset cpu memory pids\n');
    assert.deepEqual(findCgroupHost(`cgroup2 ${folder} cgroup2 rw 0 0\n`), { version: 2, mount: folder });
    put('cgroup.controllers', 'cpu\n');
    assert.equal(findCgroupHost(`cgroup2 ${folder} cgroup2 rw 0 0\n`), null);
    assert.equal(findCgroupHost('proc /proc proc rw 0 0\n'), null);
  });
});

describe('whose a sandbox is', () => {
  it('stands in its name', () => {
    const owner = thisProcess();
    assert.deepEqual(ownerOf(runName(owner)), owner);
    assert.notEqual(runName(owner), runName(owner));
    for (const other of [
      'podstress-sandbox-',
      'podstress-sandbox-1-2',
      'x-podstress-sandbox-1-2-00000000',
      'podstress-test-1',
    ]) {
      assert.equal(ownerOf(other), null, other);
    }
  });

  it('is told from a later process with the same pid', () => {
    const owner = thisProcess();
    assert.equal(isAlive(owner), true);
    assert.equal(isAlive({ ...owner, startTicks: owner.startTicks + 1 }), false);
    assert.equal(startTicksOf(2 ** 30), null);
  });

  it('programs are found as a shell finds them', () => {
    assert.match(findProgram('sh', '/nowhere:/bin:/usr/bin') ?? '', /^\/(usr\/)?bin\/sh$/);
    assert.equal(findProgram('sh', '/nowhere'), null);
    assert.equal(findProgram('/bin/sh', ''), '/bin/sh');
    assert.equal(findProgram('./no/such', '/bin'), null);
  });
});
