/** `node out/tools/build/vsix-process.js FILE`: packs the extension into FILE. Apart, as vsce prints as it likes. */
import { createVSIX } from '@vscode/vsce';
import { ROOT } from '../root.js';

const [packagePath] = process.argv.slice(2);
if (packagePath === undefined) throw new Error('which file?');
await createVSIX({
  cwd: ROOT,
  packagePath,
  dependencies: false,
  // The pictures of the README are in the VSIX itself: no repository to point them at.
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
