import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from '../../../tools/root.js';

/** A line as the bare read loop saw it; `at` on CLOCK_MONOTONIC, s. */
export interface SeenLine {
  readonly seq: number;
  readonly bootSeconds: number;
  readonly text: string;
  readonly at: number;
}

/** A loop of blocking reads in a process of its own, as the agent is one. */
export class BareLoop {
  readonly seen: SeenLine[] = [];
  readonly #child: ChildProcess;

  constructor() {
    const child = spawn(process.execPath, [join(ROOT, 'out/test/bench/support/kmsg-loop.js')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: child.stdout }).on('line', (line) =>
      this.seen.push(JSON.parse(line) as SeenLine),
    );
    this.#child = child;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
