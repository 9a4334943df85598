import type { ResourceDefinition } from '../resource.js';
import { builtInSchema } from '../schema/built-in.js';
import type { ObjectSchema, Schema } from '../schema/schema.js';
import { ageColumn, nameColumn } from '../table/column.js';
import { STRESS_CHAOS_SPEC } from './stress-chaos-schema.js';
import { ALL_VERBS } from './verbs.js';

const STRING: Schema = { type: 'string' };
const ANYTHING: Schema = { type: 'object', preserveUnknown: true };

/** The other chaos kinds' fields: known, and not looked into. */
export const OTHER_CHAOS_FIELDS: Readonly<Record<string, Schema>> = Object.fromEntries(
  [
    'awsChaos',
    'azureChaos',
    'blockChaos',
    'dnsChaos',
    'gcpChaos',
    'httpChaos',
    'ioChaos',
    'jvmChaos',
    'kernelChaos',
    'networkChaos',
    'physicalmachineChaos',
    'podChaos',
    'timeChaos',
  ].map((name) => [name, ANYTHING]),
);

/** What a Schedule asks for; a Workflow's template embeds the same. */
export const SCHEDULE_SPEC: Schema = {
  type: 'object',
  required: ['schedule', 'type'],
  properties: {
    concurrencyPolicy: { type: 'string', enum: ['Forbid', 'Allow'] },
    historyLimit: { type: 'integer', minimum: 1 },
    schedule: STRING,
    startingDeadlineSeconds: { type: 'integer', minimum: 0, exclusiveMinimum: true, nullable: true },
    stressChaos: STRESS_CHAOS_SPEC,
    type: STRING,
    workflow: ANYTHING,
    ...OTHER_CHAOS_FIELDS,
  },
};

/** The Schedule of Chaos Mesh 2.0 to 2.8. */
const SCHEDULE_SCHEMA: ObjectSchema = {
  shared: builtInSchema('Pod').shared,
  root: {
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: STRING,
      kind: STRING,
      metadata: { ref: 'ObjectMeta' },
      spec: SCHEDULE_SPEC,
      status: {
        type: 'object',
        properties: {
          active: { type: 'array', items: ANYTHING },
          time: { type: 'string', nullable: true },
        },
      },
    },
  },
};

/** The custom resource alone: what makes its experiments is the chaos folder's. */
export const SCHEDULES: ResourceDefinition = {
  group: 'chaos-mesh.org',
  version: 'v1alpha1',
  plural: 'schedules',
  singular: 'schedule',
  kind: 'Schedule',
  namespaced: true,
  shortNames: [],
  categories: [],
  verbs: ALL_VERBS,
  subresources: [],
  custom: true,
  schema: SCHEDULE_SCHEMA,
  columns: [nameColumn(), ageColumn()],
  fieldLabels: {},
  hasGeneration: true,
};
