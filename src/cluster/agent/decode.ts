import { CONTAINER_RUNTIMES, type PodIdentity } from '../../core/cgroup/identity.js';
import type { LimitLevel } from '../../core/cgroup/path.js';
import type { OomConstraint, OomTask, OomVictim } from '../../core/kernel/oom-kill.js';
import type { QosClass } from '../../core/kubernetes/objects.js';
import type { MemoryPressure } from '../../core/memory/pressure.js';
import {
  AGENT_API_VERSION,
  type CgroupDriver,
  type CgroupMode,
  type GapEntry,
  type GroupKill,
  type KillEntry,
  type KillStreamLine,
  type MemorySample,
  type NodeInfo,
  type ProcessInfo,
  type SampleLine,
} from '../../protocol/agent/types.js';
import { asArray, asRecord } from '../decode.js';
import { ClusterError } from '../errors.js';
import { Fields } from './fields.js';

/** Longer lists than these are cut: a hostile agent must not fill our memory line by line. */
const MAX_TASKS = 5000;
const MAX_CONTAINERS = 5000;

const QOS: readonly QosClass[] = ['Guaranteed', 'Burstable', 'BestEffort'];
const LEVELS: readonly LimitLevel[] = ['container', 'pod', 'kubepods', 'node'];
const CGROUP_MODES: readonly CgroupMode[] = ['legacy', 'hybrid', 'unified'];
const CGROUP_DRIVERS: readonly CgroupDriver[] = ['systemd', 'cgroupfs'];
const GROUP_KILLS: readonly GroupKill[] = ['on', 'off', 'mixed'];
const CONSTRAINTS: readonly OomConstraint[] = ['memcg', 'global', 'cpuset', 'mempolicy'];

/** Reads the answer of `GET /v1/node`. Throws ClusterError `protocol`, as all decoders here do. */
export function decodeNodeInfo(raw: unknown): NodeInfo {
  const node = new Fields(raw, 'node');
  const version = node.number('apiVersion');
  if (version !== AGENT_API_VERSION) {
    throw new ClusterError(
      'protocol',
      `the agent speaks version ${version} of its API, this client ${AGENT_API_VERSION}: update the older one`,
    );
  }
  const capabilities = new Fields(node.get('capabilities'), 'node.capabilities');
  return {
    apiVersion: AGENT_API_VERSION,
    agentVersion: node.string('agentVersion'),
    nodeName: node.string('nodeName'),
    kernelRelease: node.string('kernelRelease'),
    bootId: node.string('bootId'),
    cgroupVersion: node.number('cgroupVersion') === 1 ? 1 : 2,
    cgroupMode: node.oneOfOrNull('cgroupMode', CGROUP_MODES),
    cgroupDriver: node.oneOfOrNull('cgroupDriver', CGROUP_DRIVERS),
    groupKill: node.oneOfOrNull('groupKill', GROUP_KILLS),
    kernelLogRateLimit: decodeRateLimit(node.fieldsOrNull('kernelLogRateLimit')),
    memoryTotalBytes: node.number('memoryTotalBytes'),
    memoryAvailableBytes: node.numberOrNull('memoryAvailableBytes'),
    swapTotalBytes: node.number('swapTotalBytes'),
    capabilities: {
      kernelLog: capabilities.boolean('kernelLog'),
      killCounters: capabilities.boolean('killCounters'),
      stress: capabilities.boolean('stress'),
      negativeOomScoreAdj: capabilities.boolean('negativeOomScoreAdj'),
    },
  };
}

function decodeRateLimit(limit: Fields | null): NodeInfo['kernelLogRateLimit'] {
  return limit === null ? null : { intervalMs: limit.number('intervalMs'), burst: limit.number('burst') };
}

/** Reads one line of `GET /v1/kills`. */
export function decodeKillLine(raw: unknown): KillStreamLine {
  const line = new Fields(raw, 'kills');
  const type = line.string('type');
  const time = line.time('time');
  const seq = line.number('seq');
  if (type === 'heartbeat') {
    return { type, time, seq };
  }
  if (type === 'gap') {
    const source: GapEntry['source'] = line.oneOf('source', ['kernel', 'stream']);
    return { type, time, seq, source, lost: line.number('lost') };
  }
  if (type !== 'kill') {
    throw new ClusterError('protocol', `kills: a line of the unknown type "${type.slice(0, 40)}"`);
  }
  return decodeKill(line, seq, time);
}

/** Reads one line of `GET /v1/memory`. */
export function decodeSampleLine(raw: unknown): SampleLine {
  const line = new Fields(raw, 'memory');
  line.oneOf('type', ['sample']);
  const samples = (key: string): MemorySample[] =>
    line.list(key, MAX_CONTAINERS).map((each) => decodeSample(each, `memory.${key}`));
  return {
    type: 'sample',
    time: line.time('time'),
    containers: samples('containers'),
    // Agents before this field told of containers only.
    pods: line.get('pods') == null ? [] : samples('pods'),
  };
}

/** Reads the answer of `GET /v1/containers/ID/processes`. */
export function decodeProcesses(raw: unknown): readonly ProcessInfo[] {
  const items = Array.isArray(raw) ? raw : asArray(asRecord(raw)?.['processes']);
  return items.slice(0, MAX_TASKS).map((item) => {
    const process = new Fields(item, 'processes');
    return {
      pid: process.number('pid'),
      containerPid: process.number('containerPid'),
      comm: process.string('comm'),
      commandLine: process.list('commandLine', 256).filter((arg): arg is string => typeof arg === 'string'),
      uid: process.number('uid'),
      rssBytes: process.number('rssBytes'),
      swapBytes: process.number('swapBytes'),
      pageTableBytes: process.number('pageTableBytes'),
      ...(process.get('anonBytes') == null ? {} : { anonBytes: process.number('anonBytes') }),
      oomScoreAdj: process.number('oomScoreAdj'),
      ...(process.get('oomScore') == null ? {} : { oomScore: process.number('oomScore') }),
      stressRun: process.stringOrNull('stressRun'),
    };
  });
}

function decodeKill(line: Fields, seq: number, time: string): KillEntry {
  const invoker = line.fieldsOrNull('invoker');
  const victim = line.fieldsOrNull('victim');
  return {
    type: 'kill',
    seq,
    time,
    bootSeconds: line.numberOrNull('bootSeconds'),
    evidence: line.oneOf('evidence', ['full', 'bare', 'counted']),
    constraint: line.oneOfOrNull('constraint', CONSTRAINTS),
    group: line.boolean('group'),
    victim: victim === null ? null : decodeVictim(victim),
    invoker:
      invoker === null
        ? null
        : {
            pid: invoker.numberOrNull('pid'),
            comm: invoker.string('comm'),
            oomScoreAdj: invoker.numberOrNull('oomScoreAdj'),
          },
    oomMemcg: line.stringOrNull('oomMemcg'),
    taskMemcg: line.stringOrNull('taskMemcg'),
    level: line.oneOfOrNull('level', LEVELS),
    limitBytes: line.numberOrNull('limitBytes'),
    usageBytes: line.numberOrNull('usageBytes'),
    pod: line.get('pod') == null ? null : decodeIdentity(line.get('pod')),
    candidates: line.list('candidates', MAX_CONTAINERS).map(decodeIdentity),
    ...(line.get('checked') == null ? {} : { checked: line.boolean('checked') }),
    tasks: line.list('tasks', MAX_TASKS).map(decodeTask),
  };
}

function decodeVictim(victim: Fields): OomVictim {
  return {
    pid: victim.number('pid'),
    comm: victim.string('comm'),
    uid: victim.numberOrNull('uid'),
    oomScoreAdj: victim.numberOrNull('oomScoreAdj'),
    totalVmBytes: victim.numberOrNull('totalVmBytes'),
    anonRssBytes: victim.numberOrNull('anonRssBytes'),
    fileRssBytes: victim.numberOrNull('fileRssBytes'),
    shmemRssBytes: victim.numberOrNull('shmemRssBytes'),
    pgtablesBytes: victim.numberOrNull('pgtablesBytes'),
  };
}

function decodeTask(raw: unknown): OomTask {
  const task = new Fields(raw, 'kills.tasks');
  return {
    pid: task.number('pid'),
    tgid: task.number('tgid'),
    uid: task.number('uid'),
    comm: task.string('comm'),
    rssBytes: task.number('rssBytes'),
    pgtablesBytes: task.numberOrNull('pgtablesBytes'),
    swapBytes: task.numberOrNull('swapBytes'),
    oomScoreAdj: task.number('oomScoreAdj'),
  };
}

function decodeIdentity(raw: unknown): PodIdentity {
  const identity = new Fields(raw, 'identity');
  return {
    uid: identity.string('uid'),
    qos: identity.oneOf('qos', QOS),
    containerId: identity.stringOrNull('containerId'),
    runtime: identity.oneOfOrNull('runtime', CONTAINER_RUNTIMES),
  };
}

function decodeSample(raw: unknown, where: string): MemorySample {
  const sample = new Fields(raw, where);
  return {
    identity: decodeIdentity(sample.get('identity')),
    usageBytes: sample.number('usageBytes'),
    workingSetBytes: sample.number('workingSetBytes'),
    inactiveFileBytes: sample.number('inactiveFileBytes'),
    rssBytes: sample.number('rssBytes'),
    cacheBytes: sample.number('cacheBytes'),
    shmemBytes: sample.numberOrNull('shmemBytes'),
    kernelBytes: sample.numberOrNull('kernelBytes'),
    swapBytes: sample.numberOrNull('swapBytes'),
    limitBytes: sample.numberOrNull('limitBytes'),
    effectiveLimitBytes: sample.numberOrNull('effectiveLimitBytes'),
    effectiveLimitLevel: sample.oneOfOrNull('effectiveLimitLevel', LEVELS),
    limitHits: sample.numberOrNull('limitHits'),
    peakBytes: sample.numberOrNull('peakBytes'),
    pressure: decodePressure(sample.fieldsOrNull('pressure')),
    oomKills: sample.numberOrNull('oomKills'),
  };
}

function decodePressure(pressure: Fields | null): MemoryPressure | null {
  return pressure === null
    ? null
    : {
        someAvg10: pressure.number('someAvg10'),
        fullAvg10: pressure.number('fullAvg10'),
        someTotalUs: pressure.number('someTotalUs'),
        fullTotalUs: pressure.number('fullTotalUs'),
      };
}
