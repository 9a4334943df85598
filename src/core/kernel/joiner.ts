import { readKilled, readTaskIn, startsKilled } from './lines.js';
import type { KernelLine } from './oom-kill.js';

const MAX_FOREIGN_LINES = 4096;
/** Longer than any report's line, bytes: what has not ended by then never will. */
const MAX_LINE_BYTES = 16_384;
const SUMMARY = 'oom-kill:constraint=';
const TASK_IN = 'Task in /';

/** Whether a line that the kernel prints in pieces has all of them. */
function isComplete(text: string): boolean {
  if (text.startsWith(SUMMARY)) return /,pid=\d+,uid=\d+$/.test(text);
  if (text.startsWith(TASK_IN)) return readTaskIn(text) !== null;
  return !startsKilled(text) || readKilled(text) !== null;
}

function startsReportLine(text: string): boolean {
  return (
    text.startsWith(SUMMARY) ||
    text.startsWith(TASK_IN) ||
    startsKilled(text) ||
    text.includes(' invoked oom-killer: ')
  );
}

/** A newline in a task name, printed raw by consoles and some tools, cuts the line inside that name. */
function isCutInName(text: string): boolean {
  return startsKilled(text) || /,task=[^/]*$/.test(text);
}

/**
 * Puts the lines of a report together again that the log holds in pieces: records that were too long or that
 * another CPU's output cut in two, and lines cut by a newline in a task's name. Foreign lines may stand between.
 */
export class LineJoiner {
  #open: KernelLine | null = null;
  #foreign = 0;

  /** Nothing waits for its rest. */
  get idle(): boolean {
    return this.#open === null;
  }

  /** The lines that are whole now, oldest first. */
  push(line: KernelLine): KernelLine[] {
    const open = this.#open;
    if (!open) return this.#begin(line);
    const opensOther = startsReportLine(line.text);
    if (!opensOther && line.fragment !== false) {
      const joined = { ...open, text: open.text + this.#glue(open, line) + line.text };
      if (isComplete(joined.text)) return this.#close(joined);
      if (joined.text.length > MAX_LINE_BYTES) return this.#close(open);
      if (line.fragment || /^[/,]/.test(line.text)) {
        this.#open = joined;
        return [];
      }
    }
    this.#foreign += 1;
    if (!opensOther && this.#foreign < MAX_FOREIGN_LINES) return [line];
    return [...this.#close(open), ...this.#begin(line)];
  }

  /** Gives up waiting for the rest of an open line, and hands it out as it is. */
  flush(): KernelLine[] {
    return this.#open ? this.#close(this.#open) : [];
  }

  #begin(line: KernelLine): KernelLine[] {
    if (!startsReportLine(line.text) || isComplete(line.text)) return [line];
    this.#open = line;
    return [];
  }

  #close(line: KernelLine): KernelLine[] {
    this.#open = null;
    this.#foreign = 0;
    return [line];
  }

  #glue(open: KernelLine, line: KernelLine): string {
    return line.fragment === null && isCutInName(open.text) ? '\n' : '';
  }
}
