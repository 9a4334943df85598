import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../../../src/agent/ledger/journal.js';
import { EntryRing, type NewEntry } from '../../../../src/agent/ledger/ring.js';

const gap: NewEntry = { type: 'gap', time: '2026-01-01T00:00:00.000Z', source: 'kernel', lost: 1 };

describe('the journal', () => {
  let folder: string;
  let file: string;
  const open = (boot = 'boot-1'): Journal => new Journal(file, boot, assert.fail);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'podstress-test-'));
    file = join(folder, 'state');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function filled(): EntryRing {
    const ring = new EntryRing(100_000);
    const journal = open();
    journal.load();
    journal.rewrite(ring, 10, { '/a': 1 });
    journal.commit(
      ring,
      [
        { entry: gap, kernelSeq: null },
        { entry: gap, kernelSeq: 17 },
      ],
      { '/a': 2, '/b': 1 },
    );
    journal.close();
    return ring;
  }

  it('is empty at first', () => assert.deepEqual(open().load(), { lastSeq: 0, entries: [], sameBoot: null }));

  it('remembers entries, kernel numbers and accounts of the same boot', () => {
    const ring = filled();
    const { lastSeq, entries, sameBoot } = open().load();
    assert.equal(lastSeq, 2);
    assert.deepEqual(entries, ring.after(0, 10));
    assert.deepEqual(sameBoot, { from: 10, kills: new Set([17]), entered: { '/a': 2, '/b': 1 } });
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('goes on numbering after another boot, whose kernel numbers mean something else', () => {
    filled();
    const { lastSeq, sameBoot } = open('boot-2').load();
    assert.deepEqual([lastSeq, sameBoot], [2, null]);
  });

  it('survives a line that was cut short', () => {
    filled();
    appendFileSync(file, '{"e":{"seq":3,"ty');
    const journal = open();
    const remembered = journal.load();
    assert.equal(remembered.lastSeq, 2);
    journal.reopen();
    const ring = new EntryRing(100_000);
    ring.restore(remembered.entries, remembered.lastSeq);
    journal.commit(ring, [{ entry: gap, kernelSeq: 18 }], {});
    journal.close();
    assert.equal(open().load().lastSeq, 3);
  });

  it('shows nothing that is not written down first', () => {
    const ring = new EntryRing(100_000);
    const journal = open();
    journal.load();
    journal.rewrite(ring, 0, {});
    let written = '';
    ring.subscribe(() => {
      written = readFileSync(file, 'utf8');
    });
    journal.commit(ring, [{ entry: gap, kernelSeq: null }], {});
    journal.close();
    assert.match(written, /"seq":1/);
  });
});
