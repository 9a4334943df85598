import type { StressEnd, StressPhase, StressPlan, StressRun } from '../../protocol/agent/types.js';
import { ClusterError } from '../errors.js';
import { Fields } from './fields.js';

/** More are not read: an agent keeps and runs a few hundred at most. */
const MAX_RUNS = 1000;
const MAX_OPTIONS = 64;
const MAX_NOTE = 8192;

const PHASES: readonly StressPhase[] = ['running', 'ended', 'failed'];
const ENDS: readonly StressEnd[] = ['time', 'request', 'lease', 'agent', 'failure'];

/** Reads the answer of `GET /v1/stress`. Throws ClusterError `protocol`. */
export function decodeStressRuns(raw: unknown): readonly StressRun[] {
  if (!Array.isArray(raw)) throw new ClusterError('protocol', 'stress: a list was expected');
  return raw.slice(0, MAX_RUNS).map(decodeStressRun);
}

/** Reads one run. Throws ClusterError `protocol`. */
export function decodeStressRun(raw: unknown): StressRun {
  const run = new Fields(raw, 'stress');
  return {
    plan: decodePlan(new Fields(run.get('plan'), 'stress.plan')),
    phase: run.oneOf('phase', PHASES),
    startedAt: run.time('startedAt'),
    endedAt: run.get('endedAt') == null ? null : run.time('endedAt'),
    pid: run.numberOrNull('pid'),
    reason: run.stringOrNull('reason'),
    cause: run.oneOfOrNull('cause', ENDS),
  };
}

function decodePlan(plan: Fields): StressPlan {
  const memory = plan.fieldsOrNull('memory');
  const cpu = plan.fieldsOrNull('cpu');
  const note = plan.stringOrNull('note')?.slice(0, MAX_NOTE) ?? null;
  const options = plan.get('options') == null ? null : plan.list('options', MAX_OPTIONS);
  return {
    id: plan.string('id'),
    containerId: plan.string('containerId'),
    durationMs: plan.number('durationMs'),
    ...(memory !== null && {
      memory: {
        bytes: memory.number('bytes'),
        workers: memory.number('workers'),
        ...optional('rampMs', memory),
        ...optional('oomScoreAdj', memory),
      },
    }),
    ...(cpu !== null && { cpu: { workers: cpu.number('workers'), ...optional('load', cpu) } }),
    ...(options !== null && { options: options.filter((one): one is string => typeof one === 'string') }),
    ...optional('leaseMs', plan),
    ...(note !== null && { note }),
  };
}

function optional<K extends string>(key: K, fields: Fields): { [key in K]?: number } {
  const value = fields.numberOrNull(key);
  const found: { [key in K]?: number } = {};
  if (value !== null) found[key] = value;
  return found;
}
