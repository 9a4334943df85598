import { parseDuration, repairDuration } from '../../units/duration.js';
import type { StressModel, WorkflowModel } from '../check/model.js';
import { nearest } from '../check/nearest.js';
import { subdomainError } from '../names.js';
import { CHAOS_FIELDS, FLOW_TEMPLATES } from '../spec/embedding.js';
import { entryOf, seqOf, type YamlEntry, type YamlMap, type YamlNode } from '../yaml/node.js';
import { isNull, stringOf } from '../yaml/scalar.js';
import { stressTemplate, workflow } from './example.js';
import type { Report, Rule } from './rule.js';

interface Template {
  readonly map: YamlMap;
  readonly name: string | null;
  readonly nameNode: YamlNode | undefined;
  readonly type: string;
  readonly typeNode: YamlNode | undefined;
}

function templates(model: WorkflowModel): Template[] {
  return (seqOf(model.map, 'templates')?.items ?? []).flatMap((item) => {
    if (item.kind !== 'map') return [];
    const nameNode = entryOf(item, 'name')?.value;
    const typeNode = entryOf(item, 'templateType')?.value;
    return [{ map: item, name: stringOf(nameNode), nameNode, type: stringOf(typeNode) ?? '', typeNode }];
  });
}

function unknownTemplate(model: WorkflowModel, node: YamlNode | undefined, report: Report): void {
  const names = templates(model).flatMap((template) => template.name ?? []);
  const text = stringOf(node);
  if (node === undefined || text === null || names.includes(text) || names.length === 0) return;
  const near = nearest(text, names);
  report(node, { name: text }, { fix: near === null ? undefined : model.source.replaceScalar(node, near) });
}

/** Keys that a step of one type must not have (workflow_webhook.go, shouldBeNo...). */
const FORBIDDEN: ReadonlyMap<string, readonly string[]> = new Map([
  ['Suspend', ['task', 'children', 'conditionalBranches', 'schedule', 'chaos']],
  ['Serial', ['task', 'conditionalBranches', 'schedule', 'chaos']],
  ['Parallel', ['task', 'conditionalBranches', 'schedule', 'chaos']],
  ['Schedule', ['task', 'children', 'conditionalBranches', 'chaos']],
  ['Task', ['children', 'schedule', 'chaos']],
  ['StatusCheck', ['task', 'children', 'conditionalBranches', 'schedule', 'chaos']],
]);
const OF_CHAOS = ['task', 'children', 'conditionalBranches', 'schedule'];
const CHAOS_KEYS: ReadonlySet<string> = new Set(CHAOS_FIELDS.values());

function forbiddenKeys(template: Template): YamlEntry[] {
  const forbidden = FORBIDDEN.get(template.type) ?? (CHAOS_FIELDS.has(template.type) ? OF_CHAOS : []);
  return template.map.entries.filter((entry) => {
    const name = CHAOS_KEYS.has(entry.key.text) ? 'chaos' : entry.key.text;
    if (!forbidden.includes(name) || isNull(entry.value)) return false;
    return entry.value.kind !== 'seq' || entry.value.items.length > 0;
  });
}

function unknownType(model: WorkflowModel, report: Report): void {
  for (const { type, typeNode } of templates(model)) {
    const known = [...CHAOS_FIELDS.keys(), ...FLOW_TEMPLATES];
    if (typeNode === undefined || type === '' || known.includes(type)) continue;
    const near = nearest(type, known);
    const fix = near === null ? undefined : model.source.replaceScalar(typeNode, near);
    report(typeNode, { value: type }, { fix });
  }
}

function missingBlock(model: WorkflowModel, report: Report): void {
  for (const { type, typeNode, map } of templates(model)) {
    const field = type === 'Schedule' ? 'schedule' : CHAOS_FIELDS.get(type);
    if (field === undefined || typeNode === undefined || entryOf(map, field) !== undefined) continue;
    report(typeNode, { value: type, field }, { missing: true });
  }
}

function deadlines(model: WorkflowModel, report: Report): void {
  for (const { map } of templates(model)) {
    const node = entryOf(map, 'deadline')?.value;
    const text = stringOf(node);
    if (node === undefined || text === null || text === '' || parseDuration(text).error === null) continue;
    const repaired = repairDuration(text);
    const fix = repaired === null ? undefined : model.source.replaceScalar(node, repaired);
    report(node, { value: text, variant: 'deadline' }, { fix });
  }
}

function steps(...templates: (string | readonly string[])[]): string {
  return workflow({ templates: templates.flat() });
}

const MAIN = ['- name: main', '  templateType: Serial', '  children: [stress]'];

export const workflowRules: readonly Rule<WorkflowModel>[] = [
  {
    code: 'MS003',
    severity: 'error',
    check: deadlines,
    good: [{ text: workflow() }],
    bad: [{ text: steps(MAIN, stressTemplate({}, '«5min»')), fixed: steps(MAIN, stressTemplate({}, '5m')) }],
  },
  {
    code: 'MS066',
    severity: 'error',
    check: (model, report) => unknownTemplate(model, entryOf(model.map, 'entry')?.value, report),
    good: [{ text: workflow() }],
    bad: [
      { text: workflow({ entry: '«mian»' }), fixed: workflow() },
      { text: workflow({ entry: '«start»' }) },
    ],
  },
  {
    code: 'MS067',
    severity: 'error',
    check(model, report) {
      for (const { map, type } of templates(model)) {
        if (type === 'Serial' || type === 'Parallel') {
          for (const item of seqOf(map, 'children')?.items ?? []) unknownTemplate(model, item, report);
        }
      }
    },
    good: [{ text: workflow() }],
    bad: [
      {
        text: steps('- name: main', '  templateType: Serial', '  children: [«stres»]', stressTemplate()),
        fixed: workflow(),
      },
    ],
  },
  {
    code: 'MS068',
    severity: 'error',
    check(model, report) {
      const seen = new Set<string>();
      for (const { name, nameNode } of templates(model)) {
        if (name === null || nameNode === undefined) continue;
        if (seen.has(name)) report(nameNode, { name });
        seen.add(name);
      }
    },
    good: [{ text: workflow() }],
    bad: [{ text: steps(MAIN, stressTemplate(), stressTemplate({}, '5m', '«stress»')) }],
  },
  {
    code: 'MS069',
    severity: 'error',
    check: unknownType,
    good: [{ text: workflow() }],
    bad: [
      {
        text: steps('- name: main', '  templateType: «serial»', '  children: [stress]', stressTemplate()),
        fixed: workflow(),
      },
    ],
  },
  {
    code: 'MS070',
    severity: 'error',
    check: missingBlock,
    good: [{ text: workflow() }],
    bad: [
      {
        text: steps(
          MAIN,
          stressTemplate(),
          '- name: more',
          '  templateType: «StressChaos»',
          '  deadline: 1m',
        ),
      },
    ],
  },
  {
    code: 'MS071',
    severity: 'error',
    check(model, report) {
      for (const template of templates(model)) {
        for (const entry of forbiddenKeys(template)) {
          const params = { field: entry.key.text, value: template.type };
          report(entry.key, params, { fix: model.source.removeEntry(template.map, entry) });
        }
      }
    },
    good: [{ text: workflow() }],
    bad: [
      {
        text: steps(MAIN, ...stressTemplate(), '  «children»: [main]'),
        fixed: workflow(),
      },
    ],
  },
  {
    code: 'MS073',
    severity: 'error',
    check(model, report) {
      for (const { map, type, typeNode } of templates(model)) {
        if (type !== 'Suspend' || typeNode === undefined) continue;
        const deadline = entryOf(map, 'deadline')?.value;
        if (deadline === undefined || isNull(deadline) || stringOf(deadline) === '') {
          report(deadline === undefined || isNull(deadline) ? typeNode : deadline, {}, { missing: true });
        }
      }
    },
    good: [{ text: steps(MAIN, stressTemplate(), '- { name: wait, templateType: Suspend, deadline: 1m }') }],
    bad: [{ text: steps(MAIN, stressTemplate(), '- { name: wait, templateType: «Suspend» }') }],
  },
  {
    code: 'MS074',
    severity: 'error',
    check(model, report) {
      for (const { name, nameNode } of templates(model)) {
        if (name !== null && nameNode !== undefined && subdomainError(name) !== null) {
          report(nameNode, { value: name });
        }
      }
    },
    good: [{ text: workflow() }],
    bad: [
      { text: steps(MAIN, stressTemplate(), '- { name: «Wait_here», templateType: Suspend, deadline: 1m }') },
    ],
  },
  {
    code: 'MS076',
    severity: 'error',
    check(model, report) {
      const entry = entryOf(model.map, 'templates');
      if (entry?.value.kind === 'seq' && entry.value.items.length === 0) report(entry.value);
    },
    good: [{ text: workflow() }],
    bad: [{ text: workflow({ templates: [] }).replace('templates:', 'templates: «[]» # StressChaos') }],
  },
];

export const workflowStressRules: readonly Rule<StressModel>[] = [
  {
    code: 'MS072',
    severity: 'error',
    check(model, report) {
      const entry = entryOf(model.spec, 'duration');
      if (model.template === undefined || model.schedule !== undefined || entry === undefined) return;
      if (stringOf(entry.value) === '') return;
      report(entry.key, {}, { fix: model.source.removeEntry(model.spec, entry) });
    },
    good: [{ text: workflow() }],
    bad: [
      {
        text: steps(MAIN, stressTemplate({ duration: '5m' })).replace('duration:', '«duration»:'),
        fixed: workflow(),
      },
    ],
  },
  {
    code: 'MS075',
    severity: 'warning',
    check(model, report) {
      if (model.template === undefined || model.schedule !== undefined) return;
      const deadline = entryOf(model.template, 'deadline')?.value;
      if (deadline !== undefined && !isNull(deadline) && stringOf(deadline) !== '') return;
      report(model.specKey, {}, { missing: true });
    },
    good: [{ text: workflow() }],
    bad: [{ text: steps(MAIN, stressTemplate({}, null)).replace('stressChaos:', '«stressChaos»:') }],
  },
];
