import { parseGoInt } from '../../units/go-float.js';
import type { StressModel } from '../check/model.js';
import { entryOf } from '../yaml/node.js';
import { stringOf } from '../yaml/scalar.js';
import { stress } from './example.js';
import type { Report, Rule } from './rule.js';
import { isEmpty, modeOf, narrows, selectorOf } from './selection.js';

const NUMERIC_MODES: ReadonlySet<string> = new Set(['fixed', 'fixed-percent', 'random-max-percent']);

function valueOfMode(model: StressModel, report: Report): void {
  const mode = modeOf(model)?.mode ?? '';
  if (!NUMERIC_MODES.has(mode)) return;
  const entry = entryOf(model.spec, 'value');
  if (entry === undefined) {
    const suggestion = model.source.addEntry(model.spec, `value: '${mode === 'fixed' ? '1' : '50'}'`);
    report(model.specKey, { mode, variant: 'missing' }, { missing: true, suggestion });
    return;
  }
  const text = stringOf(entry.value);
  if (text === null) return;
  const number = parseGoInt(text);
  const fits = number !== null && number > 0 && (mode === 'fixed' || number <= 100);
  if (fits) return;
  const bare = /^\s*([0-9]+)\s*%?\s*$/.exec(text)?.[1];
  const fix =
    bare !== undefined && number === null && Number(bare) > 0 && Number(bare) <= 100 ? bare : undefined;
  report(
    entry.value,
    { mode, value: text, variant: mode === 'fixed' ? 'count' : 'percent' },
    { fix: fix === undefined ? undefined : model.source.replaceScalar(entry.value, fix) },
  );
}

function everyPod(model: StressModel, report: Report): void {
  const mode = modeOf(model);
  const selector = selectorOf(model);
  if (mode?.mode !== 'all' || selector === undefined || isEmpty(selector)) return;
  const picks = ['labelSelectors', 'expressionSelectors', 'annotationSelectors', 'fieldSelectors', 'pods'];
  if (narrows(selector, [...picks, 'nodes', 'nodeSelectors'])) return;
  report(mode.node, {}, { suggestion: model.source.replaceScalar(mode.node, 'one') });
}

function containerNames(model: StressModel, report: Report): void {
  const entry = entryOf(model.spec, 'containerNames');
  if (entry?.value.kind !== 'seq') return;
  const { items } = entry.value;
  const texts = items.map((item) => stringOf(item));
  const useless = texts.every((text) => text === '');
  items.forEach((item, index) => {
    if (texts[index] !== '') return;
    const fix = model.source.removeItems(model.spec, entry, useless ? items : [item]);
    report(item, {}, { ...(useless ? {} : { severity: 'warning' as const }), fix });
  });
}

const ALL_SHOP = ['namespaces: [shop]'];

export const targetRules: readonly Rule<StressModel>[] = [
  {
    code: 'MS029',
    severity: 'error',
    check: valueOfMode,
    good: [
      { text: stress() },
      { text: stress({ mode: 'fixed', spec: ["value: '2'"] }) },
      { text: stress({ mode: 'fixed-percent', spec: ["value: '100'"] }) },
    ],
    bad: [
      {
        text: stress({ mode: 'fixed' }).replace('spec:', '«spec»:'),
        suggested: stress({ mode: 'fixed' }).replace('duration: 10m', "duration: 10m\n  value: '1'"),
      },
      { text: stress({ mode: 'fixed', spec: ["value: «'0'»"] }) },
      { text: stress({ mode: 'fixed-percent', spec: ["value: «'120'»"] }) },
      { text: stress({ mode: 'random-max-percent', spec: ["value: «'0'»"] }) },
      {
        text: stress({ mode: 'fixed-percent', spec: ["value: «'50%'»"] }),
        fixed: stress({ mode: 'fixed-percent', spec: ["value: '50'"] }),
      },
      { text: stress({ mode: 'fixed', spec: ["value: «'many'»"] }) },
    ],
  },
  {
    code: 'MS031',
    severity: 'information',
    check(model, report) {
      const mode = modeOf(model)?.mode ?? '';
      const entry = entryOf(model.spec, 'value');
      if ((mode !== 'one' && mode !== 'all') || entry === undefined || stringOf(entry.value) === null) return;
      report(entry.key, { mode }, { fix: model.source.removeEntry(model.spec, entry) });
    },
    good: [{ text: stress() }, { text: stress({ mode: 'fixed', spec: ["value: '2'"] }) }],
    bad: [{ text: stress({ spec: ["«value»: '2'"] }), fixed: stress() }],
  },
  {
    code: 'MS032',
    severity: 'warning',
    check(model, report) {
      const mode = modeOf(model);
      if (mode?.mode !== 'random-max-percent') return;
      report(mode.node, {}, { suggestion: model.source.replaceScalar(mode.node, 'fixed-percent') });
    },
    good: [{ text: stress({ mode: 'fixed-percent', spec: ["value: '50'"] }) }],
    bad: [
      {
        text: stress({ mode: '«random-max-percent»', spec: ["value: '50'"] }),
        suggested: stress({ mode: 'fixed-percent', spec: ["value: '50'"] }),
      },
    ],
  },
  {
    code: 'MS036',
    severity: 'warning',
    check: everyPod,
    good: [{ text: stress({ mode: 'all' }) }, { text: stress({ selector: ALL_SHOP }) }],
    bad: [
      {
        text: stress({ mode: '«all»', selector: ALL_SHOP }),
        suggested: stress({ mode: 'one', selector: ALL_SHOP }),
      },
    ],
  },
  {
    code: 'MS037',
    severity: 'error',
    check: containerNames,
    good: [{ text: stress() }, { text: stress({ spec: ['containerNames: [app]'] }) }],
    bad: [
      { text: stress({ spec: ["containerNames: [«''»]"] }), fixed: stress() },
      {
        text: stress({ spec: ["containerNames: [app, «''»]"] }),
        fixed: stress({ spec: ['containerNames: [app]'] }),
        severity: 'warning',
      },
    ],
  },
];
