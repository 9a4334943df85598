import assert from 'node:assert/strict';
import { type Folder, RunFiles } from '../../../../src/extension/runs/run-files.js';
import { record } from '../../lab/runs/sample.js';

class MemoryFolder implements Folder {
  readonly files = new Map<string, string>();

  async list() {
    return [...this.files].map(([name, text]) => ({ name, size: text.length }));
  }

  async read(name: string): Promise<string> {
    const text = this.files.get(name);
    if (text === undefined) throw new Error(`no ${name}`);
    return text;
  }

  async write(name: string, text: string): Promise<void> {
    this.files.set(name, text);
  }

  async delete(name: string): Promise<void> {
    this.files.delete(name);
  }
}

const idOf = (index: number): string => `20261121-15${String(index).padStart(4, '0')}-mem-stress-aaaa`;
const run = (index: number) => record({ id: idOf(index) });

describe('the records of a workspace', () => {
  it('come back newest first', async () => {
    const files = new RunFiles(new MemoryFolder(), () => {});
    for (const index of [2, 1, 3]) await files.save(run(index));
    assert.deepEqual(
      (await files.all()).map(({ id }) => id),
      [idOf(3), idOf(2), idOf(1)],
    );
    assert.deepEqual(await files.get(idOf(1)), JSON.parse(JSON.stringify(run(1))));
  });

  it('are no more than so many: the oldest go', async () => {
    const folder = new MemoryFolder();
    const files = new RunFiles(folder, () => {}, { runs: 3, bytes: 1e9 });
    await Promise.all([1, 2, 3, 4, 5].map((index) => files.save(run(index))));
    assert.deepEqual(
      [...folder.files.keys()],
      [3, 4, 5].map((index) => `${idOf(index)}.json`),
    );
  });

  it('take no more than so many bytes, and the newest always stays', async () => {
    const folder = new MemoryFolder();
    const size = JSON.stringify(run(1)).length;
    const files = new RunFiles(folder, () => {}, { runs: 50, bytes: size * 2.5 });
    for (const index of [1, 2, 3]) await files.save(run(index));
    assert.equal(folder.files.size, 2);
    const tight = new RunFiles(folder, () => {}, { runs: 50, bytes: 10 });
    await tight.save(run(4));
    assert.deepEqual([...folder.files.keys()], [`${idOf(4)}.json`]);
  });

  it('pass over what is damaged or not ours, and say so', async () => {
    const folder = new MemoryFolder();
    const warned: string[] = [];
    const files = new RunFiles(folder, (message) => warned.push(message));
    await files.save(run(1));
    folder.files.set(`${idOf(2)}.json`, '{"format":"podstress-run"');
    folder.files.set('notes.txt', 'mine');
    assert.deepEqual(
      (await files.all()).map(({ id }) => id),
      [idOf(1)],
    );
    assert.equal(warned.length, 1);
    assert.match(warned[0] ?? '', /cannot be read: The file is not JSON/);
  });

  it('are asked for by names of records alone', async () => {
    const folder = new MemoryFolder();
    folder.files.set('../secret.json', JSON.stringify(run(1)));
    const files = new RunFiles(folder, () => {});
    assert.equal(await files.get('../secret'), null);
    await files.delete('../secret');
    assert.equal(folder.files.size, 1);
    assert.equal(await files.get(idOf(9)), null);
  });

  it('that cannot be written are told, and do not stop the next one', async () => {
    const folder = new MemoryFolder();
    const files = new RunFiles(folder, () => {});
    const { write } = folder;
    folder.write = async () => {
      throw new Error('disk full');
    };
    await assert.rejects(files.save(run(1)), /disk full/);
    folder.write = write;
    await files.save(run(2));
    assert.equal(folder.files.size, 1);
  });
});
