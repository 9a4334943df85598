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
  { source: 'src/agent/main.ts', output: 'agent.cjs', platform: 'node' },
  { source: 'src/cli/main.ts', output: 'podstress.cjs', platform: 'node', executable: true },
  { source: 'src/sandbox/programs/main.ts', output: 'sandbox-programs.cjs', platform: 'node' },
  { source: 'webview/panel/main.ts', output: 'webview/panel.js', platform: 'browser' },
];

/**
 * The extension loads six parts only when needed: a dynamic import of one of these sources, from the extension's own
 * entry, stays an import of the file beside it in dist/.
 */
const LAZY: Readonly<Record<string, string>> = {
  '../lab/index.js': './lab.cjs',
  './manifests.js': './manifests.cjs',
  './objects.js': './objects.cjs',
  './actions.js': './actions.cjs',
  './agent-setup.js': './agent-setup.cjs',
  '../tooltips.js': './tooltips.cjs',
};

const lazyParts: Plugin = {
  name: 'lazy-parts',
  setup(build) {
    build.onResolve(
      { filter: /^\.{1,2}\/(lab\/index|manifests|objects|actions|agent-setup|tooltips)\.js$/ },
      ({ path, kind }) => {
        const external = LAZY[path];
        return kind === 'dynamic-import' && external !== undefined
          ? { path: external, external: true }
          : null;
      },
    );
  },
};

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
    plugins: entry.source === 'src/extension/main.ts' ? [lazyParts] : [],
    define: { 'import.meta.dirname': '__dirname', 'import.meta.url': 'importMetaUrl' },
    banner: {
      js:
        (entry.executable === true ? '#!/usr/bin/env node\n' : '') +
        'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;',
    },
  };
}
