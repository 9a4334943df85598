import assert from 'node:assert/strict';
import { findMemoryHierarchy } from '../../../tools/system/memory-cgroup.js';

const ROOT_MOUNT = '25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw';
const UNIFIED = '35 25 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate';
const V1_CPU = '36 25 0:31 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct';
const V1_MEMORY = '37 25 0:32 / /sys/fs/cgroup/memory rw shared:11 - cgroup cgroup rw,memory';
const HYBRID = '38 25 0:33 / /sys/fs/cgroup/unified rw shared:12 - cgroup2 cgroup2 rw';

describe('the memory hierarchy', () => {
  const find = (lines: readonly string[], controllers: readonly string[]) =>
    findMemoryHierarchy(lines.join('\n'), () => controllers);

  it('is found in the unified hierarchy', () => {
    assert.equal(find([ROOT_MOUNT, UNIFIED], ['cpu', 'memory']), '/sys/fs/cgroup');
  });

  it('is its own one with cgroup v1, beside others and a unified one without it', () => {
    assert.equal(find([ROOT_MOUNT, V1_CPU, HYBRID, V1_MEMORY], []), '/sys/fs/cgroup/memory');
  });

  it('is missing where no hierarchy has the controller', () => {
    assert.equal(find([ROOT_MOUNT, UNIFIED], ['cpu']), null);
    assert.equal(find([ROOT_MOUNT, V1_CPU], []), null);
  });
});
