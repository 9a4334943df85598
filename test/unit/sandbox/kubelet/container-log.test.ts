import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogOptions } from '../../../../src/sandbox/api/http/container-access.js';
import { ContainerLog } from '../../../../src/sandbox/kubelet/log/container-log.js';
import { readLog } from '../../../../src/sandbox/kubelet/log/read-log.js';

const ALL: LogOptions = {
  follow: false,
  previous: false,
  timestamps: false,
  tailLines: null,
  limitBytes: null,
  sinceMs: null,
};

describe('the log of a container', () => {
  let folder = '';
  let log: ContainerLog;
  const faults: unknown[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'podstress-test-log-'));
    log = new ContainerLog(join(folder, 'pod/container/0.log'), (error) => faults.push(error), 64 * 1024);
  });
  afterEach(() => {
    log.end();
    rmSync(folder, { recursive: true });
    assert.deepEqual(faults.splice(0), []);
  });

  const read = async (options: Partial<LogOptions> = {}, signal = new AbortController().signal) => {
    const parts: Buffer[] = [];
    for await (const part of readLog(log, { ...ALL, ...options }, signal)) parts.push(part);
    return Buffer.concat(parts).toString();
  };

  it('is kept in the CRI format, line by line, each stream on its own', async () => {
    log.write('stdout', Buffer.from('one\ntw'));
    log.write('stderr', Buffer.from('error\n'));
    log.write('stdout', Buffer.from('o\n\nunfinished'));
    log.end();
    const kept = readFileSync(log.path, 'utf8').replaceAll(/^\S{30} /gm, '');
    assert.equal(kept, 'stdout F one\nstderr F error\nstdout F two\nstdout F \nstdout P unfinished\n');
    assert.equal(await read(), 'one\nerror\ntwo\n\nunfinished');
  });

  it('cuts a line of more than 16 KiB into parts that read as one', async () => {
    const line = 'x'.repeat(40_000);
    log.write('stdout', Buffer.from(`${line}\n`));
    assert.equal(readFileSync(log.path, 'utf8').trimEnd().split('\n').length, 3);
    assert.equal(await read(), `${line}\n`);
    assert.equal((await read({ timestamps: true })).match(/Z x/g)?.length, 1);
  });

  it("gives the last lines, across blocks and without a last line's end", async () => {
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i} ${'.'.repeat(80)}`);
    log.write('stdout', Buffer.from(`${lines.join('\n')}\nno end`));
    log.end();
    assert.equal(await read({ tailLines: 1 }), 'no end');
    assert.equal(await read({ tailLines: 401 }), `${lines.slice(-400).join('\n')}\nno end`);
    assert.equal(await read({ tailLines: 0 }), '');
    assert.equal(await read({ tailLines: 10_000 }), `${lines.join('\n')}\nno end`);
    assert.equal(await read({ limitBytes: 6 }), 'line 0');
    assert.equal(await read({ sinceMs: Date.now() + 60_000 }), '');
  });

  it('follows through a rotation to the end, and what is kept on disk stays bounded', async () => {
    const following = read({ follow: true });
    for (let i = 0; i < 40; i += 1) {
      log.write('stdout', Buffer.from(`${String(i).padEnd(4000, '.')}\n`));
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(log.rotations >= 2);
    assert.ok(statSync(log.path).size <= 64 * 1024);
    log.end();
    assert.deepEqual(
      (await following).trimEnd().split('\n').map(Number.parseFloat),
      Array.from({ length: 40 }, (_, i) => i),
    );
  });

  it('stops following when the reader goes away', async () => {
    const gone = new AbortController();
    log.write('stdout', Buffer.from('one\n'));
    const following = read({ follow: true }, gone.signal);
    await new Promise((resolve) => setImmediate(resolve));
    gone.abort();
    assert.equal(await following, 'one\n');
  });
});
