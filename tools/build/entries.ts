import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';

/** One file under dist/ and the source it is bundled from. */
export interface Entry {
  /** Relative to the clone. */
  readonly source: string;
  /** Relative to dist/. */
  readonly output: string;
  readonly platform: 'node' | 'browser';
  /** Starts with `#!/usr/bin/env node` and may be executed. */
  readonly executable?: boolean;
}

export const ENTRIES: readonly Entry[] = [
  { source: 'src/extension/main.ts', output: 'extension.cjs', platform: 'node' },
  { source: 'src/lab/index.ts', output: 'lab.cjs', platform: 'node' },
  { source: 'src/extension/manifests.ts', output: 'manifests.cjs', platform: 'node' },
  { source: 'src/extension/objects.ts', output: 'objects.cjs', platform: 'node' },
  { source: 'src/extension/commands/actions.ts', output: 'actions.cjs', platform: 'node' },
  { source: 'src/extension/tooltips.ts', output: 'tooltips.cjs', platform: 'node' },
  { source: 'src/extension/agent-setup.ts', output: 'agent-setup.cjs', platform: 'node' },
  { source: 'src/extension/runs.ts', output: 'runs.cjs', platform: 'node' },
  { source: 'src/agent/main.ts', output: 'agent.cjs', platform: 'node' },
  { source: 'src/cli/main.ts', output: 'podstress.cjs', platform: 'node', executable: true },
  { source: 'src/cli/run/index.ts', output: 'run.cjs', platform: 'node' },
  { source: 'src/sandbox/programs/main.ts', output: 'sandbox-programs.cjs', platform: 'node' },
  { source: 'webview/panel/main.ts', output: 'webview/panel.js', platform: 'browser' },
];

/** A dynamic import of the source of another entry stays an import of the file beside it in dist/: loaded when needed. */
function lazyParts(entry: Entry, root: string): Plugin {
  const others = new Map(
    ENTRIES.filter(({ source, platform }) => source !== entry.source && platform === 'node').map(
      ({ source, output }) => [join(root, source), output],
    ),
  );
  return {
    name: 'lazy-parts',
    setup(build) {
      build.onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import') return null;
        const output = others.get(join(resolveDir, path).replace(/\.js$/, '.ts'));
        return output === undefined ? null : { path: `./${output}`, external: true };
      });
    },
  };
}

/** The options of esbuild that make the entry. */
export function buildOptions(entry: Entry, root: string): BuildOptions {
  const common: BuildOptions = {
    absWorkingDir: root,
    entryPoints: [entry.source],
    outfile: `dist/${entry.output}`,
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    charset: 'utf8',
  };
  if (entry.platform === 'browser') {
    return { ...common, format: 'iife', platform: 'browser', target: ['chrome128'] };
  }
  return {
    ...common,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    keepNames: true,
    external: ['vscode'],
    plugins: [lazyParts(entry, root)],
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': 'importMetaUrl' },
    banner: {
      js:
        (entry.executable === true ? '#!/usr/bin/env node\n' : '') +
        'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;',
    },
  };
}
