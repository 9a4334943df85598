import { access } from 'node:fs/promises';
import { win32 } from 'node:path';

/** A program as `spawn` starts it without a shell of its own. */
export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  /** Windows: the arguments are quoted already and stand as they are. */
  readonly windowsVerbatimArguments: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What Windows tries where a name has no extension and PATHEXT is not set. */
const DEFAULT_PATHEXT = '.COM;.EXE;.BAT;.CMD';
/** Between quotes these mean themselves to cmd.exe, to a batch file's %* and to the program behind it. */
const PLAIN = /^[\w .:\\/=@+,~()-]*$/;

/**
 * How a program is started on this platform. Windows starts only .exe and .com by themselves; a .cmd or .bat, as npm and
 * gcloud install them, is read by cmd.exe, to which an argument is a piece of script. Only arguments that have one meaning
 * there, quoted, are passed; all others are refused. Throws an Error that says which.
 *
 * @param env the child's; PATH, PATHEXT and ComSpec are read from it, whatever their case.
 */
export async function commandLine(
  command: string,
  args: readonly string[],
  env: Environment,
  platform: NodeJS.Platform = process.platform,
  exists: (path: string) => Promise<boolean> = isThere,
): Promise<CommandLine> {
  const file = platform === 'win32' ? await findOnWindows(command, env, exists) : command;
  if (platform !== 'win32' || !/\.(cmd|bat)$/i.test(file)) {
    return { file, args, windowsVerbatimArguments: false };
  }
  const odd = [file, ...args].find((text) => !PLAIN.test(text) || text.endsWith('\\'));
  if (odd !== undefined) {
    throw new Error(
      `it is a batch file, and cmd.exe could read ${JSON.stringify(odd)} as more than an argument; ` +
        'name its .exe in the kubeconfig, or a batch file of your own that adds this argument',
    );
  }
  // /d: no AutoRun. /v:off: no !NAME!. /s: the outer quotes are taken off and nothing else.
  const line = [file, ...args].map((text) => `"${text}"`).join(' ');
  return {
    file: variable(env, 'ComSpec') ?? 'cmd.exe',
    args: ['/d', '/v:off', '/s', '/c', `"${line}"`],
    windowsVerbatimArguments: true,
  };
}

/** The file that the name stands for: PATH by PATHEXT, never the current folder; the name itself where none is found. */
async function findOnWindows(
  command: string,
  env: Environment,
  exists: (path: string) => Promise<boolean>,
): Promise<string> {
  const extensions = (variable(env, 'PATHEXT') ?? DEFAULT_PATHEXT).split(';').filter((one) => one !== '');
  const names =
    win32.extname(command) === '' ? extensions.map((one) => command + one.toLowerCase()) : [command];
  const isPath = /[\\/]/.test(command);
  const folders = (variable(env, 'PATH') ?? '').split(';').map((folder) => folder.replace(/^"|"$/g, ''));
  const paths = isPath
    ? names
    : folders
        .filter((folder) => folder !== '')
        .flatMap((folder) => names.map((name) => win32.join(folder, name)));
  for (const path of paths) {
    if (await exists(path)) {
      return path;
    }
  }
  return command;
}

/** A variable of the environment; on Windows their names know no case. */
export function variable(env: Environment, name: string): string | undefined {
  const key = Object.keys(env).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : env[key];
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
