import { unescapeKmsg } from './escape.js';
import type { OomTask } from './oom-kill.js';

const KIB = 1024;
const DEFAULT_PAGE_BYTES = 4096;
const PAGE_SIZES_KIB = [4, 16, 64];

/** A row as printed: memory in pages. */
interface Row {
  readonly pid: number;
  readonly columns: Readonly<Record<string, number>>;
  readonly comm: string;
}

/** The columns of a report's task table, read from its head: they differ from kernel to kernel. */
export class TaskTable {
  readonly #names: readonly string[];
  readonly #row: RegExp;
  readonly #found: RegExpExecArray[] = [];

  private constructor(names: readonly string[]) {
    this.#names = names;
    this.#row = new RegExp(`^\\[\\s*(\\d+)\\]${'\\s+(-?\\d+)'.repeat(names.length)} (.*)$`, 's');
  }

  /** The table whose head this line is (`[ pid ]   uid  tgid total_vm … name`), else null. */
  static fromHead(text: string): TaskTable | null {
    const match = /^\[\s*pid\s*\]\s+((?:[a-z_]+\s+)+)name$/.exec(text);
    return match ? new TaskTable((match[1] ?? '').trim().split(/\s+/)) : null;
  }

  /** Takes a row in; false where the line is none. The name is last and may hold anything. */
  add(text: string): boolean {
    const match = this.#row.exec(text);
    if (match) this.#found.push(match);
    return match !== null;
  }

  has(pid: number): boolean {
    return this.#rows().some((row) => row.pid === pid || row.columns['tgid'] === pid);
  }

  /**
   * All rows, memory in bytes. The log never names the page size; `totalVmBytes` of the victim's kill line
   * against its row tells 4, 16 and 64 KiB apart.
   */
  tasks(victimPid: number, totalVmBytes: number | null): OomTask[] {
    const rows = this.#rows();
    const page = pageBytes(rows, victimPid, totalVmBytes);
    return rows.map(({ pid, columns, comm }) => ({
      pid,
      tgid: columns['tgid'] ?? pid,
      uid: columns['uid'] ?? 0,
      comm,
      rssBytes: (columns['rss'] ?? 0) * page,
      pgtablesBytes: pageTableBytes(columns, page),
      swapBytes: columns['swapents'] === undefined ? null : columns['swapents'] * page,
      oomScoreAdj: columns['oom_score_adj'] ?? fromOomAdj(columns['oom_adj'] ?? 0),
    }));
  }

  /** Only made when a kill wants them. */
  #rows(): Row[] {
    return this.#found.map((match) => ({
      pid: Number(match[1]),
      columns: Object.fromEntries(this.#names.map((name, index) => [name, Number(match[index + 2])])),
      comm: unescapeKmsg(match[this.#names.length + 2] ?? ''),
    }));
  }
}

function pageBytes(rows: readonly Row[], victimPid: number, totalVmBytes: number | null): number {
  const pages = rows.find((row) => row.pid === victimPid)?.columns['total_vm'];
  if (!pages || !totalVmBytes) return DEFAULT_PAGE_BYTES;
  const ratio = totalVmBytes / pages / KIB;
  const near = PAGE_SIZES_KIB.find((size) => Math.abs(ratio / size - 1) < 0.25);
  return near === undefined ? DEFAULT_PAGE_BYTES : near * KIB;
}

function pageTableBytes(columns: Readonly<Record<string, number>>, page: number): number | null {
  if (columns['pgtables_bytes'] !== undefined) return columns['pgtables_bytes'];
  return columns['nr_ptes'] === undefined ? null : (columns['nr_ptes'] + (columns['nr_pmds'] ?? 0)) * page;
}

/** Kernels before 2.6.36 knew only oom_adj (-17..15); the later ones convert it so (fs/proc/base.c). */
function fromOomAdj(oomAdj: number): number {
  return oomAdj === 15 ? 1000 : Math.trunc((oomAdj * 1000) / 17);
}
