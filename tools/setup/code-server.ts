import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from '../root.js';
import { findProgram, runCommand } from '../system/command.js';
import { SetupError } from './error.js';
import { CODE_SERVER_NODE_VERSION, CODE_SERVER_VERSION } from './versions.js';

const FOLDER = join(ROOT, '.tools/vscode');
/** Written last: a folder without it, or with other versions in it, is not a finished install. */
const STAMP = 'installed.json';

export interface CodeServerInstall {
  /** The Node that runs it. */
  readonly node: string;
  /** The script that starts it. */
  readonly entry: string;
}

function wanted(): string {
  return JSON.stringify({
    codeServer: CODE_SERVER_VERSION,
    node: CODE_SERVER_NODE_VERSION,
    arch: process.arch,
  });
}

function nodePackage(): string {
  if (process.platform !== 'linux' || (process.arch !== 'x64' && process.arch !== 'arm64')) {
    throw new SetupError(
      `VS Code runs in the tests on Linux x64 and arm64 only, this is ${process.platform} ${process.arch}`,
    );
  }
  return `node-linux-${process.arch}`;
}

function locate(folder: string): CodeServerInstall {
  const modules = join(folder, 'node_modules');
  return {
    node: join(modules, nodePackage(), 'bin/node'),
    entry: join(modules, 'code-server/out/node/entry.js'),
  };
}

/** VS Code in the clone's own ignored folder; installed there first when it is not (about 800 MB, 2 minutes). */
export async function ensureCodeServer(): Promise<CodeServerInstall> {
  if (!isInstalled()) await install();
  return locate(FOLDER);
}

function isInstalled(): boolean {
  try {
    return readFileSync(join(FOLDER, STAMP), 'utf8') === wanted();
  } catch {
    return false;
  }
}

/** Installs beside and renames, so that an interrupted install leaves nothing that looks finished. */
async function install(): Promise<void> {
  console.error(
    `podstress: installing code-server ${CODE_SERVER_VERSION} with Node ${CODE_SERVER_NODE_VERSION} into .tools/vscode (about 2 minutes)`,
  );
  const beside = `${FOLDER}.partial`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true });
  // npm takes the nearest package.json as the project: without one here it would be Podstress itself.
  writeFileSync(join(beside, 'package.json'), '{"private":true}\n');
  const { node } = locate(beside);
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const packages = [`${nodePackage()}@${CODE_SERVER_NODE_VERSION}`, `code-server@${CODE_SERVER_VERSION}`];
  await npm(['install', '--no-save', ...quiet, ...packages], beside, {});
  const vscode = join(beside, 'node_modules/code-server/lib/vscode');
  const toolchain = {
    PATH: [join(node, '..'), process.env['PATH'] ?? ''].join(delimiter),
    npm_config_nodedir: join(node, '../..'),
  };
  await npm(['install', '--omit=dev', ...quiet], vscode, toolchain);
  await buildNativeParts(vscode, toolchain);
  writeFileSync(join(beside, STAMP), wanted());
  rmSync(FOLDER, { recursive: true, force: true });
  renameSync(beside, FOLDER);
}

/** VS Code's file logger is native: without it output channels stay empty in a demo, and nothing else is missing. */
async function buildNativeParts(vscode: string, toolchain: NodeJS.ProcessEnv): Promise<void> {
  if (['make', 'g++', 'python3'].some((tool) => findProgram(tool) === null)) return;
  await npm(['rebuild', '@vscode/spdlog', '@vscode/native-watchdog', '--loglevel=error'], vscode, toolchain);
}

async function npm(args: readonly string[], cwd: string, more: NodeJS.ProcessEnv): Promise<void> {
  const code = await runCommand('npm', args, {
    cwd,
    env: { ...withoutScriptVariables(), ...more },
    stdout: 'stderr',
  });
  if (code !== 0)
    throw new SetupError(
      `npm ${args[0]} ended with ${code} in ${cwd}: see its messages above, then run the command again`,
    );
}

/** The environment without what `npm run` says of the project it runs in. */
function withoutScriptVariables(): NodeJS.ProcessEnv {
  const own = /^(npm_(lifecycle|package)_|npm_command$|npm_config_local_prefix$|INIT_CWD$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
