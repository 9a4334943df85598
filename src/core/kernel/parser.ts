import { LineJoiner } from './joiner.js';
import {
  endsWithoutKill,
  type KilledLine,
  readCandidate,
  readGroup,
  readInvoked,
  readKilled,
  readStackPid,
  readStatsPath,
  readSummary,
  readTaskIn,
  readUsage,
} from './lines.js';
import type { KernelLine, OomConstraint, OomKill } from './oom-kill.js';
import { buildKill, emptyReport, type Report } from './report.js';
import { TaskTable } from './task-table.js';

/** Kill lines of one group follow each other in one breath; a later one belongs to another event. */
const GROUP_GAP_SECONDS = 0.05;

/** A task's name has 15 bytes at most. */
const COMM_CHARS = 15;

const STARTS =
  /^(?:oom-kill|(?:Memory cgroup o|O)ut of memory|[Kk]ill|Tasks? in |memory: usage|Memory cgroup stats|\[\s*pid|CPU: |Pid: )/;
const NONE: readonly OomKill[] = [];

/** Almost all lines of a log do not: they must cost next to nothing. */
function mayMatter(text: string): boolean {
  return STARTS.test(text) || text.includes(' invoked oom-killer: ') || text.includes(': OOM victim ');
}

interface Group {
  readonly memcg: string;
  readonly report: Report | null;
  readonly candidateConstraint: OomConstraint | null;
  readonly pids: Set<number>;
  lastSeconds: number | null;
}

interface Held {
  readonly line: KernelLine;
  readonly killed: KilledLine;
  kill: OomKill;
  readonly report: Report | null;
  readonly candidateConstraint: OomConstraint | null;
}

/**
 * Kernel lines in, OOM kills out, for kernels 2.6.32 to 7.2. A kill is held back until the next line that matters,
 * because only that one may tell that its whole group dies; `flush` releases it where no more lines are there.
 * The caller leaves out what user space wrote (facility other than 0).
 */
export class OomLogParser {
  readonly #joiner = new LineJoiner();
  #previous: KernelLine | null = null;
  #report: Report | null = null;
  #candidate: OomConstraint | null = null;
  #group: Group | null = null;
  readonly #repeated: number[] = [];
  #held: Held | null = null;
  /** The pid of the kill line before, where nothing else that matters came after it. */
  #lastPid: number | null = null;

  push(line: KernelLine): readonly OomKill[] {
    if (this.#joiner.idle && !this.#concerns(line.text)) {
      this.#previous = line;
      return NONE;
    }
    const kills: OomKill[] = [];
    for (const whole of this.#joiner.push(line)) kills.push(...this.#take(whole));
    return kills;
  }

  /** Releases what was held back: at the end of a log, or when the reader has caught up. */
  flush(): OomKill[] {
    return this.#release();
  }

  /** Pids whose kill was printed, and counted by the kernel, once more since the last call. */
  takeRepeated(): number[] {
    return this.#repeated.splice(0);
  }

  /** Records were lost: what comes next does not continue what came before. */
  gap(): OomKill[] {
    const kills = this.#joiner.flush().flatMap((line) => this.#take(line));
    kills.push(...this.#release());
    this.#report = null;
    this.#candidate = null;
    this.#group = null;
    this.#lastPid = null;
    return kills;
  }

  /** Whether a whole line may be one of a report, or the row of a table that has begun. */
  #concerns(text: string): boolean {
    return mayMatter(text) || (text.startsWith('[') && this.#report !== null && this.#report.table !== null);
  }

  #take(line: KernelLine): OomKill[] {
    const text = this.#withNameStart(line);
    this.#previous = line;
    if (this.#report?.table && text.startsWith('[') && this.#report.table.add(text)) return [];
    if (!mayMatter(text)) return [];
    const group = readGroup(text);
    if (group !== null) return this.#startGroup(group, line);
    const killed = readKilled(text);
    if (killed) return this.#addKill(line, killed);
    const released = this.#release();
    this.#lastPid = null;
    this.#readReportLine(text);
    return released;
  }

  /** A newline in the invoker's name has cut the report's first line, where the log's form does not escape it. */
  #withNameStart(line: KernelLine): string {
    const previous = this.#previous;
    if (line.fragment !== null || !previous || !line.text.includes(' invoked oom-killer: ')) return line.text;
    const sameStamp =
      line.unstamped ?? (line.bootSeconds !== null && previous.bootSeconds === line.bootSeconds);
    const name = `${previous.text}\n${line.text.slice(0, line.text.indexOf(' invoked oom-killer: '))}`;
    return sameStamp && previous.text !== '' && name.length <= COMM_CHARS
      ? `${previous.text}\n${line.text}`
      : line.text;
  }

  #readReportLine(text: string): void {
    const invoked = readInvoked(text);
    if (invoked) {
      this.#report = { ...emptyReport(), invoker: { ...invoked, pid: null } };
      this.#candidate = null;
      this.#group = null;
      return;
    }
    const candidate = readCandidate(text);
    if (candidate) {
      this.#candidate = candidate.constraint;
      this.#group = null;
      return;
    }
    if (endsWithoutKill(text)) {
      this.#report = null;
      return;
    }
    const summary = readSummary(text);
    const taskIn = readTaskIn(text);
    if (summary || taskIn) this.#report ??= emptyReport();
    const report = this.#report;
    if (!report) return;
    if (summary) report.summary = summary;
    else if (taskIn) report.taskIn = taskIn;
    else this.#readDetail(report, text);
  }

  #readDetail(report: Report, text: string): void {
    report.statsPath ??= readStatsPath(text);
    report.usage ??= readUsage(text);
    report.table ??= TaskTable.fromHead(text);
    if (report.invoker) report.invoker.pid ??= readStackPid(text);
  }

  #addKill(line: KernelLine, killed: KilledLine): OomKill[] {
    const group = this.#group;
    const member = group !== null && this.#report === null && belongs(group, killed, line);
    if (member && group.pids.has(killed.pid)) {
      group.lastSeconds = line.bootSeconds;
      this.#repeated.push(killed.pid);
      return this.#release();
    }
    const released = this.#release();
    if (member) {
      group.pids.add(killed.pid);
      group.lastSeconds = line.bootSeconds;
    } else {
      this.#group = null;
    }
    const report = member ? group.report : this.#report;
    const candidateConstraint = member ? group.candidateConstraint : this.#candidate;
    const groupMemcg = member ? group.memcg : null;
    const kill = buildKill(line, killed, { report, candidateConstraint, groupMemcg, member });
    this.#held = { line, killed, kill, report, candidateConstraint };
    this.#lastPid = killed.pid;
    this.#report = null;
    this.#candidate = null;
    return released;
  }

  /** `Tasks in P are going to be killed`: the kill before it was the victim of a new group. */
  #startGroup(memcg: string, line: KernelLine): OomKill[] {
    const held = this.#held;
    const fresh = held && held.kill.groupMemcg === null;
    const report = fresh ? held.report : null;
    const candidateConstraint = fresh ? held.candidateConstraint : null;
    if (held) {
      const context = { report, candidateConstraint, groupMemcg: memcg, member: false };
      held.kill = buildKill(held.line, held.killed, context);
    }
    const pids = new Set(this.#lastPid === null ? [] : [this.#lastPid]);
    this.#group = { memcg, report, candidateConstraint, pids, lastSeconds: line.bootSeconds };
    return this.#release();
  }

  #release(): OomKill[] {
    const held = this.#held;
    this.#held = null;
    return held ? [held.kill] : [];
  }
}

function belongs(group: Group, killed: KilledLine, line: KernelLine): boolean {
  if (group.report?.table) return group.pids.has(killed.pid) || group.report.table.has(killed.pid);
  if (group.lastSeconds === null || line.bootSeconds === null) return true;
  return line.bootSeconds - group.lastSeconds <= GROUP_GAP_SECONDS;
}
