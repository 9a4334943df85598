import { readFileSync } from 'node:fs';

const OOM_KILL = /^oom_kill (\d+)$/m;

/** Every OOM kill on the node since its boot, a group's victim twice; null before kernel 4.13, which does not count. */
export function nodeKillCount(): number | null {
  const match = OOM_KILL.exec(readFileSync('/proc/vmstat', 'latin1'));
  return match ? Number(match[1]) : null;
}

/**
 * Whether no cgroup's counter can have moved since all were read. The kernel counts a kill for the node first: a count
 * that was new when the counters were read may be ahead of them, so that they are read once more.
 */
export class QuietNode {
  readonly #nodeKills: () => number | null;
  #count: number | null = null;
  #readings = 0;

  constructor(nodeKills: () => number | null) {
    this.#nodeKills = nodeKills;
  }

  /** To be asked before each reading; false where the counters are to be read. */
  isQuiet(): boolean {
    const count = this.#nodeKills();
    if (count === null || count !== this.#count) this.#readings = 0;
    this.#count = count;
    if (this.#readings === 2) return true;
    this.#readings += 1;
    return false;
  }
}

/**
 * Whether all that the kernel has counted stands in its log by now. The OOM killer works on one kill at a time, for the
 * whole node: it counts, then prints. Where nothing is about to be printed, counters that were read after the log's end
 * and before the node's count show exactly the kills of the lines that were read.
 */
export class PrintedKills {
  readonly #nodeKills: () => number | null;
  #lines = 0;
  /** Node's count less lines where nothing is about to come: kills from before the log's beginning, or lost with it. */
  #offset = Number.POSITIVE_INFINITY;

  constructor(nodeKills: () => number | null) {
    this.#nodeKills = nodeKills;
  }

  /** A kill line was read. */
  add(): void {
    this.#lines += 1;
  }

  /** Lines were lost, or will not come any more. */
  reset(): void {
    this.#offset = Number.POSITIVE_INFINITY;
  }

  /** It was seen how far the node's count is ahead of the lines where nothing is about to come. */
  get isCalibrated(): boolean {
    return Number.isFinite(this.#offset);
  }

  /** How many kills are counted whose lines were not read yet; null where the kernel does not say. */
  pending(): number | null {
    const count = this.#nodeKills();
    if (count === null) return null;
    const ahead = count - this.#lines;
    this.#offset = Math.min(this.#offset, ahead);
    return ahead - this.#offset;
  }
}
