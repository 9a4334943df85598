import { readFileSync } from 'node:fs';
import { parseFlatKeyed } from '../../../core/memory/flat-keyed.js';
import { workingSet } from '../../../core/memory/working-set.js';
import type { Usage } from './usage.js';

/** USER_HZ, in which /proc counts CPU time: 100 on every architecture that Node runs on. */
const NANOSECONDS_PER_TICK = 10_000_000;

/**
 * CPU time of processes and of their children that have ended, ns. Stands in for cpuacct.usage on cgroup v1, where the
 * sandbox makes cgroups in the memory hierarchy only.
 */
export function cpuNanosecondsOf(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) ticks += ticksOf(readText(`/proc/${pid}/stat`));
  return ticks * NANOSECONDS_PER_TICK;
}

/** utime, stime, cutime and cstime of a /proc/PID/stat; 0 where the process has gone. */
export function ticksOf(stat: string): number {
  // The name is between the first ( and the last ), and may hold both.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + (Number(field) || 0), 0);
}

/**
 * The whole machine. Memory as runc reads it where the root has no cgroup of its own (libcontainer/cgroups/fs2
 * rootStatsFromMeminfo): MemTotal - MemFree.
 */
export function machineUsage(
  files: { meminfo: string; stat: string; vmstat: string } = {
    meminfo: readText('/proc/meminfo'),
    stat: readText('/proc/stat'),
    vmstat: readText('/proc/vmstat'),
  },
): Usage {
  const bytes = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(files.meminfo)?.[1] ?? 0) * 1024;
  const usageBytes = bytes('MemTotal') - bytes('MemFree');
  const inactiveFileBytes = bytes('Inactive\\(file\\)');
  const faults = parseFlatKeyed(files.vmstat);
  return {
    memory: {
      usageBytes,
      inactiveFileBytes,
      workingSetBytes: workingSet(usageBytes, inactiveFileBytes),
      rssBytes: bytes('AnonPages'),
      cacheBytes: bytes('Cached') + bytes('Buffers'),
    },
    limitBytes: bytes('MemTotal'),
    pageFaults: faults.get('pgfault') ?? 0,
    majorPageFaults: faults.get('pgmajfault') ?? 0,
    cpuNanoseconds: busyTicks(files.stat) * NANOSECONDS_PER_TICK,
  };
}

/** user, nice, system, irq, softirq and steal of the first line of /proc/stat: all but idle and iowait. */
function busyTicks(stat: string): number {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    stat.split('\n', 1)[0] ?? ''
  )
    .split(/\s+/)
    .map(Number);
  return user + nice + system + irq + softirq + steal;
}

/** When the machine was started, ms since the epoch. */
export function bootTime(stat = readText('/proc/stat')): number {
  return Number(/^btime (\d+)$/m.exec(stat)?.[1] ?? 0) * 1000;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
