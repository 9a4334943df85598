import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.js';
import { runCommand } from '../system/command.js';
import { bundle } from './bundle.js';
import { newestChange } from './freshness.js';

const CONTENT = [
  'dist',
  'media',
  'syntaxes',
  'snippets',
  'l10n',
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  '.vscodeignore',
];

/** Where `npm run package` puts the extension, for the version that package.json says. */
export function vsixPath(): string {
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return join(ROOT, `${name}-${version}.vsix`);
}

/**
 * Bundles and packs the extension unless both are up to date; answers the VSIX's path. Needs no network. `verbose`
 * prints what went in. Throws where vsce refuses; its reason is on stderr.
 */
export async function buildVsix({ verbose = false } = {}): Promise<string> {
  await bundle();
  const path = vsixPath();
  const packed = statSync(path, { throwIfNoEntry: false });
  const content = CONTENT.map((name) => join(ROOT, name));
  if (packed !== undefined && packed.mtimeMs > newestChange(content)) return path;
  const script = join(ROOT, 'out/tools/build/vsix-process.js');
  const code = await runCommand(process.execPath, [script, path], { stdout: verbose ? 'inherit' : 'ignore' });
  if (code !== 0) throw new Error(`vsce refused to pack the extension (exit code ${code})`);
  return path;
}
