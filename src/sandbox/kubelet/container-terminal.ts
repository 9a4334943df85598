import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { ExecProcess, ExecRequest } from '../api/http/container-access.js';
import { findProgram } from '../preflight.js';
import { SYSTEM_CGROUP } from './cgroup/cgroups.js';
import { endOf, enterCommand, failedExec, killGroup, type RunningContainer } from './container-entry.js';
import type { KubeletHost } from './host.js';
import { JOIN_SCRIPT } from './pod-network.js';

/**
 * `script` gives its command to a shell as one text, so that text is this constant: the command comes by numbered
 * variables, which no shell parses. It tells the terminal's name by descriptor 3.
 */
const COMMAND_SCRIPT =
  'i=0; set --; while [ "$i" -lt "$PODSTRESS_COUNT" ]; do ' +
  'eval "set -- \\"\\$@\\" \\"\\$PODSTRESS_ARGUMENT_$i\\""; i=$((i + 1)); done; ' +
  'stty sane rows 24 cols 80; tty >&3; exec 3>&-; exec "$@"';
const TERMINAL_PATH = /^\/dev\/pts\/[0-9]+$/;

/**
 * Starts a command in a container on a terminal of its own. The terminal is util-linux's `script`, which stands outside
 * the container as a runtime's shim does, and `stty` sets its size. Limits: the terminal is one of this machine's, so
 * that the container sees it in its /dev/pts, and until the client says a size it has 24 rows and 80 columns.
 */
export function startTerminal(
  host: KubeletHost,
  container: RunningContainer,
  command: readonly string[],
  request: ExecRequest,
): ExecProcess {
  const path = process.env['PATH'] ?? '';
  const script = findProgram('script', path);
  const stty = findProgram('stty', path);
  const env = findProgram('env', path);
  const setsid = findProgram('setsid', path);
  if (script === null || stty === null || env === null || setsid === null) {
    const packages = 'Debian packages bsdutils, coreutils and util-linux';
    return failedExec(`a terminal in the Podstress sandbox needs script, stty, env and setsid: ${packages}`);
  }
  const variables = Object.entries({ TERM: 'xterm', ...container.env }).map(
    ([name, value]) => `${name}=${value}`,
  );
  // Its session begins in the container: a shell there cannot name process groups of outside.
  const session = [setsid, '--ctty', '--wait', ...command];
  const inner = [env, '-i', ...variables, ...enterCommand(host, container, session)];
  const { tools, cgroups } = host;
  const outer = [tools.sh, '-c', JOIN_SCRIPT, 'sh', cgroups.procsFile(SYSTEM_CGROUP)];
  const child = spawn(
    tools.setpriv,
    ['--pdeathsig', 'KILL', '--', ...outer, script, '-qfec', COMMAND_SCRIPT, '/dev/null'],
    { stdio: ['pipe', 'pipe', 'pipe', 'pipe'], env: argumentVariables(inner, path), detached: true },
  );
  const size = new TerminalSize(stty, child);
  child.stderr?.resume();
  if (!request.stdout) child.stdout?.resume();
  return {
    stdin: request.stdin ? child.stdin : null,
    stdout: request.stdout ? child.stdout : null,
    stderr: null,
    ended: endOf(child),
    resize: (columns, rows) => size.set(columns, rows),
    // The kernel hangs up the terminal of a `script` that is gone: the command's session gets SIGHUP.
    kill: () => killGroup(child),
  };
}

function argumentVariables(args: readonly string[], path: string): Record<string, string> {
  const numbered = args.map((text, i): [string, string] => [`PODSTRESS_ARGUMENT_${i}`, text]);
  return {
    ...Object.fromEntries(numbered),
    PODSTRESS_COUNT: String(args.length),
    PATH: path,
    SHELL: '/bin/sh',
  };
}

/** The size of a terminal that has a name once its command is about to start. */
class TerminalSize {
  readonly #stty: string;
  #path: string | null = null;
  #wanted: readonly [columns: number, rows: number] | null = null;
  #busy = false;

  constructor(stty: string, child: ChildProcess) {
    this.#stty = stty;
    const name = child.stdio[3] as Readable;
    let text = '';
    name.setEncoding('utf8');
    name.on('data', (chunk: string) => {
      text = (text + chunk).slice(0, 100);
      const [line = '', rest] = text.split('\n');
      // `script` itself keeps the descriptor: its end would come too late.
      if (rest === undefined || !TERMINAL_PATH.test(line)) return;
      this.#path = line;
      this.#apply();
    });
  }

  set(columns: number, rows: number): void {
    this.#wanted = [columns, rows];
    this.#apply();
  }

  /** One change at a time; of those that come meanwhile only the last counts. */
  #apply(): void {
    if (this.#path === null || this.#wanted === null || this.#busy) return;
    const [columns, rows] = this.#wanted;
    this.#wanted = null;
    this.#busy = true;
    const args = ['-F', this.#path, 'cols', String(columns), 'rows', String(rows)];
    const done = (): void => {
      this.#busy = false;
      this.#apply();
    };
    spawn(this.#stty, args, { stdio: 'ignore' }).once('close', done).once('error', done);
  }
}
