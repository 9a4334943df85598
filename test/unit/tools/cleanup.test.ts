import assert from 'node:assert/strict';
import { Cleanup } from '../../../tools/system/cleanup.js';

describe('cleanup', () => {
  it('undoes the last first, each once', async () => {
    const done: string[] = [];
    const cleanup = new Cleanup();
    cleanup.defer(() => void done.push('first'));
    cleanup.defer(async () => void done.push('second'));
    await Promise.all([cleanup.run(), cleanup.run()]);
    await cleanup.run();
    assert.deepEqual(done, ['second', 'first']);
  });

  it('undoes at once what is started after the end has begun', async () => {
    const done: string[] = [];
    const cleanup = new Cleanup();
    cleanup.defer(() => cleanup.defer(() => void done.push('late')));
    await cleanup.run();
    await cleanup.run();
    assert.deepEqual(done, ['late']);
  });
});
