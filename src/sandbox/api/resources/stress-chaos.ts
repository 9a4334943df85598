import type { ResourceDefinition } from '../resource.js';
import { nameColumn } from '../table/column.js';
import { customColumn } from '../table/columns.js';
import { STRESS_CHAOS_SCHEMA } from './stress-chaos-schema.js';
import { ALL_VERBS } from './verbs.js';

/** The custom resource alone: what Chaos Mesh's webhooks say of it is the chaos folder's (`mutate`, `admit`). */
export const STRESS_CHAOS: ResourceDefinition = {
  group: 'chaos-mesh.org',
  version: 'v1alpha1',
  plural: 'stresschaos',
  singular: 'stresschaos',
  kind: 'StressChaos',
  namespaced: true,
  shortNames: [],
  categories: [],
  verbs: ALL_VERBS,
  // Chaos Mesh's definition has no status subresource: status is written by ordinary updates.
  subresources: [],
  custom: true,
  schema: STRESS_CHAOS_SCHEMA,
  columns: [nameColumn(), customColumn('duration', 'spec', 'duration')],
  fieldLabels: {},
  hasGeneration: true,
};
