import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

const V1 = '/sys/fs/cgroup/memory';
/** Where the memory hierarchy is mounted. */
export const MOUNT = existsSync(join(V1, 'memory.usage_in_bytes')) ? V1 : '/sys/fs/cgroup';
const IS_V1 = MOUNT === V1;

/** Waits until `probe` gives something; fails with `what` after `ms`. */
export async function until<T>(
  what: string,
  probe: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  ms = 20_000,
): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms for ${what}`);
    await delay(10);
  }
}

/** A container's cgroup of the test's own, with the processes started in it. */
export class TestContainer {
  readonly id = randomBytes(32).toString('hex');
  readonly podUid: string;
  /** As the kernel names it. */
  readonly path: string;
  readonly #processes: ChildProcess[] = [];

  constructor(root: string, limitBytes: number, podUid: string = randomUUID()) {
    this.podUid = podUid;
    this.path = `/${root}/kubepods/burstable/pod${this.podUid}/${this.id}`;
    this.make();
    this.limit(limitBytes);
  }

  make(): void {
    makePath(this.path);
  }

  limit(bytes: number): void {
    this.#limitAt(this.path, bytes);
  }

  limitPod(bytes: number): void {
    this.#limitAt(dirname(this.path), bytes);
  }

  limitKubepods(bytes: number): void {
    this.#limitAt(dirname(dirname(dirname(this.path))), bytes);
  }

  #limitAt(path: string, bytes: number): void {
    writeFileSync(join(MOUNT, path, IS_V1 ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes));
  }

  write(file: string, text: string): void {
    writeFileSync(join(MOUNT, this.path, file), text);
  }

  read(file: string): string {
    return readFileSync(join(MOUNT, this.path, file), 'utf8');
  }

  killCount(): number {
    const text = this.read(IS_V1 ? 'memory.oom_control' : 'memory.events.local');
    return Number(/^oom_kill (\d+)$/m.exec(text)?.[1]);
  }

  usage(): number {
    return Number(this.read(IS_V1 ? 'memory.usage_in_bytes' : 'memory.current'));
  }

  pids(): number[] {
    return this.read('cgroup.procs').split('\n').filter(Boolean).map(Number);
  }

  /** Starts a program whose first byte is already charged to the container. */
  run(program: string, ...args: string[]): ChildProcessByStdio<null, Readable, null> {
    const join_ = 'echo $$ > "$1"; shift; exec "$@"';
    const procs = join(MOUNT, this.path, 'cgroup.procs');
    const child = spawn('/bin/sh', ['-c', join_, 'test', procs, program, ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#processes.push(child);
    return child;
  }

  /** A process that grows until the kernel ends it. */
  eatUntilKilled(): Promise<ChildProcess> {
    const child = this.run('tail', '/dev/zero');
    return new Promise((resolve) => child.once('exit', () => resolve(child)));
  }

  /** Lets so many processes grow until the kernel ends them, one after the other. */
  storm(kills: number, program = 'tail'): Promise<void> {
    const loop = 'echo $$; i=0; while [ "$i" -lt "$1" ]; do "$2" /dev/zero; i=$((i+1)); done';
    const child = this.run('/bin/sh', '-c', loop, 'storm', String(kills), program);
    return new Promise((resolve) => child.once('exit', () => resolve()));
  }

  /**
   * So many processes grow until the kernel ends them, `parallel` at a time. Resolves with the pid of each: what the
   * one who started them knows of where they were, whatever the agent says.
   */
  knownStorm(kills: number, parallel = 1, program = 'tail'): Promise<number[]> {
    const loop =
      'echo $$; i=0; while [ "$i" -lt "$1" ]; do "$2" /dev/zero & echo "$!"; wait "$!"; i=$((i+1)); done 2>/dev/null';
    const storms = Array.from({ length: parallel }, async () => {
      const child = this.run('/bin/sh', '-c', loop, 'storm', String(kills / parallel), program);
      return (await text(child.stdout)).split('\n').filter(Boolean).map(Number);
    });
    return Promise.all(storms).then((pids) => pids.flat());
  }

  async remove(): Promise<void> {
    for (const child of this.#processes) child.kill('SIGKILL');
    await until('the container to be empty', () => this.pids().length === 0);
    rmdirSync(join(MOUNT, this.path));
  }
}

/** A tree of the test's own in the memory hierarchy. */
export class TestTree {
  readonly name = `podstress-test-${randomBytes(4).toString('hex')}`;
  readonly #containers: TestContainer[] = [];

  constructor() {
    mkdirSync(join(MOUNT, this.name));
    if (IS_V1) writeFileSync(join(MOUNT, this.name, 'memory.use_hierarchy'), '1');
  }

  container(limitBytes: number, podUid?: string): TestContainer {
    const container = new TestContainer(this.name, limitBytes, podUid);
    this.#containers.push(container);
    return container;
  }

  /** A cgroup that is no container's; its directory. */
  makeGroup(name: string): string {
    const directory = join(MOUNT, this.name, name);
    mkdirSync(directory);
    return directory;
  }

  async remove(): Promise<void> {
    for (const container of this.#containers)
      if (existsSync(join(MOUNT, container.path))) await container.remove();
    removeBelow(join(MOUNT, this.name));
  }
}

/** On cgroup v2 each level has to hand its controller down. */
function makePath(path: string): void {
  let at = MOUNT;
  for (const component of path.split('/').filter(Boolean)) {
    if (!IS_V1) writeFileSync(join(at, 'cgroup.subtree_control'), '+memory');
    at = join(at, component);
    mkdirSync(at, { recursive: true });
  }
}

function removeBelow(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) removeBelow(join(directory, entry.name));
  }
  rmdirSync(directory);
}
