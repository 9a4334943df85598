import type { AgentClient } from '../cluster/agent/client.js';
import { sleep } from '../cluster/backoff.js';
import { ClusterError } from '../cluster/errors.js';
import { isStressorName } from '../core/experiment/stressors.js';
import type { ProcessInfo } from '../protocol/agent/types.js';
import type { PodView, StopReport, Store } from './types.js';

export interface LeftoversOptions {
  readonly pods: Store<readonly PodView[]>;
  /** What talks to the agent of that node; null where none answers. */
  readonly agentOf: (nodeName: string) => AgentClient | null;
  readonly signal: AbortSignal;
}

/** What ends at once may take a moment to be gone, ms. */
const GRACE_MS = 3000;
const POLL_MS = 250;

type Finding = readonly number[] | 'unknown';

/** Looks in the cgroups of containers for stressors that a stop has left. */
export class Leftovers {
  readonly #options: LeftoversOptions;

  constructor(options: LeftoversOptions) {
    this.#options = options;
  }

  /**
   * What the agents of their nodes find in these containers (`namespace/pod/container`), given a moment to end. Never
   * rejects: what nobody could look into is unknown.
   *
   * @param others containers that other experiments act on: a stressor found there may be theirs, and is unknown
   */
  async look(targets: readonly string[], others: ReadonlySet<string>): Promise<StopReport> {
    const found = await Promise.all(targets.map((target) => this.#lookUntilClean(target)));
    const clean: string[] = [];
    const left: { readonly target: string; readonly pids: readonly number[] }[] = [];
    const unknown: string[] = [];
    for (const [index, target] of targets.entries()) {
      const pids = found[index] ?? 'unknown';
      if (pids !== 'unknown' && pids.length === 0) clean.push(target);
      else if (pids === 'unknown' || others.has(target)) unknown.push(target);
      else left.push({ target, pids });
    }
    return { clean, left, unknown };
  }

  async #lookUntilClean(target: string): Promise<Finding> {
    const deadline = performance.now() + GRACE_MS;
    for (;;) {
      const found = await this.#lookInto(target);
      if (found === 'unknown' || found.length === 0 || performance.now() >= deadline) return found;
      await sleep(POLL_MS, this.#options.signal).catch(() => undefined);
      if (this.#options.signal.aborted) return 'unknown';
    }
  }

  async #lookInto(target: string): Promise<Finding> {
    const { pods, agentOf, signal } = this.#options;
    const [namespace, name, container] = target.split('/');
    const view = pods.get().find((one) => one.namespace === namespace && one.name === name);
    const id = view?.containers.find((one) => one.name === container)?.containerId ?? null;
    const client = agentOf(view?.pod.spec.nodeName ?? '');
    if (id === null || client === null) return 'unknown';
    try {
      return (await client.processes(id, signal)).filter(isStressor).map(({ pid }) => pid);
    } catch (error) {
      // The agent has looked: no such container runs on its node.
      return error instanceof ClusterError && error.kind === 'not-found' ? [] : 'unknown';
    }
  }
}

/** A process of a stress run, or one that bears a stressor's name. */
export function isStressor({ stressRun, comm, commandLine }: ProcessInfo): boolean {
  const program = commandLine[0]?.split('/').at(-1) ?? '';
  return stressRun !== null || [comm, program].some(isStressorName);
}
