import type { StressPlan } from '../../protocol/agent/types.js';

/**
 * Joins cgroups before the program starts, so that its first byte is already charged to the container. The text is
 * constant: everything that differs comes as positional arguments, `N FILE… PROGRAM ARG…`.
 */
const JOIN_AND_EXEC =
  'n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ > "$1" || exit 125; shift; n=$((n-1)); done; exec "$@"';

/** The exit code of JOIN_AND_EXEC where a cgroup could not be joined. */
export const COULD_NOT_JOIN = 125;

/** The slice and method of Chaos Mesh's cpu stress. */
const CPU = ['--cpu-load-slice', '10', '--cpu-method', 'sqrt'];

/** stress-ng's arguments: workers that share the size and hold it without turning it over. */
export function stressNgArguments(plan: StressPlan): string[] {
  const { memory, cpu } = plan;
  const args = ['--timeout', `${Math.max(1, Math.ceil(plan.durationMs / 1000))}s`];
  if (memory) {
    args.push(
      '--vm',
      String(memory.workers),
      '--vm-bytes',
      `${memory.bytes}b`,
      '--vm-keep',
      '--vm-hang',
      '0',
    );
    if (memory.oomScoreAdj !== undefined) args.push('--no-oom-adjust');
  }
  if (cpu) {
    args.push(...CPU, '--cpu', String(cpu.workers));
    if (cpu.load !== undefined) args.push('--cpu-load', String(cpu.load));
  }
  return args;
}

/** Program and arguments that start a plan's stressor in a container. */
export function stressCommand(
  plan: StressPlan,
  initPid: number,
  procsFiles: readonly string[],
  stressNg: string,
): readonly [string, readonly string[]] {
  const adj = plan.memory?.oomScoreAdj;
  const scored = adj === undefined ? [] : ['choom', '-n', String(adj), '--'];
  // As Chaos Mesh does: only the PID namespace is entered, program and libraries are the agent's own.
  const entered = ['nsenter', '-t', String(initPid), '-p', '--', stressNg, ...stressNgArguments(plan)];
  return [
    '/bin/sh',
    [
      '-c',
      JOIN_AND_EXEC,
      'podstress-stress',
      String(procsFiles.length),
      ...procsFiles,
      ...scored,
      ...entered,
    ],
  ];
}
