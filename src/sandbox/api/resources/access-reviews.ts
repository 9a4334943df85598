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
      const asked = attributesOf(review);
      const denied = asked !== null && isDenied(denials, asked);
      review['status'] = denied
        ? { allowed: false, reason: 'denied when the sandbox was started (--deny)' }
        : { allowed: true };
    },
  };
}

export const SELF_SUBJECT_ACCESS_REVIEWS = accessReviews([]);

/** What an access review asks about. */
export interface AccessAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty: cluster-scoped, or all namespaces. */
  readonly namespace: string;
}

/** Who lacks a right in one namespace has it not for all of them either. */
export function isDenied(denials: readonly Denial[], asked: AccessAttributes): boolean {
  const plural = asked.group === '' ? asked.resource : `${asked.resource}.${asked.group}`;
  const full = asked.subresource === '' ? plural : `${plural}/${asked.subresource}`;
  return denials.some(
    ({ verb, resource, namespace }) =>
      ['*', asked.verb].includes(verb) &&
      ['*', full].includes(resource) &&
      (namespace === null || asked.namespace === '' || namespace === asked.namespace),
  );
}

/** Null: it asks about a path, not about a resource. Throws ApiError (400). */
function attributesOf(review: Draft): AccessAttributes | null {
  const asked = objectAt(review, 'spec', 'resourceAttributes');
  if (asked === undefined) {
    if (objectAt(review, 'spec', 'nonResourceAttributes') !== undefined) return null;
    throw badRequest('exactly one of nonResourceAttributes or resourceAttributes must be specified');
  }
  const text = (key: string): string => stringAt(asked, key) ?? '';
  return {
    verb: text('verb'),
    group: text('group'),
    resource: text('resource'),
    subresource: text('subresource'),
    namespace: text('namespace'),
  };
}
