/** The little of a process that tells whether it is a stressor and what it holds. */
export interface ContainerProcess {
  readonly pid: number;
  /** The pid inside the container's PID namespace. */
  readonly containerPid: number;
  /** Anybody may give a process any name. */
  readonly comm: string;
  readonly rssBytes: number;
  readonly swapBytes: number;
  /** What it alone holds of the RSS; absent: its agent does not say. */
  readonly anonBytes?: number | null;
  /** The stress run that it belongs to, where an agent started it. */
  readonly stressRun: string | null;
}

/** A process that stresses. */
export interface Stressor {
  readonly pid: number;
  readonly run: string | null;
  /** What it stresses; `any`: a parent that waits for others. */
  readonly kind: 'memory' | 'cpu' | 'any';
  /** What it took for the stress, its own needs left out, bytes. */
  readonly bytes: number;
}

const STRESSOR = /^(?:memStress$|stress-ng)/;
const FOR_MEMORY = /^(?:memStress$|stress-ng-(?:vm|bigheap|brk|mmap))/;
const FOR_CPU = /^stress-ng-cpu/;

/** Whether a process of this name is a stressor of Chaos Mesh or of our agent. */
export function isStressorName(comm: string): boolean {
  return STRESSOR.test(comm);
}

/**
 * The stressors among a container's processes: members of a stress run, and what has a stressor's name, unless the
 * container's own first process has such a name: then names say nothing there.
 *
 * What a stressor holds is its anonymous memory and swap less what the leanest of them holds, which is what the program
 * needs for itself: stress-ng's parents and memStress' server allocate nothing. Where the agent tells no anonymous
 * memory the RSS stands for it, with the program's file pages in it.
 */
export function stressorsOf(processes: readonly ContainerProcess[]): readonly Stressor[] {
  const first = processes.find(({ containerPid }) => containerPid === 1);
  const namesTell = first === undefined || first.stressRun !== null || !isStressorName(first.comm);
  const found = processes.filter(
    ({ stressRun, comm }) => stressRun !== null || (namesTell && isStressorName(comm)),
  );
  const programs = found.filter(({ comm }) => isStressorName(comm));
  const own = programs.length < 2 ? OWN_BYTES : Math.min(OWN_BYTES, ...programs.map(heldBytes));
  return found.map((process) => ({
    pid: process.pid,
    run: process.stressRun,
    kind: kindOf(process.comm),
    bytes: isStressorName(process.comm) ? Math.max(0, heldBytes(process) - own) : 0,
  }));
}

/** No stressor's program needs more for itself, bytes (memStress: about 4 MB). */
const OWN_BYTES = 6 * 1024 ** 2;

function heldBytes({ anonBytes, rssBytes, swapBytes }: ContainerProcess): number {
  return (anonBytes ?? rssBytes) + swapBytes;
}

function kindOf(comm: string): Stressor['kind'] {
  if (FOR_MEMORY.test(comm)) return 'memory';
  return FOR_CPU.test(comm) ? 'cpu' : 'any';
}
