import type { ResourceDefinition } from '../resource.js';
import { OPAQUE_OBJECT } from '../schema/built-in.js';
import { CRD_COLUMNS, PLAIN_COLUMNS } from '../table/columns.js';
import { READ_VERBS } from './verbs.js';

const READ_ONLY = {
  version: 'v1',
  verbs: READ_VERBS,
  subresources: [],
  custom: false,
  schema: OPAQUE_OBJECT,
  fieldLabels: {},
  hasGeneration: true,
} as const;

/** Listed so that clients which look for Chaos Mesh's controller get an answer; the sandbox runs no Deployments. */
export const DEPLOYMENTS: ResourceDefinition = {
  ...READ_ONLY,
  group: 'apps',
  plural: 'deployments',
  singular: 'deployment',
  kind: 'Deployment',
  namespaced: true,
  shortNames: ['deploy'],
  categories: ['all'],
  columns: PLAIN_COLUMNS,
};

export const CUSTOM_RESOURCE_DEFINITIONS: ResourceDefinition = {
  ...READ_ONLY,
  group: 'apiextensions.k8s.io',
  plural: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  kind: 'CustomResourceDefinition',
  namespaced: false,
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  columns: CRD_COLUMNS,
};
