import type { StressModel } from '../check/model.js';
import { nearest } from '../check/nearest.js';
import type { TextRange } from '../finding.js';
import {
  labelKeyError,
  labelNameError,
  labelValueError,
  requirementError,
  subdomainError,
} from '../names.js';
import { OPERATORS, PHASES, POD_FIELDS } from '../spec/selector.js';
import { entryOf, mapOf, seqOf } from '../yaml/node.js';
import { stringOf } from '../yaml/scalar.js';
import { stress } from './example.js';
import type { Report, Rule } from './rule.js';
import { isEmpty, modeOf, narrows, selectorOf } from './selection.js';

function expressions(model: StressModel, report: Report): void {
  for (const item of seqOf(selectorOf(model), 'expressionSelectors')?.items ?? []) {
    if (item.kind !== 'map') continue;
    const key = entryOf(item, 'key');
    const operator = entryOf(item, 'operator');
    const values = entryOf(item, 'values');
    const texts = values?.value.kind === 'seq' ? values.value.items.map((each) => stringOf(each)) : [];
    const keyText = stringOf(key?.value);
    const operatorText = stringOf(operator?.value);
    if (key === undefined || operator === undefined || keyText === null || operatorText === null) continue;
    if (texts.some((text) => text === null)) continue;
    const error = requirementError({ key: keyText, operator: operatorText, values: texts as string[] });
    if (error === null) continue;
    if (error.part === 'key') report(key.value, { key: keyText, variant: 'key' });
    else if (error.part === 'operator') {
      const near = nearest(operatorText, OPERATORS);
      const fix = near === null ? undefined : model.source.replaceScalar(operator.value, near);
      report(operator.value, { operator: operatorText, allowed: OPERATORS.join(', ') }, { fix });
    } else if (error.index !== undefined && values?.value.kind === 'seq') {
      report(values.value.items[error.index] ?? values.value, {
        value: texts[error.index] ?? '',
        variant: 'value',
      });
    } else if (values === undefined) {
      report(operator.key, { operator: operatorText, variant: 'no-values' }, { missing: true });
    } else {
      const needs = operatorText === 'In' || operatorText === 'NotIn';
      const fix = needs ? undefined : model.source.removeEntry(item, values);
      report(values.key, { operator: operatorText, variant: needs ? 'no-values' : 'values' }, { fix });
    }
  }
}

function phases(model: StressModel, report: Report): void {
  const items = seqOf(selectorOf(model), 'podPhaseSelectors')?.items ?? [];
  const known = (text: string) => (PHASES as readonly string[]).includes(text.replace(/^!\s*/, '').trim());
  const someKnown = items.some((item) => !/^!/.test(stringOf(item) ?? '!') && known(stringOf(item) ?? ''));
  for (const item of items) {
    const text = stringOf(item);
    if (text === null || known(text)) continue;
    const bare = text.replace(/^!\s*/, '');
    const near = nearest(bare, PHASES);
    const fixed = near === null ? null : text.startsWith('!') ? `!${near}` : near;
    const fix = fixed === null ? undefined : model.source.replaceScalar(item, fixed);
    // A phase no Pod is ever in: harmless beside one that exists, fatal alone, and fatal where Kubernetes cannot read it.
    const readable = labelKeyError(bare.trim()) === null;
    const mild = readable && (someKnown || text.startsWith('!'));
    report(
      item,
      { value: text, allowed: PHASES.join(', ') },
      { ...(mild ? { severity: 'warning' as const } : {}), fix },
    );
  }
}

function fieldKeys(model: StressModel, report: Report): void {
  for (const entry of mapOf(selectorOf(model), 'fieldSelectors')?.entries ?? []) {
    const key = entry.key.text;
    if ((POD_FIELDS as readonly string[]).includes(key)) continue;
    const near = nearest(key, POD_FIELDS);
    const fix = near === null ? undefined : model.source.renameKey(entry, near);
    report(entry.key, { field: key, allowed: POD_FIELDS.join(', ') }, { fix });
  }
}

function labels(model: StressModel, report: Report): void {
  for (const entry of mapOf(selectorOf(model), 'labelSelectors')?.entries ?? []) {
    const value = stringOf(entry.value);
    if (labelKeyError(entry.key.text) !== null) report(entry.key, { key: entry.key.text });
    else if (value !== null && labelValueError(value) !== null)
      report(entry.value, { value, variant: 'value' });
  }
}

function names(model: StressModel, report: Report): void {
  const selector = selectorOf(model);
  const pods = mapOf(selector, 'pods')?.entries ?? [];
  const found: { node: TextRange; text: string; error: boolean; variant?: 'pod' }[] = [];
  for (const item of pods.length > 0 ? [] : (seqOf(selector, 'namespaces')?.items ?? [])) {
    const text = stringOf(item);
    if (text !== null) found.push({ node: item, text, error: labelNameError(text) !== null });
  }
  for (const entry of pods) {
    const namespace = entry.key.text;
    if (labelNameError(namespace) !== null) found.push({ node: entry.key, text: namespace, error: true });
    for (const item of entry.value.kind === 'seq' ? entry.value.items : []) {
      const text = stringOf(item);
      if (text !== null)
        found.push({ node: item, text, error: subdomainError(text) !== null, variant: 'pod' });
    }
  }
  // Nothing of such a name can exist; Chaos Mesh skips it in silence. Fatal only where no other name is left.
  const fatal = found.every((each) => each.error);
  for (const { node, text, error, variant } of found) {
    if (!error) continue;
    const params = { value: text, ...(variant === undefined ? {} : { variant }) };
    report(node, params, fatal ? {} : { severity: 'warning' });
  }
}

const ALL_SHOP = ['namespaces: [shop]'];

export const selectorRules: readonly Rule<StressModel>[] = [
  {
    code: 'MS033',
    severity: 'warning',
    check(model, report) {
      const entry = entryOf(model.spec, 'selector');
      if (entry?.value.kind !== 'map') return;
      if (narrows(entry.value, ['namespaces', 'pods'])) return;
      if (isEmpty(entry.value) && modeOf(model)?.mode === 'all') return;
      const { namespace } = model.object;
      const line = namespace === null ? undefined : `namespaces: [${namespace}]`;
      const absent = entryOf(entry.value, 'namespaces') === undefined;
      const fix = line !== undefined && absent ? model.source.addEntry(entry.value, line) : undefined;
      const variant = namespace === null ? { variant: 'unknown' } : { namespace };
      report(entry.key, variant, { missing: true, fix });
    },
    good: [{ text: stress() }, { text: stress({ selector: ['pods: { shop: [web-0] }'] }) }],
    bad: [
      {
        text: stress({ selector: ['labelSelectors: { app: web }'] }).replace('selector:', '«selector»:'),
        fixed: stress({ selector: ['labelSelectors: { app: web }', 'namespaces: [chaos-mesh]'] }),
      },
      {
        text: stress({ selector: ['selector: {}'] }).replace('selector:', '«selector»:'),
        fixed: stress({ selector: ['selector: { namespaces: [chaos-mesh] }'] }),
      },
    ],
  },
  {
    code: 'MS034',
    severity: 'warning',
    check(model, report) {
      const selector = selectorOf(model);
      if (selector !== undefined && modeOf(model)?.mode === 'all' && isEmpty(selector)) report(selector);
    },
    good: [{ text: stress() }, { text: stress({ selector: ['selector: {}'] }) }],
    bad: [{ text: stress({ mode: 'all', selector: ['selector: «{}»'] }) }],
  },
  {
    code: 'MS035',
    severity: 'warning',
    check(model, report) {
      const selector = selectorOf(model);
      if (selector === undefined || !narrows(selector, ['pods'])) return;
      const ignored = selector.entries
        .map((entry) => entry.key.text)
        // The mutating webhook fills in namespaces; a reader does not expect them to matter beside pods.
        .filter((name) => name !== 'pods' && narrows(selector, [name]));
      const pods = entryOf(selector, 'pods');
      if (pods !== undefined && ignored.length > 0) report(pods.key, { ignored: ignored.join(', ') });
    },
    good: [{ text: stress() }, { text: stress({ selector: ['pods: { shop: [web-0] }'] }) }],
    bad: [{ text: stress({ selector: ['«pods»: { shop: [web-0] }', 'labelSelectors: { app: web }'] }) }],
  },
  {
    code: 'MS053',
    severity: 'error',
    check: expressions,
    good: [
      {
        text: stress({
          selector: [...ALL_SHOP, 'expressionSelectors:', '  - { key: app, operator: In, values: [web] }'],
        }),
      },
    ],
    bad: [
      {
        text: stress({
          selector: [...ALL_SHOP, 'expressionSelectors:', '  - { key: app, operator: «in», values: [web] }'],
        }),
        fixed: stress({
          selector: [...ALL_SHOP, 'expressionSelectors:', '  - { key: app, operator: In, values: [web] }'],
        }),
      },
      {
        text: stress({
          selector: [...ALL_SHOP, 'expressionSelectors:', '  - { key: app, «operator»: NotIn }'],
        }),
      },
      {
        text: stress({
          selector: [...ALL_SHOP, 'expressionSelectors:', '  - { key: «a/b/c», operator: Exists }'],
        }),
      },
      {
        text: stress({
          selector: [
            ...ALL_SHOP,
            'expressionSelectors:',
            '  - key: app',
            '    operator: Exists',
            '    «values»: [web]',
          ],
        }),
        fixed: stress({
          selector: [...ALL_SHOP, 'expressionSelectors:', '  - key: app', '    operator: Exists'],
        }),
      },
      {
        text: stress({
          selector: [
            ...ALL_SHOP,
            'expressionSelectors:',
            '  - { key: app, operator: In, values: [web, «a b»] }',
          ],
        }),
      },
    ],
  },
  {
    code: 'MS054',
    severity: 'error',
    check: phases,
    good: [{ text: stress({ selector: [...ALL_SHOP, "podPhaseSelectors: [Running, '!Failed']"] }) }],
    bad: [
      {
        text: stress({ selector: [...ALL_SHOP, 'podPhaseSelectors: [«running»]'] }),
        fixed: stress({ selector: [...ALL_SHOP, 'podPhaseSelectors: [Running]'] }),
      },
      {
        text: stress({ selector: [...ALL_SHOP, 'podPhaseSelectors: [Running, «Ready»]'] }),
        severity: 'warning',
      },
    ],
  },
  {
    code: 'MS055',
    severity: 'error',
    check: fieldKeys,
    good: [{ text: stress({ selector: [...ALL_SHOP, 'fieldSelectors: { spec.nodeName: n1 }'] }) }],
    bad: [
      {
        text: stress({ selector: [...ALL_SHOP, 'fieldSelectors: { «spec.nodename»: n1 }'] }),
        fixed: stress({ selector: [...ALL_SHOP, 'fieldSelectors: { spec.nodeName: n1 }'] }),
      },
    ],
  },
  {
    code: 'MS059',
    severity: 'error',
    check: labels,
    good: [{ text: stress() }, { text: stress({ selector: [...ALL_SHOP, "labelSelectors: { app: '' }"] }) }],
    bad: [
      { text: stress({ selector: [...ALL_SHOP, 'labelSelectors: { «-app»: web }'] }) },
      { text: stress({ selector: [...ALL_SHOP, 'labelSelectors: { app: «web server» }'] }) },
    ],
  },
  {
    code: 'MS060',
    severity: 'error',
    check: names,
    good: [{ text: stress() }],
    bad: [
      { text: stress({ selector: ['namespaces: [«Shop»]', 'labelSelectors: { app: web }'] }) },
      { text: stress({ selector: ['pods: { shop: [«web_0»] }'] }) },
      {
        text: stress({ selector: ['namespaces: [shop, «Shop»]', 'labelSelectors: { app: web }'] }),
        severity: 'warning',
      },
    ],
  },
];
