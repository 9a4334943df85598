import type { StressPlan } from '../../protocol/agent/types.js';
import { HttpProblem } from '../http/problem.js';

/** Which stressor an option is for. */
type Part = 'memory' | 'cpu';

interface KnownOption {
  readonly parts: readonly Part[];
  /** What its value must be; null: it stands alone. */
  readonly value: { readonly what: string; valid(text: string): boolean } | null;
}

const MAX_WORDS = 64;

/**
 * stress-ng 0.15's ways to write to memory. Not `rowhammer`, which tries to flip the bits of others, and not `all`,
 * which includes it.
 */
const VM_METHODS = [
  'cache-lines cache-stripe checkerboard flip fwdrev galpat-0 galpat-1 gray grayflip inc-nybble incdec lfsr32',
  'mscan modulo-x move-inv prime-0 prime-1 prime-gray-0 prime-gray-1 prime-incdec rand-set rand-sum read64 ror swap',
  'walk-0a walk-0d walk-1a walk-1d write1024v write64 write64nt wrrd128nt zero-one',
].flatMap((line) => line.split(' '));

/** Not `dontneed` and `mergeable`: they give the memory back. */
const ADVICE = ['hugepage', 'nohugepage', 'normal', 'random', 'sequential', 'willneed'];

function oneOf(values: readonly string[]): NonNullable<KnownOption['value']> {
  return { what: `one of ${values.join(', ')}`, valid: (text) => values.includes(text) };
}

function whole(min: number, max: number): NonNullable<KnownOption['value']> {
  return {
    what: `a whole number from ${min} to ${max}`,
    valid: (text) => /^-?\d{1,6}$/.test(text) && Number(text) >= min && Number(text) <= max,
  };
}

/**
 * The flags of stress-ng that a plan may add: those that change how memory or CPU time is taken, and neither how much
 * nor for how long. All others are refused: they start other stressors and programs (`--exec`), write files
 * (`--temp-path`, `--log-file`, `--yaml`), stress the node as a whole (`--thrash`), or let the run hold less than it
 * says (`--oomable`, `--oom-avoid`).
 */
const KNOWN: Readonly<Record<string, KnownOption>> = {
  '--vm-method': { parts: ['memory'], value: oneOf(VM_METHODS) },
  '--vm-madvise': { parts: ['memory'], value: oneOf(ADVICE) },
  '--vm-hang': { parts: ['memory'], value: whole(0, 86_400) },
  '--vm-keep': { parts: ['memory'], value: null },
  '--vm-locked': { parts: ['memory'], value: null },
  '--vm-populate': { parts: ['memory'], value: null },
  '--page-in': { parts: ['memory'], value: null },
  '--cpu-method': {
    parts: ['cpu'],
    value: { what: 'the name of a method', valid: (text) => /^[a-z][a-z0-9]{0,31}$/.test(text) },
  },
  '--cpu-load-slice': { parts: ['cpu'], value: whole(-100_000, 100_000) },
  '--taskset': {
    parts: ['memory', 'cpu'],
    value: {
      what: 'a list of CPUs, such as 0,2-3',
      valid: (text) => /^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?){0,63}$/.test(text),
    },
  },
};

/** Flags that say what a field of the plan says. */
const FIELDS: Readonly<Record<string, string>> = {
  '--timeout': 'durationMs',
  '-t': 'durationMs',
  '--vm': 'memory.workers',
  '-m': 'memory.workers',
  '--workers': 'memory.workers',
  '--vm-bytes': 'memory.bytes',
  '--size': 'memory.bytes',
  '--time': 'memory.rampMs',
  '--backoff': 'memory.rampMs',
  '-b': 'memory.rampMs',
  '--no-oom-adjust': 'memory.oomScoreAdj',
  '--cpu': 'cpu.workers',
  '-c': 'cpu.workers',
  '--cpu-load': 'cpu.load',
  '-l': 'cpu.load',
};

/** A plan's further arguments for stress-ng, by stressor. */
export type PartOptions = Readonly<Record<Part, readonly string[]>>;

/**
 * Reads options as Chaos Mesh takes them: words, or several words in one item; `--flag value` or `--flag=value`.
 * Throws HttpProblem 400 that names what is not known, not valid, or of no use in this plan.
 */
export function readOptions(plan: Pick<StressPlan, 'options' | 'memory' | 'cpu'>): PartOptions {
  const words = (plan.options ?? []).flatMap((item) => item.split(/\s+/)).filter((word) => word !== '');
  if (words.length > MAX_WORDS) throw new HttpProblem(400, `options may have ${MAX_WORDS} words at most.`);
  const options: Record<Part, string[]> = { memory: [], cpu: [] };
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const flag = equals === -1 ? word : word.slice(0, equals);
    const known = knownOption(flag);
    const value = known.value === null || equals !== -1 ? word.slice(equals + 1) : words[++index];
    const parts = known.parts.filter((part) => plan[part] !== undefined);
    if (parts.length === 0) {
      throw new HttpProblem(
        400,
        `options: ${flag} is for the ${known.parts.join(' or ')} stressor, which the plan does not have.`,
      );
    }
    if (known.value === null) {
      if (equals !== -1) throw new HttpProblem(400, `options: ${flag} takes no value.`);
    } else if (value === undefined || !known.value.valid(value)) {
      throw new HttpProblem(400, `options: ${flag} needs ${known.value.what}.`);
    }
    const added = known.value === null || value === undefined ? [flag] : [flag, value];
    for (const part of parts) options[part].push(...added);
  }
  return options;
}

function knownOption(flag: string): KnownOption {
  if (Object.hasOwn(KNOWN, flag)) return KNOWN[flag] as KnownOption;
  const shown = JSON.stringify(flag.slice(0, 80));
  const field = Object.hasOwn(FIELDS, flag) ? FIELDS[flag] : undefined;
  throw new HttpProblem(
    400,
    field === undefined
      ? `options: ${shown} is not among the flags that are passed on: ${Object.keys(KNOWN).join(', ')}.`
      : `options: ${shown} is what the plan's ${field} says: set that instead.`,
  );
}
