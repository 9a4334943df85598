import type { ResourceDefinition } from '../resource.js';
import { builtInSchema } from '../schema/built-in.js';
import type { ObjectSchema, Schema } from '../schema/schema.js';
import { ageColumn, nameColumn } from '../table/column.js';
import { OTHER_CHAOS_FIELDS, SCHEDULE_SPEC } from './schedules.js';
import { STRESS_CHAOS_SPEC } from './stress-chaos-schema.js';
import { ALL_VERBS } from './verbs.js';

const STRING: Schema = { type: 'string' };
const ANYTHING: Schema = { type: 'object', preserveUnknown: true };

const TEMPLATE: Schema = {
  type: 'object',
  required: ['name', 'templateType'],
  properties: {
    abortWithStatusCheck: { type: 'boolean' },
    children: { type: 'array', items: STRING },
    conditionalBranches: { type: 'array', items: ANYTHING },
    deadline: STRING,
    name: STRING,
    schedule: SCHEDULE_SPEC,
    statusCheck: ANYTHING,
    stressChaos: STRESS_CHAOS_SPEC,
    task: ANYTHING,
    templateType: STRING,
    ...OTHER_CHAOS_FIELDS,
  },
};

/** The Workflow of Chaos Mesh 2.0 to 2.8, in as far as it can hold a StressChaos. */
const WORKFLOW_SCHEMA: ObjectSchema = {
  shared: builtInSchema('Pod').shared,
  root: {
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: STRING,
      kind: STRING,
      metadata: { ref: 'ObjectMeta' },
      spec: {
        type: 'object',
        required: ['entry', 'templates'],
        properties: { entry: STRING, templates: { type: 'array', items: TEMPLATE } },
      },
      status: ANYTHING,
    },
  },
};

/** The custom resource alone: what is said of one is the chaos folder's. */
export const WORKFLOWS: ResourceDefinition = {
  group: 'chaos-mesh.org',
  version: 'v1alpha1',
  plural: 'workflows',
  singular: 'workflow',
  kind: 'Workflow',
  namespaced: true,
  shortNames: ['wf'],
  categories: [],
  verbs: ALL_VERBS,
  subresources: [],
  custom: true,
  schema: WORKFLOW_SCHEMA,
  columns: [nameColumn(), ageColumn()],
  fieldLabels: {},
  hasGeneration: true,
};
