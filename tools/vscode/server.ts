import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { CodeServerInstall } from '../setup/code-server.js';
import { startLogged, stopChild } from '../system/child.js';
import type { Cleanup } from '../system/cleanup.js';
import { subfolder } from '../system/run-folder.js';
import { waitFor } from '../system/wait.js';

export interface ServerOptions {
  readonly install: CodeServerInstall;
  /** The run's own folder: HOME, settings, extensions and logs of this server live below it. */
  readonly runFolder: string;
  readonly cleanup: Cleanup;
  /** Machine settings, for extensions (where the extension host runs, their machine-scoped ones count only there). */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Installed before the start. */
  readonly vsix?: string;
  /** What a browser has to give; absent: nothing (tests only). */
  readonly password?: string;
  /** Lets a page load extensions and their tests from folders, for mocha inside the extension host. */
  readonly testDriver?: boolean;
  /** Opens folders in Restricted Mode until the user trusts them; else every folder is trusted. */
  readonly workspaceTrust?: boolean;
  /** Reaches the extension host. */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

export interface VsCodeServer {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  /** `127.0.0.1:PORT`, the authority of its vscode-remote: URIs. */
  readonly authority: string;
  readonly pid: number;
  readonly logFile: string;
}

const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'window.autoDetectColorScheme': true,
  'extensions.autoUpdate': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'remote.autoForwardPorts': false,
  'update.mode': 'none',
  'editor.minimap.enabled': false,
  // Lines of text that a test can read, not a picture of them.
  'terminal.integrated.gpuAcceleration': 'off',
};

/** Starts VS Code as a web server on a free port of 127.0.0.1, stopped by the cleanup. */
export async function startVsCode(options: ServerOptions): Promise<VsCodeServer> {
  const { install, runFolder, cleanup } = options;
  const home = subfolder(runFolder, 'home');
  const data = join(runFolder, 'vscode/data');
  const folders = ['--user-data-dir', data, '--extensions-dir', subfolder(runFolder, 'vscode/extensions')];
  const trust = options.workspaceTrust === true;
  writeSettings(join(data, 'User/settings.json'), {
    ...QUIET_SETTINGS,
    'security.workspace.trust.enabled': trust,
    'security.workspace.trust.startupPrompt': 'never',
  });
  writeSettings(join(data, 'Machine/settings.json'), options.settings ?? {});
  const config = join(runFolder, 'vscode/config.yaml');
  writeFileSync(config, '{}\n', { mode: 0o600 });
  const env = serverEnv(options, home);
  const common = [install.entry, '--config', config, ...folders];
  if (options.vsix !== undefined) {
    const args = [...common, '--install-extension', options.vsix];
    const { status, stdout, stderr } = spawnSync(install.node, args, {
      env,
      cwd: runFolder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`VS Code refused to install ${options.vsix}: ${stdout}${stderr}`);
  }
  const logFile = join(runFolder, 'vscode/server.log');
  let output = '';
  const args = [
    ...common,
    ...['--bind-addr', '127.0.0.1:0', '--auth', options.password === undefined ? 'none' : 'password'],
    ...['--disable-telemetry', '--disable-update-check', ...(trust ? [] : ['--disable-workspace-trust'])],
    ...['--disable-getting-started-override', '--disable-proxy'],
    ...(options.testDriver === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  const child = startLogged(install.node, args, {
    cwd: runFolder,
    env,
    logFile,
    onStdout: (text) => {
      output += text;
    },
  });
  cleanup.defer(() => stopChild(child, 8_000));
  const authority = await waitFor(
    'VS Code listens',
    () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${output}${readFileSync(logFile, 'utf8')}`);
      return /https?:\/\/(127\.0\.0\.1:\d+)/.exec(output)?.[1];
    },
    { timeoutMs: 60_000, ...(options.signal === undefined ? {} : { signal: options.signal }) },
  );
  const origin = `http://${authority}`;
  await waitFor('VS Code answers', async () => ((await fetch(`${origin}/healthz`)).ok ? true : null), {
    timeoutMs: 60_000,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return { origin, authority, pid: child.pid ?? 0, logFile };
}

function writeSettings(file: string, settings: Readonly<Record<string, unknown>>): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(settings, null, 2));
}

function serverEnv({ install, env, password, runFolder }: ServerOptions, home: string): NodeJS.ProcessEnv {
  const { PORT: _, PASSWORD: __, HASHED_PASSWORD: ___, ...inherited } = process.env;
  return {
    ...inherited,
    PATH: [dirname(install.node), process.env['PATH'] ?? ''].join(delimiter),
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_RUNTIME_DIR: subfolder(runFolder, 'run'),
    TMPDIR: subfolder(runFolder, 'tmp'),
    EXTENSIONS_GALLERY: JSON.stringify({
      serviceUrl: '',
      itemUrl: '',
      resourceUrlTemplate: '',
      controlUrl: '',
    }),
    ...(password === undefined ? {} : { PASSWORD: password }),
    ...env,
  };
}
