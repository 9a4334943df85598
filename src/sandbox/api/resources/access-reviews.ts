import { objectAt, stringAt } from '../json.js';
import type { Draft } from '../kube-object.js';
import type { ResourceDefinition } from '../resource.js';
import { builtInSchema } from '../schema/built-in.js';
import { badRequest } from '../status.js';
import { PLAIN_COLUMNS } from '../table/columns.js';

/** A right that the sandbox says its user lacks: `VERB:RESOURCE[:NAMESPACE]`, where `*` stands for any. */
export interface Denial {
  readonly verb: string;
  /** E.g. `pods`, `pods/exec`, `daemonsets.apps`. */
  readonly resource: string;
  /** Null: everywhere. */
  readonly namespace: string | null;
}

/** Reads `VERB:RESOURCE[:NAMESPACE]`. Throws Error. */
export function parseDenial(text: string): Denial {
  const [verb = '', resource = '', namespace = null, ...rest] = text.split(':');
  if (verb === '' || resource === '' || namespace === '' || rest.length > 0) {
    throw new Error(`${JSON.stringify(text)} is no VERB:RESOURCE[:NAMESPACE], e.g. create:namespaces`);
  }
  return { verb, resource, namespace };
}

/** SelfSubjectAccessReview: everything is allowed but what was denied by hand. The token itself may do everything. */
export function accessReviews(denials: readonly Denial[]): ResourceDefinition {
  return {
    group: 'authorization.k8s.io',
    version: 'v1',
    plural: 'selfsubjectaccessreviews',
    singular: 'selfsubjectaccessreview',
    kind: 'SelfSubjectAccessReview',
    namespaced: false,
    shortNames: [],
    categories: [],
    verbs: ['create'],
    subresources: [],
    custom: false,
    schema: builtInSchema('SelfSubjectAccessReview'),
    columns: PLAIN_COLUMNS,
    fieldLabels: {},
    hasGeneration: false,
    review: (review) => {
      const denied = denials.some((denial) => isAbout(denial, review));
      review['status'] = denied
        ? { allowed: false, reason: 'denied when the sandbox was started (--deny)' }
        : { allowed: true };
    },
  };
}

export const SELF_SUBJECT_ACCESS_REVIEWS = accessReviews([]);

function isAbout(denial: Denial, review: Draft): boolean {
  const asked = objectAt(review, 'spec', 'resourceAttributes');
  if (asked === undefined) {
    if (objectAt(review, 'spec', 'nonResourceAttributes') !== undefined) return false;
    throw badRequest('exactly one of nonResourceAttributes or resourceAttributes must be specified');
  }
  const [group = '', subresource = '', resource = ''] = ['group', 'subresource', 'resource'].map(
    (key) => stringAt(asked, key) ?? '',
  );
  const plural = group === '' ? resource : `${resource}.${group}`;
  const full = subresource === '' ? plural : `${plural}/${subresource}`;
  return (
    ['*', stringAt(asked, 'verb')].includes(denial.verb) &&
    ['*', full].includes(denial.resource) &&
    (denial.namespace === null || denial.namespace === (stringAt(asked, 'namespace') ?? ''))
  );
}
