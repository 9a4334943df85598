import assert from 'node:assert/strict';
import { STEPS } from '../../tools/demo/steps.js';
import { takePictures } from '../../tools/vscode/pictures.js';
import { playInE2e } from './play.js';

/** The steps at whose end the window is worth looking at in every theme. */
const PICTURED: ReadonlyMap<string, string> = new Map([
  ['inject', 'inject'],
  ['kills', 'kills'],
]);

describe('from manifest to kernel and back, in VS Code with the installed extension', () => {
  const { cleanup, stage } = playInE2e(STEPS, {
    onStep: async ({ id }, { workbench }) => {
      const picture = PICTURED.get(id);
      if (picture !== undefined) await takePictures(workbench, picture);
    },
  });

  it('the end leaves nothing: no process, cgroup, port or folder', async () => {
    stage().remains.observe();
    await cleanup.run();
    assert.deepEqual(await stage().remains.left(), []);
  });
});
