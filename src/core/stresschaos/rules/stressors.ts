import type { StressModel, StressorModel } from '../check/model.js';
import { BEHAVIOUR, holdsIn } from '../version.js';
import { entryOf } from '../yaml/node.js';
import { integerOf } from '../yaml/scalar.js';
import { stress } from './example.js';
import type { Report, Rule } from './rule.js';

const BLOCK = 'memory:\n  workers: 1\n  size: 64MiB';

function eachWorkers(
  model: StressModel,
  visit: (stressor: StressorModel, workers: number, node: StressorModel['entry']['value']) => void,
): void {
  for (const stressor of [model.memory, model.cpu]) {
    const node = stressor === undefined ? undefined : entryOf(stressor.map, 'workers')?.value;
    const workers = integerOf(node);
    if (stressor !== undefined && node !== undefined && workers !== null) visit(stressor, workers, node);
  }
}

function missingStressors(model: StressModel, report: Report): void {
  if (entryOf(model.spec, 'stressngStressors') !== undefined) return;
  const entry = entryOf(model.spec, 'stressors');
  if (entry === undefined) {
    const line = model.spec.flow
      ? 'stressors: {memory: {workers: 1, size: 64MiB}}'
      : `stressors:\n  ${BLOCK.replaceAll('\n', '\n  ')}`;
    report(model.specKey, {}, { missing: true, fix: model.source.addEntry(model.spec, line) });
    return;
  }
  if (entry.value.kind !== 'map') return;
  const { value } = entry;
  if (value.entries.some((each) => each.key.text === 'memory' || each.key.text === 'cpu')) return;
  const line = value.flow ? 'memory: {workers: 1, size: 64MiB}' : BLOCK;
  report(entry.key, {}, { missing: true, fix: model.source.addEntry(value, line) });
}

/** The stressors that stress-ng flags ask for; null where a flag has no counterpart. */
function convertFlags(flags: string): string | null {
  const memory: string[] = [];
  const cpu: string[] = [];
  const words = flags.split(/\s+/).filter((word) => word !== '');
  for (let index = 0; index < words.length; index++) {
    const [flag = '', inline] = (words[index] ?? '').split('=', 2);
    if (flag === '--vm-keep') continue;
    const value = inline ?? words[++index] ?? '';
    if (flag === '--vm' && /^[1-9][0-9]*$/.test(value)) memory.unshift(`workers: ${value}`);
    else if (flag === '--vm-bytes' && /^[0-9.]+[kmgt%]?b?$/i.test(value)) memory.push(`size: ${value}`);
    else if (flag === '--cpu' && /^[1-9][0-9]*$/.test(value)) cpu.unshift(`workers: ${value}`);
    else if (flag === '--cpu-load' && /^[0-9]{1,3}$/.test(value)) cpu.push(`load: ${value}`);
    else return null;
  }
  const blocks = [
    ...(memory[0]?.startsWith('workers') ? [`memory: {${memory.join(', ')}}`] : []),
    ...(cpu[0]?.startsWith('workers') ? [`cpu: {${cpu.join(', ')}}`] : []),
  ];
  const complete = memory[0]?.startsWith('size') !== true && cpu[0]?.startsWith('load') !== true;
  return blocks.length > 0 && complete ? `stressors: {${blocks.join(', ')}}` : null;
}

function stressngStressors(model: StressModel, report: Report): void {
  const entry = entryOf(model.spec, 'stressngStressors');
  if (entry === undefined) return;
  if (entryOf(model.spec, 'stressors') !== undefined) {
    report(entry.key, { variant: 'both' }, { fix: model.source.removeEntry(model.spec, entry) });
    return;
  }
  const converted = entry.value.kind === 'scalar' ? convertFlags(entry.value.text) : null;
  const sound = converted !== null && !entry.merged && !entry.value.aliased;
  const range = { start: entry.key.start, end: Math.max(entry.key.end, entry.value.end) };
  report(entry.key, {}, { fix: sound ? [{ range, newText: converted }] : undefined });
}

export const stressorRules: readonly Rule<StressModel>[] = [
  {
    code: 'MS004',
    severity: 'error',
    check: missingStressors,
    good: [
      { text: stress() },
      { text: stress({ stressors: ["stressngStressors: '--vm 1'"] }) },
      { text: stress({ stressors: ['stressors: { cpu: { workers: 1 } }'] }) },
    ],
    bad: [
      {
        text: stress({ stressors: [] }).replace('spec:', '«spec»:'),
        fixed: stress({ stressors: [], spec: [] }).replace(
          'duration: 10m',
          'duration: 10m\n  stressors:\n    memory:\n      workers: 1\n      size: 64MiB',
        ),
      },
      {
        text: stress({ stressors: ['«stressors»: {}'] }),
        fixed: stress({ stressors: ['stressors: { memory: {workers: 1, size: 64MiB} }'] }),
      },
      { text: stress({ stressors: ['«stressors»:'] }) },
    ],
  },
  {
    code: 'MS005',
    severity: 'error',
    since: '2.2',
    check: stressngStressors,
    good: [
      { text: stress() },
      { text: stress({ stressors: ["stressngStressors: '--vm 1'"] }), version: '2.1' },
    ],
    bad: [
      {
        text: stress({ stressors: ["«stressngStressors»: '--vm 2 --vm-keep --vm-bytes 64m'"] }),
        fixed: stress({ stressors: ['stressors: {memory: {workers: 2, size: 64m}}'] }),
      },
      {
        text: stress({ spec: ["«stressngStressors»: '--cpu 1'"] }),
        fixed: stress(),
      },
      { text: stress({ stressors: ["«stressngStressors»: '--iomix 1'"] }) },
    ],
  },
  {
    code: 'MS007',
    severity: 'error',
    check(model, report) {
      eachWorkers(model, (stressor, workers, node) => {
        if (workers === 0) report(node, { stressor: stressor.kind }, { fix: model.source.bare(node, '1') });
      });
    },
    good: [{ text: stress() }],
    bad: [
      {
        text: stress({ memory: ['workers: «0»', 'size: 64MiB', 'oomScoreAdj: 500'] }),
        fixed: stress(),
      },
      {
        text: stress({ stressors: ['stressors: { cpu: { workers: «0» } }'] }),
        fixed: stress({ stressors: ['stressors: { cpu: { workers: 1 } }'] }),
      },
    ],
  },
  {
    code: 'MS008',
    severity: 'error',
    check(model, report) {
      eachWorkers(model, (stressor, workers, node) => {
        if (workers >= 0) return;
        // stress-ng reads a negative number as "as many as there are CPUs": odd, but it runs.
        const runs = stressor.kind === 'cpu' && !holdsIn(BEHAVIOUR.workersChecked, model.version);
        const fix = model.source.bare(node, '1');
        report(node, { workers, variant: stressor.kind }, runs ? { severity: 'warning', fix } : { fix });
      });
    },
    good: [{ text: stress() }],
    bad: [
      {
        text: stress({ memory: ['workers: «-1»', 'size: 64MiB', 'oomScoreAdj: 500'] }),
        fixed: stress(),
      },
      {
        text: stress({ stressors: ['stressors: { cpu: { workers: «-1» } }'] }),
        fixed: stress({ stressors: ['stressors: { cpu: { workers: 1 } }'] }),
        severity: 'warning',
      },
    ],
  },
  {
    code: 'MS010',
    severity: 'warning',
    since: '2.2',
    check(model, report) {
      eachWorkers(model, (stressor, workers, node) => {
        if (stressor.kind !== 'memory' || workers <= 8 || workers > 8192) return;
        report(node, { workers }, { suggestion: model.source.bare(node, '4') });
      });
    },
    good: [
      { text: stress({ memory: ['workers: 8', 'size: 64MiB', 'oomScoreAdj: 500'] }) },
      { text: stress({ stressors: ['stressors: { cpu: { workers: 16 } }'] }) },
    ],
    bad: [
      {
        text: stress({ memory: ['workers: «9»', 'size: 64MiB', 'oomScoreAdj: 500'] }),
        suggested: stress({ memory: ['workers: 4', 'size: 64MiB', 'oomScoreAdj: 500'] }),
      },
    ],
  },
];
