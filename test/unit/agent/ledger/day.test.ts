import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../../../src/agent/ledger/journal.js';
import { containerPath, FakeNode } from './fake-node.js';

const MIB = 1024 * 1024;
const HISTORY_BYTES = MIB;
const MINUTES = 24 * 60;
const CONTAINERS_A_MINUTE = 4;
const KILLS_EACH = 10;

describe('a day of the kill ledger', function () {
  this.timeout(120_000);

  it('keeps its memory and its file bounded, whatever comes and goes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'podstress-test-'));
    const file = join(folder, 'state');
    const journal = new Journal(file, 'boot', assert.fail);
    const node = new FakeNode({ journal, historyBytes: HISTORY_BYTES });
    const most = { accounts: 0, processes: 0, recent: 0, waiting: 0, fileBytes: 0 };
    let kills = 0;
    let pid = 0;
    let told = 0;
    try {
      for (let minute = 0; minute < MINUTES; minute++) {
        const paths = Array.from({ length: CONTAINERS_A_MINUTE }, (_, index) =>
          node.make(containerPath(minute * CONTAINERS_A_MINUTE + index)),
        );
        for (const path of paths) for (let index = 0; index < KILLS_EACH; index++) node.run(++pid, path);
        node.pass(1000);
        for (const path of paths) {
          for (let index = 0; index < KILLS_EACH; index++) {
            kills += 1;
            const printed = (['bare', 'full', 'nothing'] as const)[index % 3] ?? 'bare';
            node.kill(pid - index, path, printed);
          }
          node.read();
        }
        const { accounts, processes, recent, waiting } = node.ledger.sizes;
        most.accounts = Math.max(most.accounts, accounts);
        most.processes = Math.max(most.processes, processes);
        most.recent = Math.max(most.recent, recent);
        most.waiting = Math.max(most.waiting, waiting);
        most.fileBytes = Math.max(most.fileBytes, statSync(file).size);
        // Half of the containers are gone before their counters could be read once more.
        for (const path of paths.slice(0, CONTAINERS_A_MINUTE / 2)) node.remove(path);
        node.skip(600);
        node.pass(50);
        node.skip(56_000);
        node.pass(1000);
        for (const path of paths) node.remove(path);
        told += node.entries.splice(0).length;
      }
      node.skip(61_000);
      node.pass(2000);
      told += node.entries.splice(0).length;
      assert.equal(told, kills);
      const kept = node.ring.after(0, kills).reduce((bytes, { line }) => bytes + line.length, 0);
      assert.ok(kept <= HISTORY_BYTES, `${kept} bytes of entries`);
      assert.ok(most.accounts <= 3 * CONTAINERS_A_MINUTE, `${most.accounts} accounts`);
      assert.ok(most.processes <= 2 * KILLS_EACH * CONTAINERS_A_MINUTE, `${most.processes} processes`);
      assert.ok(most.recent <= 4096, `${most.recent} recent kills`);
      assert.ok(most.waiting <= KILLS_EACH * CONTAINERS_A_MINUTE, `${most.waiting} waiting lines`);
      assert.ok(most.fileBytes <= 9 * MIB, `${most.fileBytes} bytes in the file`);
      const { accounts, processes, waiting } = node.ledger.sizes;
      assert.deepEqual([accounts, processes, waiting], [0, 0, 0], 'nothing is left of the day');
    } finally {
      node.close();
      rmSync(folder, { recursive: true });
    }
  });
});
