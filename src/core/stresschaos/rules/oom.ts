import type { StressModel } from '../check/model.js';
import { entryOf } from '../yaml/node.js';
import { integerOf } from '../yaml/scalar.js';
import { stress } from './example.js';
import type { Rule } from './rule.js';

function adjusted(line: string | null): string {
  return stress({ memory: ['workers: 1', 'size: 64MiB', ...(line === null ? [] : [line])] });
}

export const oomRules: readonly Rule<StressModel>[] = [
  {
    code: 'MS040',
    severity: 'warning',
    since: '2.2',
    check(model, report) {
      const node = model.memory === undefined ? undefined : entryOf(model.memory.map, 'oomScoreAdj')?.value;
      if (node !== undefined && integerOf(node) === -1000) report(node);
    },
    good: [{ text: adjusted('oomScoreAdj: -999') }],
    bad: [{ text: adjusted('oomScoreAdj: «-1000»') }],
  },
  {
    code: 'MS041',
    severity: 'information',
    since: '2.2',
    check(model, report) {
      if (model.memory === undefined) return;
      const entry = entryOf(model.memory.map, 'oomScoreAdj');
      if (entry === undefined) {
        const suggestion = model.source.addEntry(model.memory.map, 'oomScoreAdj: 1000');
        report(model.memory.key, { variant: 'absent' }, { missing: true, suggestion });
      } else if (integerOf(entry.value) === 0) {
        report(entry.value, {}, { suggestion: model.source.bare(entry.value, '1000') });
      }
    },
    good: [{ text: adjusted('oomScoreAdj: 1') }, { text: adjusted(null), version: '2.1' }],
    bad: [
      { text: adjusted('oomScoreAdj: «0»'), suggested: adjusted('oomScoreAdj: 1000') },
      { text: adjusted(null).replace('memory:', '«memory»:'), suggested: adjusted('oomScoreAdj: 1000') },
    ],
  },
];
