import type { PodSelectorSpec } from '../../core/kubernetes/objects.js';
import { deniedByWebhook } from '../api/status.js';

/** Whether the user may create that resource of chaos-mesh.org in a namespace; empty: in all of them. */
export type MayCreate = (resource: string, namespace: string) => boolean;

/**
 * vauth.kb.io: who creates or changes an experiment must be allowed to create one in every namespace that its selectors
 * name, and in all of them where one names none. Throws ApiError (403).
 */
export function authorize(
  user: string,
  resource: string,
  selectors: readonly PodSelectorSpec[],
  mayCreate: MayCreate,
): void {
  const named = selectors.map(({ namespaces = [], pods = {} }) => [...namespaces, ...Object.keys(pods)]);
  if (named.some((namespaces) => namespaces.length === 0)) {
    if (mayCreate(resource, '')) return;
    throw deniedByWebhook('vauth.kb.io', `${user} is forbidden on cluster`);
  }
  const forbidden = [...new Set(named.flat())].find((namespace) => !mayCreate(resource, namespace));
  if (forbidden === undefined) return;
  throw deniedByWebhook('vauth.kb.io', `${user} is forbidden on namespace ${forbidden}`);
}
