/**
 * What every command of this repository does first: right Node, node_modules in step with the lock file, the tools
 * compiled. Plain JavaScript on Node's own modules only, as it runs before `npm ci` did. It says nothing on stdout.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const LEAST_NODE = [20, 19];

/**
 * Prepares the clone and runs the compiled tool `out/tools/NAME.js` (its exported `main(args)`, which answers the
 * exit code) in this process.
 * @param {string} name
 */
export async function start(name) {
  requireNode();
  installModules();
  compileTools();
  const tool = await import(pathToFileURL(join(root, 'out/tools', `${name}.js`)).href);
  process.exitCode = await tool.main(process.argv.slice(2));
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  fail(
    `Podstress needs Node ${LEAST_NODE.join('.')} or newer, this is ${process.version}: ` +
      'install one from https://nodejs.org (or `nvm install 22`) and run the command again.',
  );
}

/** `npm ci`, unless node_modules already holds exactly what package-lock.json names. */
function installModules() {
  if (modulesMatchLock()) return;
  const modules = join(root, 'node_modules');
  if (existsSync(modules) && lstatSync(modules).isSymbolicLink()) {
    fail(
      'node_modules is a link to a folder that differs from package-lock.json: run `npm ci` where it points to.',
    );
  }
  process.stderr.write('podstress: installing npm packages (npm ci)\n');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', args, 'npm ci failed: see its message above; it needs the npm registry once.');
}

/** Compares contents, not times: a checkout gives every file a new time. */
function modulesMatchLock() {
  let wanted;
  let installed;
  try {
    wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    installed = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
  } catch {
    return false;
  }
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function compileTools() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  run(process.execPath, [tsc, '-b', 'tools'], 'the tools do not compile: see the messages above.');
}

/** Runs a command whose stdout goes to our stderr. */
function run(command, args, failure) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error !== undefined) fail(`${command} could not be started (${error.message}).`);
  if (status !== 0) fail(failure);
}

function fail(message) {
  process.stderr.write(`podstress: ${message}\n`);
  process.exit(1);
}
