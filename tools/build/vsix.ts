import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createVSIX } from '@vscode/vsce';
import { ROOT } from '../root.js';
import { bundle } from './bundle.js';
import { newestChange } from './freshness.js';

const CONTENT = [
  'dist',
  'media',
  'syntaxes',
  'l10n',
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  '.vscodeignore',
];

/** The pictures of the README are in the VSIX itself: no repository to point them at. */
const OFFLINE = { allowMissingRepository: true, rewriteRelativeLinks: false };

/** Where `npm run package` puts the extension, for the version that package.json says. */
export function vsixPath(): string {
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return join(ROOT, `${name}-${version}.vsix`);
}

/** Bundles and packs the extension unless both are up to date; answers the VSIX's path. Needs no network. */
export async function buildVsix(): Promise<string> {
  await bundle();
  const path = vsixPath();
  const packed = statSync(path, { throwIfNoEntry: false });
  const content = CONTENT.map((name) => join(ROOT, name));
  if (packed !== undefined && packed.mtimeMs > newestChange(content)) return path;
  await createVSIX({ cwd: ROOT, packagePath: path, dependencies: false, ...OFFLINE });
  return path;
}
