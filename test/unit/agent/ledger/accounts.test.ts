import assert from 'node:assert/strict';
import type { CgroupAccess } from '../../../../src/agent/cgroup/access.js';
import { CgroupRegistry } from '../../../../src/agent/cgroup/registry.js';
import { KillAccounts } from '../../../../src/agent/ledger/accounts.js';

/** Cgroups whose counters the test sets. */
function counting(counters: Map<string, number | null>): CgroupRegistry {
  const access: CgroupAccess = {
    version: 1,
    mode: 'legacy',
    scan: () => [...counters.keys()].map((path) => ({ path, identity: null, container: false, pod: false })),
    read: () => null,
    limit: () => null,
    groupKill: () => null,
    killCount: (path) => counters.get(path) ?? null,
    forget: () => undefined,
    close: () => undefined,
    ownPids: () => [],
    pids: () => [],
    procsFiles: () => [],
  };
  return new CgroupRegistry(access);
}

describe('the accounts of kills', () => {
  const counters = new Map<string, number | null>();
  let accounts: KillAccounts;
  const open = (): Record<string, number> => {
    accounts.read(0);
    return Object.fromEntries(accounts.open());
  };

  beforeEach(() => {
    counters.clear();
    accounts = new KillAccounts(counting(counters));
  });

  it('show what was counted and not entered', () => {
    counters.set('/a', 3);
    accounts.enter('/a', 1);
    assert.deepEqual(open(), { '/a': 2 });
    accounts.forgive();
    assert.deepEqual(open(), {});
  });

  it('bear an entry that is ahead of its counter, and of a cgroup not seen yet', () => {
    accounts.enter('/a', 2);
    counters.set('/a', 1);
    assert.deepEqual(open(), {});
    counters.set('/a', 3);
    assert.deepEqual(open(), { '/a': 1 });
  });

  it('begin anew with a cgroup that was made again under its name', () => {
    counters.set('/a', 5);
    accounts.read(0);
    accounts.forgive();
    counters.set('/a', 1);
    assert.deepEqual(open(), { '/a': 1 });
  });

  it('leave a kernel alone that does not count', () => {
    counters.set('/a', null);
    assert.deepEqual(open(), {});
  });

  it('call only that overdue which was open all the time, however busy the cgroup is', async () => {
    counters.set('/a', 1);
    for (let round = 0; round < 20; round++) {
      accounts.read(0);
      assert.deepEqual(accounts.overdue(1000), new Map(), 'each kill is entered, only later than counted');
      counters.set('/a', round + 2);
      accounts.enter('/a', 1);
    }
    accounts.read(0);
    accounts.overdue(0.5);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(accounts.overdue(0.5), new Map([['/a', 1]]));
  });

  it('are written down and taken up again', () => {
    accounts.enter('/a', 2);
    assert.deepEqual(accounts.takeChanged(), { '/a': 2 });
    assert.deepEqual(accounts.takeChanged(), {});
    const again = new KillAccounts(counting(new Map([['/a', 3]])));
    again.restore(accounts.snapshot());
    again.read(0);
    assert.deepEqual(Object.fromEntries(again.open()), { '/a': 1 });
  });
});
