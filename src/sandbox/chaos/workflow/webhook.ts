import { parseDuration } from '../../../core/units/duration.js';
import { type Draft, typed } from '../../api/kube-object.js';
import { isSubdomain } from '../../api/names.js';
import type { AdmissionRequest, ResourceDefinition } from '../../api/resource.js';
import { notImplemented } from '../../api/status.js';
import { hooked, refuse, type WebhookOptions } from '../admission.js';
import { CHAOS_FIELDS } from '../kinds.js';
import { specProblems } from '../webhook.js';
import type { Template, WorkflowSpec } from './object.js';

/** Workflow with its webhooks: it can be tried, and is refused where it should be kept. */
export function withWorkflowWebhooks(
  definition: ResourceDefinition,
  options: WebhookOptions = {},
): ResourceDefinition {
  const selectors = (object: Draft) =>
    specOf(object)
      .templates.flatMap(({ stressChaos, schedule }) => [stressChaos, schedule?.stressChaos])
      .flatMap((stress) => (stress === undefined ? [] : [stress.selector]));
  return hooked(definition, { admit, selectors }, options);
}

function specOf(object: Draft): WorkflowSpec {
  return typed<{ spec: WorkflowSpec }>(object).spec;
}

/** vworkflow.kb.io. Throws ApiError: in Chaos Mesh's words, or that the sandbox runs none (501). */
function admit({ object, dryRun }: AdmissionRequest): void {
  refuse('vworkflow.kb.io', workflowProblems(specOf(object)));
  if (!dryRun) throw notImplemented('running a Workflow');
}

function workflowProblems({ entry, templates }: WorkflowSpec): string[] {
  const names = templates.map(({ name }) => name);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].sort();
  return [
    ...(entry === '' ? ['spec.entry: Required value: the entry of workflow is required'] : []),
    ...missing('spec.entry', entry, names),
    ...(names.length === 0
      ? ['spec.templates: Invalid value: null: templates in workflow could not be empty']
      : []),
    ...(twice.length > 0
      ? [
          `spec.templates: Invalid value: "": template name must be unique, duplicated names: [${twice.join(' ')}]`,
        ]
      : []),
    ...templates.flatMap((template, index) => templateProblems(template, index, names)),
  ];
}

function missing(path: string, name: string, names: readonly string[]): string[] {
  if (names.includes(name)) return [];
  return [`${path}: Invalid value: ${JSON.stringify(name)}: can not find a template with name ${name}`];
}

/** What a step of each type must not have; that of a chaos kind is the last. */
const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  Suspend: ['Task', 'Children', 'ConditionalBranches', 'any Chaos', 'Schedule'],
  Serial: ['Task', 'ConditionalBranches', 'any Chaos', 'Schedule'],
  Parallel: ['Task', 'ConditionalBranches', 'any Chaos', 'Schedule'],
  Schedule: ['Task', 'Children', 'ConditionalBranches', 'any Chaos'],
  Task: ['Children', 'any Chaos', 'Schedule'],
  StatusCheck: ['Task', 'Children', 'ConditionalBranches', 'any Chaos', 'Schedule'],
};
const FORBIDDEN_TO_CHAOS = ['Task', 'Children', 'ConditionalBranches', 'Schedule'];

function templateProblems(template: Template, index: number, names: readonly string[]): string[] {
  const path = `spec.templates[${index}]`;
  const { name, templateType, deadline = '', children = [] } = template;
  const steps = templateType === 'Serial' || templateType === 'Parallel';
  return [
    ...(name === '' ? [`${path}.name: Required value: name of template is required`] : []),
    ...(isSubdomain(name)
      ? []
      : [`${path}.name: Invalid value: ${JSON.stringify(name)}: field name must be DNS-1123 subdomain`]),
    ...(templateType === 'Suspend' && deadline === ''
      ? [`${path}.deadline: Invalid value: "": deadline in template with type Suspend could not be empty`]
      : []),
    ...(steps ? children.flatMap((child, at) => missing(`${path}.children[${at}]`, child, names)) : []),
    ...chaosProblems(template, path, index),
    ...forbiddenProblems(template, path),
  ];
}

function chaosProblems(template: Template, path: string, index: number): string[] {
  const { templateType: type, stressChaos } = template;
  const field = CHAOS_FIELDS.get(type);
  if (field === undefined) {
    if (type in FORBIDDEN) return [];
    const where = `${path}.templateType: Invalid value: ${JSON.stringify(type)}`;
    return [`${where}: unrecognized template type: ${type}`];
  }
  if (!(field in template)) {
    return [`${path}.${type}: Invalid value: null: parse workflow field error: missing chaos spec ${type}`];
  }
  if (type !== 'StressChaos' || stressChaos === undefined) return [];
  const duration = parseDuration(stressChaos.duration ?? '');
  const timed =
    duration.error === null
      ? [
          `${path}: Invalid value: ${duration.ns}: should not define duration in chaos when using Workflow, use Template#Deadline instead.`,
        ]
      : [];
  return [...timed, ...specProblems(stressChaos, `Spec.Templates[${index}].EmbedChaos.StressChaos`)];
}

function forbiddenProblems(template: Template, path: string): string[] {
  const { templateType: type, task, children = [], conditionalBranches = [], schedule } = template;
  const chaos = [...CHAOS_FIELDS.values()].some((field) => field in template);
  const has: Readonly<Record<string, boolean>> = {
    Task: task !== undefined,
    Children: children.length > 0,
    ConditionalBranches: conditionalBranches.length > 0,
    'any Chaos': chaos,
    Schedule: schedule !== undefined,
  };
  const forbidden = FORBIDDEN[type] ?? (CHAOS_FIELDS.has(type) ? FORBIDDEN_TO_CHAOS : []);
  return forbidden
    .filter((what) => has[what])
    .map((what) => `${path}: Invalid value: v1alpha1.Template{}: this template should not contain ${what}`);
}
