import type { Verb } from '../resource.js';

export const ALL_VERBS: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

export const READ_VERBS: readonly Verb[] = ['get', 'list', 'watch'];
