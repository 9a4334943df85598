import type { StressChaos } from '../core/kubernetes/objects.js';
import { readStress } from '../core/stresschaos/plan.js';
import { durationMs } from '../core/units/duration.js';
import type { StressPlan } from '../protocol/agent/types.js';
import type { AgentExperiment, AgentTarget } from './agent-experiment.js';
import { LabError } from './errors.js';
import { MAX_RUN_ID, runId, writeNote } from './stress-runs.js';

/** The longest that an agent lets a run last: what a stress without an end becomes, ms. */
const LONGEST_MS = 7 * 24 * 3_600_000;
const SHORTEST_MS = 100;
/** A Kubernetes name. */
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** Throws LabError where the agents cannot do what Chaos Mesh's webhook, or the manifest itself, rules out. */
export function checkManifest({ metadata: { name }, spec }: StressChaos, namespace: string): void {
  const refuse = (why: string): never => {
    throw new LabError('rejected', why);
  };
  if (!NAME.test(name) || !NAME.test(namespace)) refuse(`${namespace}/${name} is no name of Kubernetes.`);
  const longest = runId({ namespace, name, uid: '00000000', attempt: 99_999, index: 99_999 });
  if (longest.length > MAX_RUN_ID) {
    refuse(
      `The name ${namespace}/${name} is ${longest.length - MAX_RUN_ID} characters too long for the agents.`,
    );
  }
  if (spec.remoteCluster !== undefined && spec.remoteCluster !== '') {
    refuse('The node agents act in this cluster only: remove remoteCluster.');
  }
  const { duration = '' } = spec;
  const ms = durationMs(duration);
  if (duration !== '' && ms === null) refuse(`The duration ${JSON.stringify(duration)} cannot be read.`);
  if (ms !== null && ms < SHORTEST_MS)
    refuse(`The duration ${duration} is over before anything is injected.`);
}

/** One container's plan. Throws LabError where the manifest would start nothing, or what cannot run. */
export function planFor(
  experiment: AgentExperiment,
  target: AgentTarget,
  facts: {
    readonly attempt: number;
    readonly index: number;
    readonly nodeMemoryBytes: number;
    /** Null: it needs nobody. */
    readonly leaseMs: number | null;
  },
): StressPlan {
  const { object, uid } = experiment;
  const read = readStress(object.spec, facts.nodeMemoryBytes);
  if (read.kind === 'bad-flag') {
    const value = read.value === null ? '' : ` ${read.value}`;
    throw new LabError(
      'rejected',
      `memStress does not take ${read.flag}${value}: see the options of the memory stressor.`,
    );
  }
  if (read.kind === 'nothing') {
    throw new LabError('rejected', 'This manifest stresses nothing: it needs workers, and memory a size.');
  }
  const { namespace = 'default', name } = object.metadata;
  const { attempt, index, leaseMs } = facts;
  const note = writeNote({ object, target: target.id });
  const remaining = experiment.remainingMs(Date.now()) ?? LONGEST_MS;
  return {
    id: runId({ namespace, name, uid, attempt, index }),
    containerId: target.containerId,
    ...read.share,
    durationMs: Math.round(Math.min(Math.max(remaining, SHORTEST_MS), LONGEST_MS)),
    ...(leaseMs !== null && { leaseMs }),
    ...(note !== undefined && { note }),
  };
}
