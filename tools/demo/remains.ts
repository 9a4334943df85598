import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryHierarchy } from '../system/memory-cgroup.js';
import { descendants, processName, startTicks } from '../system/process-table.js';

/** How long processes that were told to end may take to be gone, ms. */
const SETTLE_MS = 5_000;

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
    const { size: cgroups } = this.#cgroups;
    return `${this.#processes.size} processes, ${cgroups} cgroup tree, ${this.#ports.size} ports, ${this.#folders.size} folder`;
  }

  /** What is still there, each thing by name; empty: nothing. Waits a moment for what is about to go. */
  async left(): Promise<string[]> {
    const deadline = performance.now() + SETTLE_MS;
    let left = await this.#leftNow();
    while (left.length > 0 && performance.now() < deadline) {
      await sleep(100);
      left = await this.#leftNow();
    }
    return left;
  }

  async #leftNow(): Promise<string[]> {
    const ports = [...this.#ports];
    const listening = await Promise.all(ports.map(listens));
    return [
      ...[...this.#processes]
        .filter(([pid, start]) => startTicks(pid) === start)
        .map(([pid]) => `process ${pid} (${processName(pid)})`),
      ...[...this.#cgroups].filter((folder) => existsSync(folder)).map((folder) => `cgroup ${folder}`),
      ...ports.filter((_, index) => listening[index] === true).map((port) => `port ${port}`),
      ...[...this.#folders].filter((folder) => existsSync(folder)).map((folder) => `folder ${folder}`),
    ];
  }
}

/** The folder `.../podstress-sandbox-*` that holds the process's memory cgroup; null where it is in none. */
function sandboxCgroup(pid: number): string | null {
  const hierarchy = memoryHierarchy();
  // Lines are `ID:CONTROLLERS:PATH`; PATH is the same in every hierarchy of ours.
  const path = /^\d+:[^:]*:(.*\/podstress-sandbox-[^/\n]+)/m.exec(readOrEmpty(`/proc/${pid}/cgroup`))?.[1];
  return hierarchy === null || path === undefined ? null : join(hierarchy, path);
}

function processesBelow(folder: string): number[] {
  if (!existsSync(folder)) return [];
  const own = readOrEmpty(join(folder, 'cgroup.procs')).split('\n').filter(Boolean).map(Number);
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...own, ...below.flatMap((entry) => processesBelow(join(folder, entry.name)))];
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
