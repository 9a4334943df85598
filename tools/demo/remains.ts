import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { memoryHierarchy } from '../system/memory-cgroup.js';
import { startTicks } from '../system/process-table.js';

/** What a demo made, as seen while it ran: asked at its end what of it is still there. */
export class Remains {
  /** pid -> start, so that a pid that was given away again does not count. */
  readonly #processes = new Map<number, string>();
  readonly #cgroups = new Set<string>();
  readonly #ports = new Set<number>();
  readonly #folders = new Set<string>();

  addFolder(folder: string): void {
    this.#folders.add(folder);
  }

  addPort(url: string): void {
    this.#ports.add(Number(new URL(url).port));
  }

  /** Looks around: every descendant of this process, their sandbox cgroups and what else runs in those. */
  observe(): void {
    const found = new Set(descendants(process.pid));
    for (const pid of found) {
      const folder = sandboxCgroup(pid);
      if (folder !== null) this.#cgroups.add(folder);
    }
    for (const folder of this.#cgroups) for (const pid of processesBelow(folder)) found.add(pid);
    for (const pid of found) {
      const start = startTicks(pid);
      if (start !== null) this.#processes.set(pid, start);
    }
  }

  /** The names of stressors that run in the sandbox's cgroups now. */
  stressors(): string[] {
    return [...this.#cgroups]
      .flatMap(processesBelow)
      .map(processName)
      .filter((name) => name.startsWith('stress-ng'));
  }

  /** How much the run made, for the report. */
  seen(): string {
    return `${this.#processes.size} processes, ${this.#cgroups.size} cgroup, ${this.#ports.size} ports, ${this.#folders.size} folders`;
  }

  /** What is still there, each thing by name; empty: nothing. */
  async left(): Promise<string[]> {
    const ports = await Promise.all(
      [...this.#ports].map(async (port) => ((await listens(port)) ? `port ${port}` : '')),
    );
    return [
      ...[...this.#processes]
        .filter(([pid, start]) => startTicks(pid) === start)
        .map(([pid]) => `process ${pid} (${processName(pid)})`),
      ...[...this.#cgroups].filter((folder) => existsSync(folder)).map((folder) => `cgroup ${folder}`),
      ...ports.filter((text) => text !== ''),
      ...[...this.#folders].filter((folder) => existsSync(folder)).map((folder) => `folder ${folder}`),
    ];
  }
}

function descendants(ancestor: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const queue = [ancestor];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    for (const child of children.get(pid) ?? []) {
      found.push(child);
      queue.push(child);
    }
  }
  return found;
}

function parentOf(pid: number): number | null {
  const parent = /^PPid:\s*(\d+)/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1];
  return parent === undefined ? null : Number(parent);
}

/** The folder `.../podstress-sandbox-*` that holds the process's memory cgroup; null where it is in none. */
function sandboxCgroup(pid: number): string | null {
  const hierarchy = memoryHierarchy();
  const path = /\/podstress-sandbox-[^/\n]+/.exec(readOrEmpty(`/proc/${pid}/cgroup`));
  if (hierarchy === null || path === null) return null;
  const line = path.input.slice(path.input.lastIndexOf('\n', path.index) + 1, path.index + path[0].length);
  return join(hierarchy, line.slice(line.indexOf('/')));
}

function processesBelow(folder: string): number[] {
  if (!existsSync(folder)) return [];
  const own = readOrEmpty(join(folder, 'cgroup.procs')).split('\n').filter(Boolean).map(Number);
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...own, ...below.flatMap((entry) => processesBelow(join(folder, entry.name)))];
}

function processName(pid: number): string {
  return readOrEmpty(`/proc/${pid}/comm`).trim();
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
