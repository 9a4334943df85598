import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContainerStatus, Pod } from '../../../src/core/kubernetes/objects.js';
import { type JsonObject, stringAt } from '../../../src/sandbox/api/json.js';
import { typed } from '../../../src/sandbox/api/kube-object.js';
import { ensureNamespace } from '../../../src/sandbox/api/namespaces.js';
import { startTicksOf } from '../../../src/sandbox/owner.js';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/sandbox.js';

const OUT = fileURLToPath(new URL('../../../', import.meta.url));
export const PROGRAMS = join(OUT, 'src/sandbox/programs/main.js');
export const AGENT = join(OUT, 'src/agent/main.js');
export const CLI = join(OUT, 'src/cli/main.js');

export const NAMESPACE = 'tests';

/** A sandbox of this process, with what it logs. */
export async function startTestSandbox(
  options: Partial<SandboxOptions> = {},
): Promise<RunningSandbox & { readonly logged: string[] }> {
  const logged: string[] = [];
  const sandbox = await startSandbox({
    log: (message) => void logged.push(message),
    programs: PROGRAMS,
    restartBackOff: { initialMs: 200, maxMs: 1000 },
    ...options,
  });
  ensureNamespace(sandbox.registry, NAMESPACE);
  return Object.assign(sandbox, { logged });
}

export interface PodOptions {
  readonly command?: readonly string[];
  readonly container?: JsonObject;
  readonly spec?: JsonObject;
  /** E.g. `50Mi`. */
  readonly limit?: string;
}

/** Creates a Pod of one container `main`. */
export function createPod(sandbox: RunningSandbox, name: string, options: PodOptions): void {
  const { command, container = {}, spec = {}, limit } = options;
  const { registry } = sandbox;
  registry.create(registry.definition('pods'), NAMESPACE, {
    metadata: { name },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'main',
          image: 'none',
          ...(command === undefined ? {} : { command: [...command] }),
          ...(limit === undefined ? {} : { resources: { limits: { memory: limit } } }),
          ...container,
        },
      ],
      ...spec,
    },
  });
}

export function readPod(sandbox: RunningSandbox, name: string): Pod | undefined {
  const { registry } = sandbox;
  const found = registry.find(registry.definition('pods'), NAMESPACE, name);
  return found === undefined ? undefined : typed<Pod>(found);
}

export function mainStatus(sandbox: RunningSandbox, name: string): ContainerStatus | undefined {
  return readPod(sandbox, name)?.status?.containerStatuses?.[0];
}

/** Reasons of the events about a Pod, with their messages, oldest first. */
export function eventsOf(sandbox: RunningSandbox, name: string): string[] {
  const { registry } = sandbox;
  return registry
    .list(registry.definition('events'), NAMESPACE)
    .filter((event) => stringAt(event, 'involvedObject', 'name') === name)
    .map((event) => `${stringAt(event, 'reason')}: ${stringAt(event, 'message')}`);
}

export function deletePod(sandbox: RunningSandbox, name: string, graceSeconds?: number): void {
  const { registry } = sandbox;
  registry.delete(registry.definition('pods'), NAMESPACE, name, { graceSeconds });
}

/** The directory of a Pod's cgroup. */
export function podCgroup(sandbox: RunningSandbox, name: string): string {
  const pod = readPod(sandbox, name);
  const folder = { Guaranteed: '', Burstable: 'burstable', BestEffort: 'besteffort' }[
    pod?.status?.qosClass ?? 'BestEffort'
  ];
  return join(sandbox.cgroupRoot ?? '', 'kubepods', folder, `pod${pod?.metadata.uid}`);
}

/** The directory of the cgroup of a Pod's container `main`. */
export function containerCgroup(sandbox: RunningSandbox, name: string): string {
  const id = mainStatus(sandbox, name)?.containerID?.replace('containerd://', '') ?? '';
  return join(podCgroup(sandbox, name), id);
}

/** Pids in a cgroup and below it. */
export function pidsBelow(directory: string): number[] {
  if (!existsSync(directory)) return [];
  const own = readFileSync(join(directory, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  const below = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...own, ...below.flatMap(({ name }) => pidsBelow(join(directory, name)))];
}

/** Waits for a condition; throws with what it waited for after the time (ms). */
export async function until<T>(
  what: string,
  read: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface SandboxProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly kubeconfig: string;
  readonly server: string;
  /** Its cgroup's directory and temp folder. */
  readonly traces: readonly string[];
  readonly stderr: () => string;
}

const spawned: ChildProcess[] = [];

/** Ends the sandboxes that a failed test has left running, in order. */
export async function endSpawned(): Promise<void> {
  for (const child of spawned.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exit = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exit;
  }
}

/** \`podstress sandbox\` as a process of its own, once it says that it is ready. */
export async function spawnSandbox(
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [CLI, 'sandbox', '--output', 'json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  spawned.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const line = await until('the sandbox is ready', () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${stderr}`);
    return stdout.endsWith('\n') && stdout;
  });
  const ready = JSON.parse(line) as { ready: boolean; kubeconfig: string; server: string; pid: number };
  const folder = join(ready.kubeconfig, '..');
  const mount = existsSync('/sys/fs/cgroup/memory') ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup';
  const traces = [folder, join(mount, folder.split('/').at(-1) ?? '')];
  return { child, ...ready, traces, stderr: () => stderr };
}

/** The process has not ended; one that only waits for its parent to take note has. */
export function isRunning(pid: number): boolean {
  return startTicksOf(pid) !== null;
}

/** What of the processes and paths is still there. */
export function remains(sandbox: SandboxProcess, pids: readonly number[]): string[] {
  return [
    ...sandbox.traces.filter((path) => existsSync(path)),
    ...pids.filter(isRunning).map((pid) => `process ${pid} ${commandOf(pid)}`),
  ];
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Every process that descends from one. */
export function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => parentOf(one) === pid);
  return [...children, ...children.flatMap(descendants)];
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
