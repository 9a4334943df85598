import type { StressChaosSpec } from '../../core/kubernetes/objects.js';
import type { AdmissionRequest } from '../api/resource.js';
import { deniedByWebhook } from '../api/status.js';

/** Whether the user may create that resource of chaos-mesh.org in a namespace; empty: in all of them. */
export type MayCreate = (resource: string, namespace: string) => boolean;

/**
 * vauth.kb.io: who creates or changes an experiment must be allowed to create one in every namespace that its selector
 * names, and in all of them where it names none. Parts of the cluster may. Throws ApiError (403).
 */
export function authorize(
  { user }: AdmissionRequest,
  resource: string,
  selector: StressChaosSpec['selector'],
  mayCreate: MayCreate,
): void {
  if (user === null) return;
  const namespaces = new Set([...(selector.namespaces ?? []), ...Object.keys(selector.pods ?? {})]);
  if (namespaces.size === 0 && !mayCreate(resource, '')) {
    throw deniedByWebhook('vauth.kb.io', `${user} is forbidden on cluster`);
  }
  const forbidden = [...namespaces].find((namespace) => !mayCreate(resource, namespace));
  if (forbidden !== undefined) {
    throw deniedByWebhook('vauth.kb.io', `${user} is forbidden on namespace ${forbidden}`);
  }
}
