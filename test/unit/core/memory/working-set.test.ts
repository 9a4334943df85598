import assert from 'node:assert/strict';
import {
  memoryFromV1,
  memoryFromV2,
  parseLimit,
  workingSet,
} from '../../../../src/core/memory/working-set.js';

describe('working set', () => {
  it('is usage minus the hierarchical inactive file on cgroup v1', () => {
    const stat =
      'cache 700\nrss 10\ninactive_file 5\ntotal_cache 800\ntotal_rss 4096\ntotal_inactive_file 300\n';
    assert.deepEqual(memoryFromV1('5000\n', stat), {
      usageBytes: 5000,
      workingSetBytes: 4700,
      inactiveFileBytes: 300,
      rssBytes: 4096,
      cacheBytes: 800,
    });
  });

  it('is memory.current minus inactive_file on cgroup v2', () => {
    const stat = 'anon 4096\nfile 800\nkernel 12\ninactive_file 300\n';
    assert.deepEqual(memoryFromV2('5000\n', stat), {
      usageBytes: 5000,
      workingSetBytes: 4700,
      inactiveFileBytes: 300,
      rssBytes: 4096,
      cacheBytes: 800,
    });
  });

  it('never falls below zero', () => assert.equal(workingSet(100, 300), 0));

  it('knows no limit in either version', () => {
    assert.equal(parseLimit('9223372036854771712\n'), null);
    assert.equal(parseLimit('max\n'), null);
    assert.equal(parseLimit('524288000\n'), 524_288_000);
  });
});
