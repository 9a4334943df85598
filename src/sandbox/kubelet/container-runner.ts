import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Container,
  ContainerState,
  ContainerStateTerminated,
  Pod,
  SecurityContext,
} from '../../core/kubernetes/objects.js';
import type { NewEvent } from '../api/events.js';
import type { ExecProcess, ExecRequest, LogOptions } from '../api/http/container-access.js';
import { kubeTime } from '../api/kube-object.js';
import { ApiError } from '../api/status.js';
import { goDuration } from '../go-duration.js';
import { BackOff, type BackOffTiming } from './back-off.js';
import type { RunningContainer } from './container-entry.js';
import { execInContainer, openExec } from './container-exec.js';
import { ContainerProcess, WRAPPER_FAILED } from './container-process.js';
import { credentialArguments, leftOut, securityContextOf } from './credentials.js';
import type { KubeletHost } from './host.js';
import { type ResolvedCommand, resolveCommand } from './images.js';
import { InstanceLogs } from './log/instance-logs.js';
import type { PodNetwork } from './pod-network.js';
import { type ContainerReport, reportBeforeCreation } from './pod-status.js';
import { type ProbeKind, startProbes } from './probe/prober.js';
import { ContainerRoot, type Mount } from './root.js';

export interface RunnerOptions {
  readonly host: KubeletHost;
  readonly pod: Pod;
  readonly container: Container;
  readonly network: PodNetwork;
  /** The Pod's cgroup, relative to the sandbox's. */
  readonly podCgroup: string;
  /** Where the logs of the Pod's containers are kept. */
  readonly logFolder: string;
  /** The container's own limit, bytes. */
  readonly memoryBytes: number | null;
  /** Null: leave it as it is. */
  readonly oomScoreAdj: number | null;
  readonly env: Readonly<Record<string, string>>;
  /** Files of its volumes and its image. */
  readonly mounts: readonly Mount[];
  readonly backOff: BackOffTiming;
  readonly record: (event: NewEvent) => void;
  /** Called after each change of the report. */
  readonly changed: () => void;
}

/** Keeps one container of a Pod running as its restart policy wants, one instance after the other. */
export class ContainerRunner {
  readonly #options: RunnerOptions;
  readonly #stopping = new AbortController();
  readonly #backOff: BackOff;
  readonly #logs: InstanceLogs;
  readonly #security: SecurityContext;
  #process: ContainerProcess | null = null;
  #cgroup = '';
  #report: ContainerReport;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#backOff = new BackOff(options.backOff);
    this.#security = securityContextOf(options.pod, options.container);
    this.#report = reportBeforeCreation(options.container);
    this.#logs = new InstanceLogs(`${options.logFolder}/${options.container.name}`);
  }

  get report(): ContainerReport {
    return this.#report;
  }

  /** Runs until the container is over for good or `terminate` was called. Throws Error where its cgroup fails. */
  async run(): Promise<void> {
    const { container, env, host, pod } = this.#options;
    const resolved = resolveCommand(container, env, host.images);
    const lacks = leftOut(this.#security);
    if (lacks !== null) this.#event('Warning', 'SecurityContextNotApplied', lacks);
    if (!resolved.ok && resolved.reason === 'ErrImageNeverPull') {
      this.#refuse(resolved);
      return;
    }
    while (!this.#stopping.signal.aborted) {
      this.#pulled(resolved.ok && resolved.shipped);
      const ended = resolved.ok ? await this.#runOnce(resolved.command) : this.#failStart(resolved.message);
      this.#change({ state: { terminated: ended }, started: false, ready: false });
      if (this.#stopping.signal.aborted || !restarts(pod, ended)) return;
      if (!(await this.#backOffFrom(ended))) return;
      const { restartCount } = this.#report;
      this.#change({ restartCount: restartCount + 1, lastState: { terminated: ended } });
    }
  }

  /** The log of the instance that is asked for. Throws ApiError in the kubelet's words where there is none. */
  log(options: LogOptions, signal: AbortSignal): AsyncIterable<Buffer> {
    const { pod } = this.#options;
    return this.#logs.read(this.#report, pod.metadata.name, options, signal);
  }

  /** Starts a command beside the container's own. Throws ApiError where it does not run. */
  exec(request: ExecRequest): ExecProcess {
    return openExec(this.#options.host, this.running(), request);
  }

  /** The container as a place for commands. Throws ApiError in the kubelet's words where it does not run. */
  running(): RunningContainer {
    const { container, env, pod } = this.#options;
    const pid = this.#process?.mainPid ?? null;
    if (pid === null) {
      const message = `unable to upgrade connection: container not found (${JSON.stringify(container.name)})`;
      throw new ApiError(500, 'InternalError', `Internal error occurred: ${message}`);
    }
    const hostPid = pod.spec.hostPID === true;
    const credentials = credentialArguments(this.#security);
    const rooted = this.#rooted;
    return { id: this.#report.containerId, pid, cgroup: this.#cgroup, hostPid, env, rooted, credentials };
  }

  /** Ends the container: SIGTERM, after the grace SIGKILL. It is not started again. */
  async terminate(graceMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#kill(graceMs);
  }

  async #runOnce(command: readonly string[]): Promise<ContainerStateTerminated> {
    const { host, podCgroup, memoryBytes, oomScoreAdj, env, pod, network, container } = this.#options;
    const containerId = randomBytes(32).toString('hex');
    const cgroup = `${podCgroup}/${containerId}`;
    const root = this.#root(containerId);
    host.cgroups.create(cgroup, { memoryBytes, container: true });
    this.#event('Normal', 'Created', 'Container created');
    const startedAt = kubeTime(new Date());
    const process = new ContainerProcess(host, {
      cgroup,
      oomScoreAdj,
      network: network.namespacePath,
      hostPid: pod.spec.hostPID === true,
      command,
      env,
      workingDirectory: '/',
      log: this.#logs.begin(containerId, this.#report.restartCount, (error) =>
        host.log(`${pod.metadata.namespace}/${pod.metadata.name}: its log ends here: ${String(error)}`),
      ),
      root,
      credentials: credentialArguments(this.#security),
    });
    this.#process = process;
    this.#cgroup = cgroup;
    this.#event('Normal', 'Started', 'Container started');
    this.#change({
      containerId,
      state: { running: { startedAt } },
      started: container.startupProbe === undefined,
      ready: container.startupProbe === undefined && container.readinessProbe === undefined,
    });
    const over = new AbortController();
    this.#probe(over.signal);
    const { exitCode } = await process.exited;
    over.abort();
    this.#process = null;
    // Read before the cgroup goes: the runtime's OOMKilled is "any process of this instance was OOM-killed".
    const oomKills = host.cgroups.oomKills(cgroup) ?? 0;
    await host.cgroups.remove(cgroup);
    await silence(process);
    root?.remove();
    const reason = oomKills > 0 ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error';
    if (exitCode !== 0 && !this.#stopping.signal.aborted) this.#logEnd(process, exitCode, reason);
    const finishedAt = kubeTime(new Date());
    return { exitCode, reason, startedAt, finishedAt, containerID: `containerd://${containerId}` };
  }

  #logEnd(process: ContainerProcess, exitCode: number, reason: string): void {
    const { host, pod, container } = this.#options;
    const said = process.output.lastLine();
    const wrapper = exitCode === WRAPPER_FAILED ? ' (it could not enter its cgroup or namespaces)' : '';
    host.log(
      `${pod.metadata.namespace}/${pod.metadata.name} ${container.name}: ended with ${exitCode}, ${reason}${wrapper}` +
        (said === '' ? '' : `; it last said: ${JSON.stringify(said.slice(0, 300))}`),
    );
  }

  get #rooted(): boolean {
    return this.#options.mounts.length > 0 || this.#security.readOnlyRootFilesystem === true;
  }

  /** Null where the container sees this machine's files as they are. */
  #root(containerId: string): ContainerRoot | null {
    const { host, mounts } = this.#options;
    const readOnly = this.#security.readOnlyRootFilesystem === true;
    if (!this.#rooted) return null;
    return new ContainerRoot(join(host.folder, 'roots', containerId), { mounts, readOnly });
  }

  #probe(signal: AbortSignal): void {
    const { container, host, network } = this.#options;
    const target = {
      ip: network.ip,
      connect: (port: number) => network.connect(port),
      exec: async (command: readonly string[], until: AbortSignal) =>
        execInContainer(host, this.running(), command, until),
    };
    const listener = {
      failed: (kind: ProbeKind, message: string) =>
        this.#event('Warning', 'Unhealthy', `${KIND_NAMES[kind]} probe failed: ${message}`),
      verdict: (kind: ProbeKind, healthy: boolean) => this.#verdict(kind, healthy),
    };
    startProbes(container, target, listener, signal);
  }

  #verdict(kind: ProbeKind, healthy: boolean): void {
    const { container, pod } = this.#options;
    if (kind === 'readiness') this.#change({ ready: healthy });
    else if (healthy) {
      if (kind === 'startup') this.#change({ started: true, ready: container.readinessProbe === undefined });
    } else {
      this.#event('Normal', 'Killing', `Container ${container.name} failed ${kind} probe, will be restarted`);
      void this.#kill((pod.spec.terminationGracePeriodSeconds ?? 30) * 1000);
    }
  }

  async #kill(graceMs: number): Promise<void> {
    const process = this.#process;
    if (process === null) return;
    if (graceMs > 0) {
      process.signal('SIGTERM');
      const ended = process.exited.then(() => true);
      const timer = new AbortController();
      const late = sleep(graceMs, false, { signal: timer.signal }).catch(() => false);
      const inTime = await Promise.race([ended, late]);
      timer.abort();
      if (inTime) return;
    }
    process.signal('SIGKILL');
    await process.exited;
  }

  /** Waits as the back-off asks; false when the Pod was stopped meanwhile. */
  async #backOffFrom(ended: ContainerStateTerminated): Promise<boolean> {
    const { container, pod } = this.#options;
    const waitMs = this.#backOff.next(Date.parse(ended.finishedAt ?? ''), Date.now());
    if (waitMs <= 0) return true;
    const { name, namespace, uid } = pod.metadata;
    const podName = `${name}_${namespace}(${uid})`;
    this.#event(
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${container.name} in pod ${podName}`,
    );
    const wait = goDuration(Math.round(this.#backOff.label / 1000) * 1000);
    const message = `back-off ${wait} restarting failed container=${container.name} pod=${podName}`;
    const lastState: ContainerState = { terminated: ended };
    this.#change({ state: { waiting: { reason: 'CrashLoopBackOff', message } }, lastState });
    try {
      await sleep(waitMs, undefined, { signal: this.#stopping.signal });
      return true;
    } catch {
      return false;
    }
  }

  #failStart(message: string): ContainerStateTerminated {
    this.#event('Normal', 'Created', 'Container created');
    this.#event('Warning', 'Failed', `Error: ${message}`);
    const containerId = randomBytes(32).toString('hex');
    this.#change({ containerId });
    return {
      exitCode: 128,
      reason: 'StartError',
      message,
      startedAt: '1970-01-01T00:00:00Z',
      finishedAt: kubeTime(new Date()),
      containerID: `containerd://${containerId}`,
    };
  }

  #refuse({ reason, message }: ResolvedCommand & { ok: false }): void {
    this.#event('Warning', reason, message);
    this.#event('Warning', 'Failed', `Error: ${reason}`);
    this.#change({ state: { waiting: { reason, message } } });
  }

  #pulled(shipped: boolean): void {
    const image = JSON.stringify(this.#options.container.image ?? '');
    const message = shipped
      ? `Container image ${image} already present on machine`
      : `Container image ${image} is not needed: the command of the container runs on this machine`;
    this.#event('Normal', 'Pulled', message);
  }

  #event(type: NewEvent['type'], reason: string, message: string): void {
    const fieldPath = `spec.containers{${this.#options.container.name}}`;
    this.#options.record({ type, reason, message, fieldPath });
  }

  #change(part: Partial<ContainerReport>): void {
    this.#report = { ...this.#report, ...part };
    this.#options.changed();
  }
}

/** How long the output of a container that has ended may still be held by a process that left its cgroup, ms. */
const SILENCE_MS = 1000;

/** Waits until the log has all that the container wrote. */
async function silence(process: ContainerProcess): Promise<void> {
  const timer = new AbortController();
  const late = sleep(SILENCE_MS, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([process.silent, late]);
  timer.abort();
  process.hangUp();
}

const KIND_NAMES: Readonly<Record<ProbeKind, string>> = {
  liveness: 'Liveness',
  readiness: 'Readiness',
  startup: 'Startup',
};

function restarts(pod: Pod, { exitCode }: ContainerStateTerminated): boolean {
  const policy = pod.spec.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}
