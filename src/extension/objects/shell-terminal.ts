import { StringDecoder } from 'node:string_decoder';
import * as vscode from 'vscode';
import type { ContainerRef, ExecEnd, ExecSession, Lab, TerminalSize } from '../../lab/types.js';
import { labErrorKind } from '../present/errors.js';
import { messageOf } from '../session.js';
import type { TaskTerminal, TerminalTask } from './pod-terminal.js';
import { TerminalFilter } from './terminal-filter.js';

/** bash where there is one, else sh. A constant: nothing from outside is ever put into it. */
const COMMAND = ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash; exec sh'];
/** What is typed before the shell is there is kept up to this, characters. */
const MAX_TYPED = 64 << 10;
const KILLED = 137;

/** A shell in a container, in a terminal of its own. */
export class ShellTask implements TerminalTask {
  readonly #lab: Lab;
  readonly #target: ContainerRef;
  #session: ExecSession | null = null;
  #typed = '';

  constructor(lab: Lab, target: ContainerRef) {
    this.#lab = lab;
    this.#target = target;
  }

  async run(terminal: TaskTerminal, signal: AbortSignal): Promise<number | null> {
    const { namespace, pod, container } = this.#target;
    const { context } = this.#lab.connection.get();
    terminal.notice(
      vscode.l10n.t('Shell in {0} of {1}, context {2}', container, `${namespace}/${pod}`, context ?? ''),
    );
    const decoder = new StringDecoder('utf8');
    const filter = new TerminalFilter('shell');
    try {
      const session = await this.#lab.exec(
        this.#target,
        {
          command: COMMAND,
          tty: true,
          size: sizeOf(terminal.dimensions) ?? { columns: 80, rows: 24 },
          onOutput: (_stream, bytes) => terminal.write(filter.push(decoder.write(bytes))),
        },
        signal,
      );
      this.#session = session;
      // It may have been shown or made larger while the shell was started.
      this.#resizeTo(terminal.dimensions);
      if (this.#typed !== '') session.write(Buffer.from(this.#typed));
      return this.#told(terminal, await session.ended);
    } catch (error) {
      if (!signal.aborted) this.#tellFailure(terminal, error);
      return null;
    } finally {
      this.#session = null;
    }
  }

  input(data: string): void {
    if (this.#session !== null) this.#session.write(Buffer.from(data));
    else this.#typed = (this.#typed + data).slice(0, MAX_TYPED);
  }

  resize(dimensions: vscode.TerminalDimensions): void {
    this.#resizeTo(dimensions);
  }

  #resizeTo(dimensions: vscode.TerminalDimensions | null): void {
    const size = sizeOf(dimensions);
    if (size !== null) this.#session?.resize(size);
  }

  #told(terminal: TaskTerminal, end: ExecEnd): number | null {
    if (end.kind === 'failed') {
      this.#tellMissing(terminal, end.message);
      return null;
    }
    if (end.exitCode === 0) return 0;
    void terminal.write('\r\n');
    terminal.notice(vscode.l10n.t('The shell ended with exit code {0}.', end.exitCode));
    if (end.exitCode === KILLED) {
      terminal.notice(
        vscode.l10n.t('137 stands for SIGKILL: the container ended, or the OOM killer has chosen the shell.'),
      );
    }
    return end.exitCode;
  }

  #tellMissing(terminal: TaskTerminal, message: string): void {
    if (!/executable file not found|no such file or directory/.test(message)) {
      terminal.notice(vscode.l10n.t('The shell could not be started: {0}', message));
      return;
    }
    terminal.notice(vscode.l10n.t('There is no shell in the container {0}.', this.#target.container));
    const { namespace, pod, container } = this.#target;
    terminal.notice(
      vscode.l10n.t(
        'A container of tools can be put beside it: {0}',
        `kubectl debug -it -n ${namespace} ${pod} --image=busybox --target=${container}`,
      ),
    );
  }

  #tellFailure(terminal: TaskTerminal, error: unknown): void {
    const text = messageOf(error);
    switch (labErrorKind(error)) {
      case 'unreachable':
      case 'not-connected':
        void terminal.write('\r\n');
        terminal.notice(vscode.l10n.t('The connection was lost, and the shell with it: {0}', text));
        break;
      case 'forbidden':
        terminal.notice(text);
        terminal.notice(
          vscode.l10n.t(
            'Ask for the right to create pods/exec in the namespace {0}.',
            this.#target.namespace,
          ),
        );
        break;
      default:
        terminal.notice(vscode.l10n.t('The shell could not be started: {0}', text));
    }
  }
}

function sizeOf(dimensions: vscode.TerminalDimensions | null): TerminalSize | null {
  return dimensions === null || dimensions.columns <= 0 || dimensions.rows <= 0
    ? null
    : { columns: dimensions.columns, rows: dimensions.rows };
}
