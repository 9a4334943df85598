import { parseDuration, repairDuration } from '../../units/duration.js';
import type { StressModel } from '../check/model.js';
import { entryOf, seqOf, type YamlNode } from '../yaml/node.js';
import { stringOf } from '../yaml/scalar.js';
import { stress } from './example.js';
import type { Report, Rule } from './rule.js';

/** A word of the memory stressor's command line, with the item of `options` it stands in. */
interface Word {
  readonly text: string;
  readonly node: YamlNode;
}

/** A flag of that command line as Go's flag package reads it. */
interface Flag {
  readonly name: string;
  readonly word: Word;
  readonly value: Word | null;
  readonly known: boolean;
}

interface CommandLine {
  readonly flags: readonly Flag[];
  /** The first word that is no flag: Go stops reading there. */
  readonly stray: Word | null;
}

const MEMSTRESS_FLAGS: ReadonlySet<string> = new Set(['size', 'time', 'workers', 'client']);
const SWITCHES: ReadonlySet<string> = new Set(['client']);
/** Flags of stress-ng that stand alone: the next word is not theirs. */
const STRESS_NG_SWITCHES =
  /^(?:vm-keep|vm-locked|vm-populate|vm-flush|vm-numa|oomable|oom-avoid|no-oom-adjust|oom-no-child|verify|verbose|metrics|times|aggressive|v|O)$/;

/** Words of a command line that are looked at. */
const MAX_WORDS = 200;

function words(model: StressModel): Word[] {
  const options = seqOf(model.memory?.map, 'options');
  return (options?.items ?? []).slice(0, MAX_WORDS).flatMap((node) =>
    (stringOf(node) ?? '')
      .split(/\s+/)
      .filter((text) => text !== '')
      .map((text) => ({ text, node })),
  );
}

function commandLine(model: StressModel): CommandLine {
  const all = words(model);
  const flags: Flag[] = [];
  let stray: Word | null = null;
  for (let index = 0; index < all.length; index++) {
    const word = all[index] as Word;
    const parts = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word.text);
    if (parts === null) {
      stray ??= word;
      continue;
    }
    const name = parts[1] ?? '';
    const known = MEMSTRESS_FLAGS.has(name);
    const inline = parts[2] === undefined ? null : { text: parts[2], node: word.node };
    const next = all[index + 1];
    const alone =
      SWITCHES.has(name) || (!known && (STRESS_NG_SWITCHES.test(name) || /^-/.test(next?.text ?? '-')));
    if (inline === null && !alone) index++;
    flags.push({ name, word, value: inline ?? (alone ? null : (next ?? null)), known });
  }
  return { flags, stray };
}

function optionsEntry(model: StressModel) {
  return model.memory === undefined ? undefined : entryOf(model.memory.map, 'options');
}

function removeNodes(model: StressModel, nodes: readonly YamlNode[]) {
  const entry = optionsEntry(model);
  if (entry === undefined || model.memory === undefined) return undefined;
  return model.source.removeItems(model.memory.map, entry, [...new Set(nodes)]);
}

/** The items that hold nothing but this flag and its value; null where another word shares them. */
function ownNodes(flag: Flag, all: readonly Word[]): YamlNode[] | null {
  const own = flag.value === null ? [flag.word] : [flag.word, flag.value];
  const nodes = own.map((word) => word.node);
  const shared = all.some(
    (word) => nodes.includes(word.node) && !own.some((each) => each.node === word.node && isPart(each, word)),
  );
  return shared ? null : nodes;
}

function isPart(own: Word, word: Word): boolean {
  return own.text === word.text || word.text.endsWith(`=${own.text}`);
}

function foreignFlags(model: StressModel, report: Report): void {
  const all = words(model);
  const { flags, stray } = commandLine(model);
  for (const flag of flags) {
    if (flag.known || flag.name === 'h' || flag.name === 'help') continue;
    const nodes = ownNodes(flag, all);
    const fix = nodes === null ? undefined : removeNodes(model, nodes);
    report(flag.word.node, { flag: flag.word.text.split('=')[0] ?? '' }, { fix });
  }
  if (stray !== null && flags.every((flag) => flag.known)) {
    report(stray.node, { flag: stray.text, variant: 'stray' }, { severity: 'warning' });
  }
}

function rampTime(model: StressModel, report: Report): void {
  const time = commandLine(model).flags.find((flag) => flag.name === 'time');
  if (time?.value == null || parseDuration(time.value.text).error === null) return;
  const repaired = repairDuration(time.value.text);
  const node = time.value.node;
  const text = stringOf(node) ?? '';
  const whole = repaired === null ? null : text.replace(time.value.text, repaired);
  const fix = whole === null ? undefined : model.source.replaceScalar(node, whole);
  // memStress ignores it and takes the whole size at once: the stress happens, the ramp does not.
  report(node, { value: time.value.text, variant: 'ramp' }, { severity: 'warning', fix });
}

/** How long the memory takes to grow, ms; null without a ramp that memStress understands. */
export function rampMs(model: StressModel): number | null {
  const time = commandLine(model).flags.find((flag) => flag.name === 'time');
  const duration = time?.value == null ? null : parseDuration(time.value.text);
  return duration === null || duration.error !== null ? null : Number(duration.ns) / 1e6;
}

function withOptions(options: string): string {
  return stress({ memory: ['workers: 1', 'size: 64MiB', 'oomScoreAdj: 500', `options: ${options}`] });
}

const WITHOUT = stress({ memory: ['workers: 1', 'size: 64MiB', 'oomScoreAdj: 500'] });

export const optionRules: readonly Rule<StressModel>[] = [
  {
    code: 'MS003',
    severity: 'error',
    since: '2.2',
    check: rampTime,
    good: [{ text: withOptions("['--time', 1m]") }, { text: withOptions('[--time=90s]') }],
    bad: [
      {
        text: withOptions("[--time, «'10min'»]"),
        fixed: withOptions("[--time, '10m']"),
        severity: 'warning',
      },
      { text: withOptions('[«--time=1d»]'), fixed: withOptions('[--time=24h]'), severity: 'warning' },
      { text: withOptions('[--time, «soon»]'), severity: 'warning' },
    ],
  },
  {
    code: 'MS023',
    severity: 'error',
    since: '2.2',
    check: foreignFlags,
    good: [{ text: withOptions('[--time, 1m]') }, { text: withOptions('[--vm-keep]'), version: '2.1' }],
    bad: [
      { text: withOptions('[«--vm-keep»]'), fixed: WITHOUT },
      { text: withOptions('[--time, 1m, «--vm-hang», "0"]'), fixed: withOptions('[--time, 1m]') },
      { text: withOptions('[«--oomable», --time, 1m]'), fixed: withOptions('[--time, 1m]') },
      { text: withOptions('[«now», --time, 1m]'), severity: 'warning' },
    ],
  },
  {
    code: 'MS024',
    severity: 'warning',
    since: '2.2',
    check(model, report) {
      for (const flag of commandLine(model).flags) {
        if (flag.known && flag.name !== 'time') {
          report(flag.word.node, {
            flag: `--${flag.name}`,
            ...(flag.name === 'client' ? { variant: 'client' } : {}),
          });
        }
      }
    },
    good: [{ text: withOptions('[--time, 1m]') }],
    bad: [{ text: withOptions('[«--size», 1GiB]') }, { text: withOptions('[«--workers=2»]') }],
  },
  {
    code: 'MS025',
    severity: 'information',
    check(model, report) {
      for (const stressor of [model.memory, model.cpu]) {
        const entry = stressor === undefined ? undefined : entryOf(stressor.map, 'options');
        if (stressor === undefined || entry?.value.kind !== 'seq') continue;
        for (const item of entry.value.items) {
          if (stringOf(item)?.trim() !== '') continue;
          report(item, {}, { fix: model.source.removeItems(stressor.map, entry, [item]) });
        }
      }
    },
    good: [{ text: withOptions('[--time, 1m]') }],
    bad: [
      { text: withOptions("[«''»]"), fixed: WITHOUT },
      { text: withOptions("[--time, 1m, «''»]"), fixed: withOptions('[--time, 1m]') },
      {
        text: stress({ memory: ['workers: 1', 'size: 64MiB', 'oomScoreAdj: 500', 'options:', '  - «""»'] }),
        fixed: WITHOUT,
      },
    ],
  },
];
