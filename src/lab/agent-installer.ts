import { setMaxListeners } from 'node:events';
import { sleep } from '../cluster/backoff.js';
import { asArray, asNumber, asRecord, asString, type JsonRecord } from '../cluster/decode.js';
import {
  applyObject,
  deleteObject,
  FIELD_MANAGER,
  fieldManagers,
  findObject,
  type ObjectRef,
  warningsAbout,
} from '../cluster/manage.js';
import type { Transport } from '../cluster/transport.js';
import { AGENT_POD_LABELS } from '../protocol/agent/types.js';
import { type InstallPlan, MANAGED_BY, neededRights } from './agent-plan.js';
import { LabError, labError } from './errors.js';
import { missingRights } from './rights.js';
import type {
  AgentInstallStep,
  AgentRemoval,
  AgentView,
  InstalledAgent,
  MissingRights,
  PlannedObject,
  Store,
} from './types.js';

/** Where deploy/ puts the agent. */
export const AGENT_NAMESPACE: ObjectRef = { kind: 'Namespace', namespace: null, name: 'podstress' };
export const AGENT_SET: ObjectRef = { kind: 'DaemonSet', namespace: 'podstress', name: 'podstress-agent' };

export interface AgentInstallerTiming {
  readonly pollMs?: number;
  /** An image may have to come a long way, ms. */
  readonly readyWithinMs?: number;
  readonly goneWithinMs?: number;
}

const POLL_MS = 500;
const READY_WITHIN_MS = 180_000;
const GONE_WITHIN_MS = 90_000;

/** Installs the agent and takes it away again, as the user of the connection. */
export class ClusterAgentInstaller {
  readonly #transport: Transport;
  readonly #agents: Store<readonly AgentView[]>;
  readonly #signal: AbortSignal;
  readonly #timing: Required<AgentInstallerTiming>;

  constructor(
    transport: Transport,
    agents: Store<readonly AgentView[]>,
    signal: AbortSignal,
    {
      pollMs = POLL_MS,
      readyWithinMs = READY_WITHIN_MS,
      goneWithinMs = GONE_WITHIN_MS,
    }: AgentInstallerTiming = {},
  ) {
    this.#transport = transport;
    this.#agents = agents;
    this.#signal = signal;
    this.#timing = { pollMs, readyWithinMs, goneWithinMs };
  }

  /** What the user lacks for it, with the commands that grant it; null where nothing is missing. Throws LabError. */
  missingRights(what: 'install' | 'remove', signal: AbortSignal): Promise<MissingRights | null> {
    return this.#acting(signal, (until) =>
      missingRights(this.#transport, neededRights(what, AGENT_NAMESPACE.name), 'podstress-agent', until),
    );
  }

  /**
   * Applies one object after the other and stops at the first that is refused; each is tried without effect
   * before it is applied. Throws LabError, whose message names the object and what was applied before it; `already-exists`: somebody
   * else has set fields to something else, which `force` takes over.
   */
  apply(
    plan: InstallPlan,
    options: { readonly force: boolean; readonly onStep: (step: AgentInstallStep) => void },
    signal: AbortSignal,
  ): Promise<void> {
    return this.#acting(signal, async (until) => {
      const { force, onStep } = options;
      const applied: PlannedObject[] = [];
      for (const object of plan.objects) {
        onStep({ kind: 'applying', object: planned(object.ref) });
        try {
          await applyObject(this.#transport, object, { force, dryRun: true }, until);
          await applyObject(this.#transport, object, { force, dryRun: false }, until);
        } catch (error) {
          const { kind, message } = labError(error);
          const before = applied.map((one) => `${one.kind} ${one.name}`).join(', ');
          const rest = before === '' ? 'Nothing was applied.' : `Applied before it: ${before}.`;
          throw new LabError(kind, `${object.ref.kind} ${object.ref.name}: ${message}. ${rest}`, error);
        }
        applied.push(planned(object.ref));
      }
    });
  }

  /**
   * Waits until the DaemonSet runs everywhere as applied and every agent answers. Throws LabError (`unreachable`) with
   * what the cluster says about it where that takes too long.
   */
  ready(onStep: (step: AgentInstallStep) => void, signal: AbortSignal): Promise<InstalledAgent> {
    return this.#acting(signal, async (until) => {
      const deadline = performance.now() + this.#timing.readyWithinMs;
      for (;;) {
        const set = await findObject(this.#transport, AGENT_SET, until);
        if (set === null)
          throw new LabError('not-found', 'The DaemonSet of the agent was deleted meanwhile.');
        const { desired, available, current } = rollout(set);
        const live = this.#agents.get().filter(({ state }) => state === 'live');
        const answering = new Set(live.map(({ nodeName }) => nodeName)).size;
        onStep({ kind: 'waiting', nodes: desired, available, answering });
        if (current && desired > 0 && available >= desired && answering >= desired) {
          return { nodes: desired, answering };
        }
        if (performance.now() >= deadline) {
          throw new LabError('unreachable', await this.#whyNotReady(desired, available, answering, until));
        }
        await sleep(this.#timing.pollMs, until);
      }
    });
  }

  /** Who has installed the agent that is there: `ours`, somebody else, or nobody. Throws LabError. */
  owner(signal: AbortSignal): Promise<'ours' | 'other' | 'none'> {
    return this.#acting(signal, async (until) => {
      const set = await findObject(this.#transport, AGENT_SET, until);
      if (set !== null) return isOurs(set, false) ? 'ours' : 'other';
      const namespace = await findObject(this.#transport, AGENT_NAMESPACE, until);
      return namespace !== null && isOurs(namespace, true) ? 'ours' : 'none';
    });
  }

  /**
   * Deletes what an install has made and nothing else, and waits until it is gone: the DaemonSet with its Pods, then
   * the namespace, unless others have set fields of it or run something in it. Throws LabError.
   */
  remove(onStep: (step: AgentInstallStep) => void, signal: AbortSignal): Promise<AgentRemoval> {
    return this.#acting(signal, async (until) => {
      const removed: PlannedObject[] = [];
      const set = await findObject(this.#transport, AGENT_SET, until);
      if (set !== null) {
        if (!isOurs(set, false)) {
          const who = fieldManagers(set).join(', ') || 'unknown';
          throw new LabError(
            'rejected',
            `The agent was not installed by Podstress (field managers: ${who}).`,
          );
        }
        onStep({ kind: 'removing', object: planned(AGENT_SET) });
        await this.#delete(AGENT_SET, set, until);
        await this.#until(
          'its Pods are gone',
          until,
          async () => (await this.#pods(true, until)).length === 0,
        );
        removed.push(planned(AGENT_SET));
      }
      const namespace = await findObject(this.#transport, AGENT_NAMESPACE, until);
      if (namespace === null) return { removed, kept: null };
      if (!isOurs(namespace, true)) return { removed, kept: 'not-ours' };
      if ((await this.#pods(false, until)).length > 0) return { removed, kept: 'in-use' };
      onStep({ kind: 'removing', object: planned(AGENT_NAMESPACE) });
      await this.#delete(AGENT_NAMESPACE, namespace, until);
      return { removed: [...removed, planned(AGENT_NAMESPACE)], kept: null };
    });
  }

  async #delete(ref: ObjectRef, object: JsonRecord, signal: AbortSignal): Promise<void> {
    const uid = asString(asRecord(object['metadata'])?.['uid']) ?? '';
    await deleteObject(this.#transport, ref, uid, signal);
    await this.#until(`${ref.kind} ${ref.name} is gone`, signal, async () => {
      const now = await findObject(this.#transport, ref, signal);
      return now === null || asString(asRecord(now['metadata'])?.['uid']) !== uid;
    });
  }

  async #until(what: string, signal: AbortSignal, holds: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + this.#timing.goneWithinMs;
    while (!(await holds())) {
      if (performance.now() >= deadline) {
        const seconds = this.#timing.goneWithinMs / 1000;
        throw new LabError(
          'unreachable',
          `Waited ${seconds} s in vain until ${what}; finalizers may hold it.`,
        );
      }
      await sleep(this.#timing.pollMs, signal);
    }
  }

  /** The Pods of the agent's namespace: the agent's own, or all. */
  async #pods(own: boolean, signal: AbortSignal): Promise<readonly JsonRecord[]> {
    const labelSelector = Object.entries(AGENT_POD_LABELS)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
    const answer = await this.#transport.json({
      path: `/api/v1/namespaces/${AGENT_NAMESPACE.name}/pods`,
      query: { labelSelector: own ? labelSelector : undefined, limit: '500' },
      signal,
    });
    return asArray(asRecord(answer)?.['items'])
      .map(asRecord)
      .filter((item) => item !== null);
  }

  async #whyNotReady(
    desired: number,
    available: number,
    answering: number,
    signal: AbortSignal,
  ): Promise<string> {
    const seconds = this.#timing.readyWithinMs / 1000;
    const head = `After ${seconds} s ${available} of ${desired} agents are available and ${answering} answer.`;
    if (desired === 0) return `${head} No node matches the node selector of the DaemonSet.`;
    const waiting = (await this.#pods(true, signal)).flatMap(waitingReason);
    const refusals = await warningsAbout(this.#transport, AGENT_SET, signal).catch(() => []);
    const [why] = [...waiting, ...refusals];
    return why === undefined ? head : `${head} ${why}`;
  }

  /** Ends with the connection as well as with the caller's signal. Errors become LabErrors. */
  async #acting<T>(signal: AbortSignal, act: (until: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    // Each of the reviews that are asked for at once listens to it.
    setMaxListeners(0, controller.signal);
    const end = (): void => controller.abort();
    const signals = [signal, this.#signal];
    for (const one of signals) {
      one.addEventListener('abort', end, { once: true });
      if (one.aborted) end();
    }
    try {
      return await act(controller.signal);
    } catch (error) {
      throw labError(error);
    } finally {
      for (const one of signals) one.removeEventListener('abort', end);
    }
  }
}

function planned({ kind, namespace, name }: ObjectRef): PlannedObject {
  return { kind, namespace, name };
}

/** It carries our label, and we have set fields of it; `alone`: and nobody else has. */
function isOurs(object: JsonRecord, alone: boolean): boolean {
  const labels = asRecord(asRecord(object['metadata'])?.['labels']) ?? {};
  const isLabelled = Object.entries(MANAGED_BY).every(([key, value]) => labels[key] === value);
  const managers = fieldManagers(object);
  const others = managers.some((manager) => manager !== FIELD_MANAGER);
  return isLabelled && managers.includes(FIELD_MANAGER) && !(alone && others);
}

/** As `kubectl rollout status` counts. */
function rollout(set: JsonRecord): { desired: number; available: number; current: boolean } {
  const status = asRecord(set['status']);
  const number = (key: string): number => asNumber(status?.[key]) ?? 0;
  const generation = asNumber(asRecord(set['metadata'])?.['generation']) ?? 0;
  const desired = number('desiredNumberScheduled');
  const current = number('observedGeneration') >= generation && number('updatedNumberScheduled') >= desired;
  return { desired, available: number('numberAvailable'), current };
}

function waitingReason(pod: JsonRecord): string[] {
  const name = asString(asRecord(pod['metadata'])?.['name']) ?? '';
  const status = asRecord(pod['status']);
  const unscheduled = asArray(status?.['conditions']).flatMap((raw) => {
    const condition = asRecord(raw);
    const isIt = condition?.['type'] === 'PodScheduled' && condition['status'] === 'False';
    return isIt ? [`${name}: ${asString(condition['message']) ?? 'not scheduled'}`] : [];
  });
  const containers = asArray(status?.['containerStatuses']).flatMap((raw) => {
    const waiting = asRecord(asRecord(asRecord(raw)?.['state'])?.['waiting']);
    const reason = asString(waiting?.['reason']);
    const message = asString(waiting?.['message']);
    return reason === null ? [] : [`${name}: ${reason}${message === null ? '' : `: ${message}`}`];
  });
  return [...unscheduled, ...containers];
}
