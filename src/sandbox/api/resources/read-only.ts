import type { ResourceDefinition } from '../resource.js';
import { OPAQUE_OBJECT } from '../schema/built-in.js';
import { CRD_COLUMNS, DEPLOYMENT_COLUMNS, WEBHOOK_COLUMNS } from '../table/columns.js';
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

/** Only what stands for Chaos Mesh's controller: the sandbox runs no Deployments. */
export const DEPLOYMENTS: ResourceDefinition = {
  ...READ_ONLY,
  group: 'apps',
  plural: 'deployments',
  singular: 'deployment',
  kind: 'Deployment',
  namespaced: true,
  shortNames: ['deploy'],
  categories: ['all'],
  columns: DEPLOYMENT_COLUMNS,
};

/** By them clients find out where Chaos Mesh is, and whether it asks for rights. */
export const VALIDATING_WEBHOOK_CONFIGURATIONS: ResourceDefinition = {
  ...READ_ONLY,
  group: 'admissionregistration.k8s.io',
  plural: 'validatingwebhookconfigurations',
  singular: 'validatingwebhookconfiguration',
  kind: 'ValidatingWebhookConfiguration',
  namespaced: false,
  shortNames: [],
  categories: ['api-extensions'],
  columns: WEBHOOK_COLUMNS,
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
