import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../root.js';

const OUTPUT = join(ROOT, 'out/editor-tests');

/**
 * Bundles the tests that run in the extension host, which loads CommonJS. Answers the path of the module whose `run()`
 * runs them all.
 */
export async function bundleEditorTests(sources: readonly string[]): Promise<string> {
  rmSync(OUTPUT, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['test/editor/index.ts', ...sources],
    outbase: 'test/editor',
    outdir: OUTPUT,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['vscode', 'mocha'],
    define: { 'import.meta.dirname': '__dirname' },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return join(OUTPUT, 'index.cjs');
}
