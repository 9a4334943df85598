import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { listFiles, PackageManager } from '@vscode/vsce';
import { ENTRIES } from '../../../tools/build/entries.js';
import { ROOT } from '../../../tools/root.js';

const ALLOWED =
  /^(dist\/[\w.-]+\.cjs|dist\/webview\/[\w.-]+\.(js|css)|dist\/manifests\/(counters|kernel-log|stress)\.yaml|dist\/THIRD-PARTY-NOTICES\.txt|media\/.+\.(svg|png)|syntaxes\/.+\.json|snippets\/.+\.json|l10n\/.+\.json|package(\.nls(\.[\w-]+)?)?\.json|README\.md|CHANGELOG\.md|LICENSE)$/;
/** Of all files compressed one by one, about what the VSIX weighs, bytes. */
const LARGEST = 1.5 * 1024 * 1024;

describe('the VSIX', () => {
  let files: readonly string[];

  before(async () => {
    files = await listFiles({ cwd: ROOT, packageManager: PackageManager.None });
  });

  it('holds only what the installed extension reads', () => {
    assert.deepEqual(
      files.filter((file) => !ALLOWED.test(file)),
      [],
    );
  });

  it('holds every bundle, the manifest and the licence', () => {
    const needed = [
      ...ENTRIES.map(({ output }) => `dist/${output}`),
      'dist/webview/panel.css',
      'dist/manifests/stress.yaml',
      'package.json',
      'LICENSE',
    ];
    assert.deepEqual(
      needed.filter((file) => !files.includes(file)),
      [],
    );
  });

  it('stays small', () => {
    const sizes = files.map((file) => [file, gzipSync(readFileSync(join(ROOT, file))).length] as const);
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    const largest = [...sizes].sort((a, b) => b[1] - a[1]).slice(0, 5);
    assert.ok(
      total <= LARGEST,
      `${total} bytes; the largest: ${largest.map((entry) => entry.join(' ')).join(', ')}`,
    );
  });

  it('can be executed where it must', () => {
    assert.equal(statSync(join(ROOT, 'dist/podstress.cjs')).mode & 0o111, 0o111);
    assert.match(readFileSync(join(ROOT, 'dist/podstress.cjs'), 'utf8'), /^#!\/usr\/bin\/env node\n/);
  });
});
