import type { PodSelectorSpec } from '../../core/kubernetes/objects.js';
import type { Draft } from '../api/kube-object.js';
import type { AdmissionRequest, ResourceDefinition } from '../api/resource.js';
import { type ApiError, deniedByWebhook, webhookUnreachable } from '../api/status.js';
import { authorize, type MayCreate } from './auth.js';
import { ChaosFaults } from './faults.js';
import { CHAOS_MESH_NAMESPACE } from './settings.js';

export interface WebhookOptions {
  /** Absent: everybody may do everything. */
  readonly mayCreate?: MayCreate;
  readonly faults?: ChaosFaults;
}

/** What the webhooks of one kind do; all of them ask for rights and can be down. */
export interface KindWebhooks {
  readonly mutate?: (request: AdmissionRequest) => void;
  /** Throws ApiError in Chaos Mesh's words. */
  readonly admit: (request: AdmissionRequest) => void;
  /** The selectors of an object that has passed the schema. */
  readonly selectors: (object: Draft) => readonly PodSelectorSpec[];
}

/**
 * The custom resource with the webhooks that Chaos Mesh 2.8 hangs on it. Only users are asked for rights, and only they
 * find the webhooks down: the parts of the cluster that write here are Chaos Mesh itself.
 */
export function hooked(
  definition: ResourceDefinition,
  webhooks: KindWebhooks,
  { mayCreate = () => true, faults = new ChaosFaults() }: WebhookOptions = {},
): ResourceDefinition {
  const name = definition.singular;
  const allowed: MayCreate = (resource, namespace) =>
    !faults.strikes('webhook-forbidden') && mayCreate(resource, namespace);
  return {
    ...definition,
    mutate: (request) => {
      if (request.user !== null && faults.strikes('webhook-down')) {
        throw unreachable(`m${name}.kb.io`, `mutate-chaos-mesh-org-v1alpha1-${name}`, REFUSED);
      }
      webhooks.mutate?.(request);
    },
    admit: (request) => {
      const { object, user } = request;
      // It asks about the singular, whatever the resource is called.
      if (user !== null) authorize(user, name, webhooks.selectors(object), allowed);
      webhooks.admit(request);
    },
  };
}

const REFUSED = 'dial tcp 10.96.0.31:443: connect: connection refused';

/** The API server could not speak with a webhook of Chaos Mesh. */
export function unreachable(webhook: string, path: string, why: string): ApiError {
  const host = `chaos-mesh-controller-manager.${CHAOS_MESH_NAMESPACE}.svc:443`;
  return webhookUnreachable(webhook, `https://${host}/${path}?timeout=5s`, why);
}

/** Throws ApiError (403) with all problems, joined as field.ErrorList does; nothing where there is none. */
export function refuse(webhook: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw deniedByWebhook(webhook, problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`);
}
