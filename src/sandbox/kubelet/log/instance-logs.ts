import { join } from 'node:path';
import type { LogOptions } from '../../api/http/container-access.js';
import { badRequest } from '../../api/status.js';
import type { ContainerReport } from '../pod-status.js';
import { ContainerLog } from './container-log.js';
import { readLog } from './read-log.js';

/** The logs of a container's instances: that of now and the one before, as a kubelet keeps them. */
export class InstanceLogs {
  readonly #folder: string;
  readonly #logs = new Map<string, ContainerLog>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Begins the log of a new instance; the one before the last is removed. Throws Error. */
  begin(containerId: string, restartCount: number, onFault: (error: unknown) => void): ContainerLog {
    const [oldest] = this.#logs;
    if (oldest !== undefined && this.#logs.size > 1) {
      oldest[1].remove();
      this.#logs.delete(oldest[0]);
    }
    const log = new ContainerLog(join(this.#folder, `${restartCount}.log`), onFault);
    this.#logs.set(containerId, log);
    return log;
  }

  /** Throws ApiError in the kubelet's words where there is no such instance. */
  read(
    report: ContainerReport,
    podName: string,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncIterable<Buffer> {
    const containerId = instanceOf(report, podName, options.previous);
    const log = this.#logs.get(containerId);
    return log === undefined ? neverWritten(containerId) : readLog(log, options, signal);
  }
}

/** The id of the instance whose log is shown. */
function instanceOf(report: ContainerReport, podName: string, previous: boolean): string {
  const { name, state, lastState, containerId } = report;
  const last = lastState.terminated?.containerID?.replace('containerd://', '') ?? '';
  const which = `container ${JSON.stringify(name)} in pod ${JSON.stringify(podName)}`;
  if (previous) {
    if (last === '') throw badRequest(`previous terminated ${which} not found`);
    return last;
  }
  if (state.waiting === undefined) return containerId;
  if (last !== '') return last;
  throw badRequest(`${which} is waiting to start: ${state.waiting.reason ?? ''}`);
}

/** What the kubelet writes where the runtime has nothing: the container could not even be started. */
async function* neverWritten(containerId: string): AsyncGenerator<Buffer> {
  yield Buffer.from(`unable to retrieve container logs for containerd://${containerId}`);
}
