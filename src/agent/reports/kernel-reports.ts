import type { OomKill } from '../../core/kernel/oom-kill.js';
import type { KmsgRecord } from '../../core/kernel/record.js';

/** What is kept at most: the newest reports, and their bytes together. */
const MAX_REPORTS = 200;
const MAX_BYTES = 4 * 1024 * 1024;
/** A report with a task table longer than this is cut off, bytes. */
const MAX_REPORT_BYTES = 512 * 1024;
/** A kill is held back until the line that follows its report: only the newest sections can still get one. */
const OPEN_SECTIONS = 2;

const BEGIN = ' invoked oom-killer: ';

/** The kernel's lines from one `invoked oom-killer` up to the next. */
interface Section {
  readonly first: number;
  readonly lines: { readonly seq: number; readonly text: string }[];
  bytes: number;
  /** `cut`: it was too long; `closed`: lines after it were lost. */
  state: 'open' | 'cut' | 'closed';
  /** The last kill line that belongs to the report; null while there is none. */
  until: number | null;
}

/**
 * The raw lines of the newest full reports, as the kernel wrote them, in a bounded amount of memory. Kills that died
 * with their whole cgroup share one report.
 */
export class KernelReports {
  #sections: Section[] = [];
  readonly #byKill = new Map<string, Section>();
  #bytes = 0;

  /** A line of the kernel's own. */
  line({ seq, bootSeconds, text }: KmsgRecord): void {
    if (text.includes(BEGIN)) this.#begin(seq);
    const section = this.#sections.at(-1);
    if (section === undefined || section.state !== 'open') return;
    const line = `[${bootSeconds.toFixed(6).padStart(12)}] ${text}`;
    if (section.bytes + line.length + 1 > MAX_REPORT_BYTES) {
      section.state = 'cut';
      return;
    }
    section.lines.push({ seq, text: line });
    this.#grow(section, line.length + 1);
  }

  /** Lines are missing: what comes next does not continue what came before. */
  gap(): void {
    const last = this.#sections.at(-1);
    if (last?.state === 'open') last.state = 'closed';
  }

  /** The kill that the lines before told of. */
  kill(kill: OomKill): void {
    const { seq, bootSeconds, victim } = kill;
    if (kill.report !== 'full' || seq === null || bootSeconds === null) return;
    const section = this.#sections.findLast(({ first }) => first <= seq);
    if (section === undefined) return;
    section.until = Math.max(section.until ?? 0, seq);
    this.#byKill.set(keyOf(bootSeconds, victim.pid), section);
    this.#bound();
  }

  /** The report of the kill of this process at this time, lines ended by newlines; null where it is not kept. */
  text(bootSeconds: number, pid: number): string | null {
    const section = this.#byKill.get(keyOf(bootSeconds, pid));
    if (section === undefined) return null;
    const lines = section.lines.filter(({ seq }) => seq <= (section.until ?? 0));
    const cut = section.state === 'cut' ? ['(the rest is not kept)'] : [];
    return [...lines.map(({ text }) => text), ...cut, ''].join('\n');
  }

  #begin(first: number): void {
    const closed = this.#sections.at(-OPEN_SECTIONS);
    if (closed !== undefined) this.#trim(closed);
    this.#sections = this.#sections.filter(
      (section, index, all) => section.until !== null || index > all.length - OPEN_SECTIONS,
    );
    this.#sections.push({ first, lines: [], bytes: 0, state: 'open', until: null });
    this.#bound();
  }

  /** What follows the last kill line is no part of the report. */
  #trim(section: Section): void {
    const until = section.until ?? -1;
    while ((section.lines.at(-1)?.seq ?? until) > until) {
      this.#grow(section, -((section.lines.pop()?.text.length ?? 0) + 1));
    }
  }

  #grow(section: Section, bytes: number): void {
    section.bytes += bytes;
    this.#bytes += bytes;
    if (bytes > 0) this.#bound();
  }

  #bound(): void {
    while (this.#sections.length > 1 && (this.#sections.length > MAX_REPORTS || this.#bytes > MAX_BYTES)) {
      const gone = this.#sections.shift();
      this.#bytes -= gone?.bytes ?? 0;
      for (const [key, section] of this.#byKill) if (section === gone) this.#byKill.delete(key);
    }
  }
}

function keyOf(bootSeconds: number, pid: number): string {
  return `${bootSeconds}/${pid}`;
}
