import * as vscode from 'vscode';
import type { ContainerRef, Lab } from '../../lab/types.js';
import type { Language } from '../present/localizer.js';
import { FIRST_LINES, followLog } from './log-follower.js';
import type { TaskTerminal, TerminalTask } from './pod-terminal.js';
import { logLine } from './terminal-filter.js';

const CTRL_C = '\u0003';

/** Follows a container's log in a terminal until Ctrl+C. */
export class LogTask implements TerminalTask {
  readonly #lab: Lab;
  readonly #target: ContainerRef;
  readonly #language: Language;
  readonly #stopped = new AbortController();

  constructor(lab: Lab, target: ContainerRef, language: Language) {
    this.#lab = lab;
    this.#target = target;
    this.#language = language;
  }

  async run(terminal: TaskTerminal, signal: AbortSignal): Promise<null> {
    const { namespace, pod, container } = this.#target;
    const { context } = this.#lab.connection.get();
    terminal.notice(
      vscode.l10n.t(
        'Log of {0} in {1}, context {2}: the last {3} lines and what comes. Ctrl+C stops.',
        container,
        `${namespace}/${pod}`,
        context ?? '',
        FIRST_LINES,
      ),
    );
    await followLog({
      lab: this.#lab,
      target: this.#target,
      language: this.#language,
      signal: AbortSignal.any([signal, this.#stopped.signal]),
      sink: {
        lines: (lines) => terminal.write(lines.map(logLine).join('')),
        notice: (text) => terminal.notice(text),
      },
    });
    if (this.#stopped.signal.aborted) terminal.notice(vscode.l10n.t('Stopped.'));
    return null;
  }

  input(data: string): void {
    if (data.includes(CTRL_C)) this.#stopped.abort();
  }
}
