import * as vscode from 'vscode';
import { plainText } from './terminal-filter.js';
import { TerminalWriter } from './terminal-writer.js';

/** What runs in a terminal of ours. */
export interface TerminalTask {
  /** Runs to its end; never throws. Gives an exit code where the terminal may close by itself. */
  run(terminal: TaskTerminal, signal: AbortSignal): Promise<number | null>;
  /** Typed while it runs. */
  input(data: string): void;
  resize?(size: vscode.TerminalDimensions): void;
}

/** What a task sees of its terminal. */
export interface TaskTerminal {
  /** Null while the terminal was not shown yet. */
  readonly dimensions: vscode.TerminalDimensions | null;
  /** Already made safe. Resolves when more may be written; undefined: at once. */
  write(text: string): Promise<void> | undefined;
  /** A line in our own words, apart from what the container says. */
  notice(text: string): void;
}

/** A terminal whose task is ended with it, and that stays to be read once the task is over. */
export class PodTerminal implements vscode.Pseudoterminal, TaskTerminal {
  readonly #task: TerminalTask;
  readonly #written = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<number>();
  readonly #end = new AbortController();
  readonly #writer = new TerminalWriter((text) => this.#written.fire(text));
  readonly #closing: AbortSignal;
  #over = false;

  readonly onDidWrite = this.#written.event;
  readonly onDidClose = this.#closed.event;
  dimensions: vscode.TerminalDimensions | null = null;

  /** @param closing aborts when the connection ends; its reason is the text to say. */
  constructor(task: TerminalTask, closing: AbortSignal) {
    this.#task = task;
    this.#closing = closing;
  }

  open(dimensions: vscode.TerminalDimensions | undefined): void {
    this.dimensions = dimensions ?? null;
    void this.#run();
  }

  close(): void {
    this.#end.abort();
  }

  handleInput(data: string): void {
    if (this.#over) this.#closed.fire(0);
    else this.#task.input(data);
  }

  setDimensions(dimensions: vscode.TerminalDimensions): void {
    this.dimensions = dimensions;
    this.#task.resize?.(dimensions);
  }

  write(text: string): Promise<void> | undefined {
    return this.#writer.write(text);
  }

  notice(text: string): void {
    void this.#writer.write(`\x1b[0;36m— ${plainText(text)}\x1b[0m\r\n`);
  }

  /** Ends the task. */
  stop(): void {
    this.#end.abort();
  }

  async #run(): Promise<void> {
    const code = await this.#task.run(this, AbortSignal.any([this.#end.signal, this.#closing]));
    if (this.#closing.aborted) this.notice(String(this.#closing.reason));
    this.#over = true;
    if (code === 0) {
      this.#writer.flush();
      this.#closed.fire(0);
      return;
    }
    this.notice(vscode.l10n.t('Press any key to close this terminal.'));
    this.#writer.flush();
  }
}
